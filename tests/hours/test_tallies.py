"""The sums of the statistics follow the ledger and the people, and can be checked and counted anew."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hours.ledger import credit, reverse
from hours.models import CountedMember, CreditEntry, ReportGroup, Subject, Tally, TallyCheck
from hours.tallies import rebuild, tasks
from members.models import Member, MemberCategory, Organization, Role
from members.signals import members_changed
from tests import builders

pytestmark = pytest.mark.django_db


def give(member: Member, **facts: Any) -> CreditEntry:
    """Credit a lesson of one hour, except where `facts` say otherwise, and return the entry."""
    usual: dict[str, Any] = {
        "lecture_key": uuid4(),
        "title": "春耕",
        "minutes": 45,
        "delivery_kind": "online",
        "earned_on": date(2026, 3, 5),
        "basis": {},
    }
    entry = credit(member, **(usual | facts)).entry
    assert entry is not None
    return entry


def sums(organization: Organization, year: int = 2026, who: str = "everybody") -> dict[str, tuple[int, ...]]:
    """Return person-times, heads and hundredths of hours by line, where there are any."""
    rows = Tally.objects.filter(organization=organization, year=year, who=who)
    return {
        row.line: (row.entries, row.people, row.hundredths)
        for row in rows
        if row.entries or row.people or row.hundredths
    }


def assert_all_agree() -> None:
    """Assert that a check finds nothing."""
    run = rebuild.check()
    assert (run.differing_organizations, run.corrected_members) == (0, 0)


def test_a_credit_counts_in_the_branch_and_all_above_it(district: Organization, branch: Organization) -> None:
    subject = Subject.objects.get(code="politics")
    member = builders.make_member(branch, "government")
    give(member, subject=subject, minutes=90)
    give(member, delivery_kind="field", earned_on=date(2026, 4, 1), minutes=34)
    expected = {
        "all": (2, 1, 275),
        "kind:online": (1, 1, 200),
        "kind:field": (1, 1, 75),
        f"subject:{subject.pk}": (1, 1, 200),
        "subject:0": (1, 1, 75),
        "month:3": (1, 1, 200),
        "month:4": (1, 1, 75),
    }
    category = MemberCategory.objects.get(slug="government")
    for organization in (branch, branch.get_parent(), district):
        assert sums(organization) == expected
        assert sums(organization, who=f"category:{category.pk}") == expected
        assert sums(organization, 0) == {"people": (0, 1, 0)}
    assert_all_agree()


def test_heads_are_counted_once_and_units_beside_each_other_add_up(
    district: Organization, branch: Organization
) -> None:
    other = builders.make_branch(district, "第二支部")
    diligent, neighbour, far = (builders.make_member(unit) for unit in (branch, branch, other))
    for member in (diligent, diligent, diligent, neighbour, far):
        give(member)
    assert sums(branch)["all"] == (4, 2, 400)
    assert sums(other)["all"] == (1, 1, 100)
    assert sums(district)["all"] == (5, 3, 500)
    assert_all_agree()


def test_years_are_kept_apart(branch: Organization, member: Member) -> None:
    give(member, earned_on=date(2025, 12, 31))
    give(member, earned_on=date(2026, 1, 1))
    assert [sums(branch, year)["all"] for year in (2025, 2026)] == [(1, 1, 100)] * 2


def test_a_reversal_takes_off_what_was_added(branch: Organization, member: Member) -> None:
    entry = give(member)
    kept = give(member, delivery_kind="station")
    reverse(entry, reason="登记错了", recorded_by=None)
    assert sums(branch)["all"] == (1, 1, 100)
    assert "kind:online" not in sums(branch)
    reverse(kept, reason="登记错了", recorded_by=None)
    assert sums(branch) == {}
    give(member, lecture_key=entry.lecture_key)
    assert sums(branch)["all"] == (1, 1, 100)
    assert_all_agree()


def test_what_is_too_short_or_counted_already_adds_nothing(branch: Organization, member: Member) -> None:
    entry = give(member)
    again: dict[str, Any] = {
        "lecture_key": entry.lecture_key,
        "title": "春耕",
        "delivery_kind": "field",
        "basis": {},
    }
    credit(member, minutes=90, earned_on=date(2026, 9, 9), **again)
    credit(member, minutes=3, earned_on=date(2027, 9, 9), **again)
    assert sums(branch)["all"] == (1, 1, 100)
    assert sums(branch, 2027) == {}


def test_hours_of_all_years_follow_a_member_to_another_branch(
    district: Organization, branch: Organization
) -> None:
    stays, goes = builders.make_member(branch), builders.make_member(branch, "rural")
    for member in (stays, goes):
        give(member)
        give(member, earned_on=date(2024, 5, 5))
    other = builders.make_branch(district, "第二支部")
    goes.organization = other
    goes.save()
    for year in (2024, 2026):
        assert [sums(unit, year)["all"] for unit in (branch, other, district)] == [
            (1, 1, 100),
            (1, 1, 100),
            (2, 2, 200),
        ]
    assert [sums(unit, 0)["people"][1] for unit in (branch, other, district)] == [1, 1, 2]
    assert_all_agree()


def test_a_change_of_category_or_post_is_followed(branch: Organization, member: Member) -> None:
    rural, new = (MemberCategory.objects.get(slug=slug) for slug in ("rural", "new"))
    group = ReportGroup.objects.get(secretaries_only=True, categories=rural)
    give(member)
    role = builders.make_role(member, branch, Role.Kind.SECRETARY)
    assert sums(branch)[f"group:{group.pk}"] == (1, 1, 100)
    assert sums(branch, 0, f"group:{group.pk}") == {"people": (0, 1, 0)}
    member.categories.set([new])
    assert sums(branch, who=f"category:{rural.pk}") == {}
    assert sums(branch, who=f"category:{new.pk}")["all"] == (1, 1, 100)
    assert f"group:{group.pk}" not in sums(branch)
    member.categories.add(rural)
    role.delete()
    assert f"group:{group.pk}" not in sums(branch)
    assert sums(branch)["all"] == (1, 1, 100)
    assert_all_agree()


def test_the_seven_groups(district: Organization) -> None:
    branch = builders.make_branch(district)
    people = {}
    for slug in ("government", "rural", "non_public", "new", "floating"):
        people[slug] = builders.make_member(branch, slug)
        give(people[slug], delivery_kind="station")
        give(people[slug], delivery_kind="field", subject=Subject.objects.get(code="farming"))
    for slug in ("government", "rural", "non_public"):
        builders.make_role(people[slug], branch, Role.Kind.SECRETARY)
    found = [sums(district).get(f"group:{group.pk}") for group in ReportGroup.objects.all()]
    twice, once = (2, 1, 200), (1, 1, 100)
    assert found == [twice, twice, twice, once, twice, twice, (5, 5, 500)]


def test_who_has_left_stays_in_the_sums_but_is_no_longer_asked(branch: Organization, member: Member) -> None:
    idle = builders.make_member(branch)
    give(member)
    for leaving in (member, idle):
        leaving.is_active = False
        leaving.save()
    assert sums(branch)["all"] == sums(branch)["left"] == (1, 1, 100)
    assert sums(branch, 0) == {}
    assert_all_agree()


def test_who_belongs_nowhere_is_counted_when_a_branch_takes_them(branch: Organization) -> None:
    member = builders.make_member(None)
    give(member)
    assert not Tally.objects.exclude(entries=0, people=0).exists()
    member.organization = branch
    member.save()
    assert sums(branch)["all"] == (1, 1, 100)


def test_a_deleted_member_is_counted_no_more(branch: Organization, member: Member) -> None:
    builders.make_role(member, branch, Role.Kind.SECRETARY)
    stays = builders.make_member(branch)
    member.delete()
    assert sums(branch, 0) == {"people": (0, 1, 0)}
    assert list(CountedMember.objects.values_list("pk", flat=True)) == [stays.pk]
    assert_all_agree()


def test_a_committee_that_moves_takes_its_sums_along() -> None:
    here, there = builders.make_district("甲区"), builders.make_district("乙区")
    branch = builders.make_branch(here)
    give(builders.make_member(branch))
    give(builders.make_member(here))
    committee = branch.get_parent()
    committee.move(Organization.objects.get(pk=there.pk), "sorted-child")
    assert [sums(unit)["all"][0] for unit in (here, there, committee, branch)] == [1, 1, 1, 1]
    assert [sums(unit, 0)["people"][1] for unit in (here, there)] == [1, 1]
    assert_all_agree()


def test_two_branches_become_one(district: Organization, branch: Organization) -> None:
    other = builders.make_branch(district, "第二支部")
    moved = [builders.make_member(other) for _ in range(3)]
    for member in moved:
        give(member)
    Member.objects.filter(organization=other).update(organization=branch)
    members_changed.send(Member, ids=[member.pk for member in moved])
    other.delete()
    assert sums(branch)["all"] == sums(district)["all"] == (3, 3, 300)
    assert_all_agree()


def test_a_move_that_nobody_spoke_of_is_found_and_mended(
    district: Organization, branch: Organization
) -> None:
    other = builders.make_branch(district, "第二支部")
    member = builders.make_member(other)
    give(member)
    Member.objects.filter(pk=member.pk).update(organization=branch)
    run = rebuild.check()
    assert (run.corrected_members, run.differing_organizations) == (1, 0)
    assert sums(branch)["all"] == (1, 1, 100)


def test_the_check_names_what_differs_and_the_rebuild_mends_it(
    district: Organization, branch: Organization, member: Member, caplog: pytest.LogCaptureFixture
) -> None:
    give(member)
    before = list(
        Tally.objects.order_by("pk").values_list("organization_id", "year", "who", "line", "entries")
    )
    Tally.objects.filter(organization=branch, line="all", year=2026).update(entries=7)
    Tally.objects.filter(organization=district, line="month:3").delete()
    with pytest.raises(CommandError, match=r"sums of \d organizations differ"):
        call_command("check_tallies")
    assert "differ from the ledger" in caplog.text
    assert rebuild.last_fault() == TallyCheck.objects.first()
    out = StringIO()
    call_command("rebuild_tallies", stdout=out)
    assert "wrong: " in out.getvalue()
    rows = Tally.objects.values_list("organization_id", "year", "who", "line", "entries")
    assert sorted(rows) == sorted(before)
    assert rebuild.last_fault() is None
    assert_all_agree()


def test_sums_that_were_never_kept_are_counted_from_nothing(
    district: Organization, branch: Organization, member: Member
) -> None:
    give(member)
    give(builders.make_member(district))
    before = sorted(Tally.objects.values_list("organization_id", "year", "who", "line", "entries", "people"))
    Tally.objects.all().delete()
    CountedMember.objects.all().delete()
    call_command("check_tallies", "--when-due")
    assert [task.task_path for task in DBTaskResult.objects.all()] == ["hours.tallies.tasks.check_tallies"]
    tasks.check_tallies.call()
    tasks.check_tallies.call()  # asked twice; once is enough
    rows = Tally.objects.values_list("organization_id", "year", "who", "line", "entries", "people")
    assert sorted(rows) == before
    run = TallyCheck.objects.get()
    assert (run.purpose, run.percent) == ("rebuild", 100)


def test_the_first_credit_after_an_upgrade_counts_all_earlier_ones(
    branch: Organization, member: Member
) -> None:
    give(member)
    Tally.objects.all().delete()
    CountedMember.objects.all().delete()
    give(member)
    assert sums(branch)["all"] == (2, 1, 200)


@pytest.mark.parametrize(
    ("hours_ago", "clock", "due"), [(21, 2, True), (21, 14, False), (5, 2, False), (49, 14, True)]
)
def test_the_check_is_made_at_night(hours_ago: int, clock: int, due: bool) -> None:
    now = datetime(2026, 6, 1, clock, 30, tzinfo=timezone.get_default_timezone())
    run = TallyCheck.objects.create(purpose="check", finished_at=now)
    TallyCheck.objects.filter(pk=run.pk).update(started_at=now - timedelta(hours=hours_ago))
    assert rebuild.is_due(now) is due
    assert rebuild.is_due(now.astimezone(UTC)) is due


def test_a_sign_in_asks_nothing_of_the_sums(member: Member) -> None:
    member.last_login = timezone.now()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        member.save(update_fields=["last_login"])
    assert len(queries) == 1


def test_sums_that_agree_are_said_to_agree(branch: Organization, member: Member) -> None:
    give(member)
    out = StringIO()
    call_command("check_tallies", stdout=out)
    assert "All sums agree" in out.getvalue()
    # A check that was just made is not due again.
    call_command("check_tallies", "--when-due")
    assert not DBTaskResult.objects.exists()
    assert tasks.check_tallies.call() == 0
    assert TallyCheck.objects.count() == 1


def test_small_portions_come_to_the_same(
    branch: Organization, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(member)
    give(builders.make_member(branch))
    monkeypatch.setattr(rebuild, "PEOPLE_AT_ONCE", 1)
    monkeypatch.setattr(rebuild, "ORGANIZATIONS_AT_ONCE", 1)
    Tally.objects.filter(organization=branch, line="all").update(entries=7)
    assert rebuild.rebuild().percent == 100
    assert_all_agree()
