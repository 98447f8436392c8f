"""Correcting and withdrawing a meeting as a whole: one act, one reason, all or nothing."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from foundation.calendar import day_of, this_year
from hours.models import CreditEntry, CreditRule, Subject, YearClosure
from hours.tallies import rebuild
from meetings.attendance.refusals import RollRefusedError
from meetings.attendance.roll import Ticks
from meetings.attendance.roll import correct as take_back
from meetings.models import Session
from meetings.sessions import correcting
from meetings.sessions.entering import MeetingDiffersError, add_present, enter, sessions_of
from members.models import Member, Organization
from tests import builders

from .rolls import ids, meeting

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


@pytest.fixture
def guest(branch: Organization, district: Organization) -> Member:
    """A member of another branch who stays here."""
    return builders.make_member(builders.make_branch(district, "老家支部"), host_organization=branch)


@pytest.fixture
def session(
    secretary: Member, branch: Organization, people: list[Member], guest: Member, yesterday: datetime
) -> Session:
    """A meeting of 90 minutes with three people and a guest."""
    return enter(secretary, meeting(branch, yesterday, place="会议室"), ids(*people, guest))


def in_force() -> list[tuple[int, int]]:
    entries = CreditEntry.objects.all().in_force().order_by("member")
    return list(entries.values_list("member", "minutes"))


def correct(viewer: Member, session: Session, **fields: Any) -> Session:
    facts: dict[str, Any] = {"place": session.place, "starts_at": session.starts_at} | fields
    return correcting.correct(
        viewer,
        session,
        meeting(session.organization, **facts),
        "分钟数填错了",
        seen_at=session.corrected_at,
    )


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"minutes": 45}, "90 分钟"),
        ({"delivery_kind": "field"}, "支部学习"),
        ({"place": "田头"}, "会议室"),
        ({"subject": "theory"}, "未填"),
    ],
)
def test_a_meeting_that_is_entered_with_other_facts_is_refused_and_says_what_is_stored(
    session: Session, secretary: Member, other: dict[str, Any], said: str
) -> None:
    if "subject" in other:
        other = {"subject": Subject.objects.get(code=other["subject"])}
    before = Session.objects.values().get()
    newcomer = builders.make_member(session.organization)
    with pytest.raises(MeetingDiffersError, match=said) as refusal:
        enter(secretary, meeting(session.organization, session.starts_at, **other), ids(newcomer))
    assert refusal.value.session == session
    assert Session.objects.values().get() == before
    assert not CreditEntry.objects.filter(member=newcomer).exists()
    # What is left empty says nothing else.
    enter(secretary, meeting(session.organization, session.starts_at), ids(newcomer))
    assert CreditEntry.objects.filter(member=newcomer).exists()


def test_a_correction_takes_all_hours_back_and_credits_them_anew_guests_too(
    session: Session, secretary: Member, people: list[Member], guest: Member
) -> None:
    take_back(secretary, session.attendances.get(member=people[0]), "没有来")
    correct(secretary, session, minutes=45, title="主题党日活动")
    assert in_force() == sorted((one.pk, 45) for one in (*people[1:], guest))
    reasons = CreditEntry.objects.filter(reverses__isnull=False).values_list("reason", flat=True)
    assert sorted(reasons) == sorted(["没有来", *["分钟数填错了"] * 3])
    stored = Session.objects.get()
    assert (stored.title, stored.minutes, stored.place) == ("主题党日活动", 45, "会议室")
    assert stored.ends_at == stored.starts_at + timedelta(minutes=45)
    logged = ModelLogEntry.objects.get(action="meetings.correct")
    assert (logged.user, logged.object_id) == (secretary, str(session.pk))
    assert [logged.data[side]["minutes"] for side in ("before", "after")] == [90, 45]
    assert logged.data["reason"] == "分钟数填错了"
    run = rebuild.check()
    assert (run.differing_organizations, run.corrected_members) == (0, 0)


def test_who_got_no_hours_by_the_wrong_facts_gets_them_by_the_right_ones(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    short = enter(secretary, meeting(branch, yesterday, minutes=9), ids(*people))
    assert in_force() == []
    correct(secretary, short, minutes=90)
    assert in_force() == [(one.pk, 90) for one in people]


def test_the_day_can_be_corrected_into_another_year_and_a_closed_one_asks_for_the_reason(
    session: Session, secretary: Member
) -> None:
    last_year = timezone.make_aware(datetime(this_year() - 1, 12, 30, 9))
    YearClosure.objects.create(year=this_year() - 1)
    with pytest.raises(RollRefusedError) as refusal:
        correct(secretary, session, starts_at=last_year)
    assert refusal.value.field == "late_reason"
    correct(secretary, session, starts_at=last_year, late_reason="登记表年后才寄到")
    entries = CreditEntry.objects.all().in_force()
    assert set(entries.values_list("earned_on", "year", "late_reason")) == {
        (day_of(last_year), this_year() - 1, "登记表年后才寄到")
    }


def test_a_lecture_that_left_the_library_stays_the_same_lesson(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    lecture = builders.make_lecture("怎样开好三会一课", credit_minutes=90)
    held = enter(secretary, meeting(branch, yesterday, lecture=lecture, title=lecture.title), ids(*people))
    lecture.delete()
    corrected = correct(secretary, held, title=lecture.title, minutes=45)
    assert corrected.lecture_key == held.lecture_key


def refused_corrections(session: Session, secretary: Member) -> list[tuple[str, dict[str, Any], str]]:
    """Return why a correction can fail: which field is named, with what facts, by what reason."""
    return [
        ("day", {"starts_at": timezone.now() + timedelta(days=1)}, "日期填错了"),
        ("day", {"starts_at": timezone.make_aware(datetime(1999, 1, 1))}, "日期填错了"),
        ("day", {"title": "另一次"}, "标题填错了"),
        ("reason", {"minutes": 45}, "  "),
        ("reason", {"minutes": 45}, f"{session.attendances.first().member.name}没有来"),  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize("case", range(5))
def test_what_cannot_be_corrected_whole_is_not_corrected_at_all(
    session: Session, secretary: Member, case: int
) -> None:
    field, facts, reason = refused_corrections(session, secretary)[case]
    CreditRule.objects.update(valid_from=date(2000, 1, 1))
    enter(secretary, meeting(session.organization, session.starts_at, title="另一次"), [secretary.pk])
    before = (Session.objects.values().get(pk=session.pk), in_force(), CreditEntry.objects.count())
    stored: dict[str, Any] = {"place": session.place, "starts_at": session.starts_at}
    held = meeting(session.organization, **stored | facts)
    with pytest.raises(RollRefusedError) as refusal:
        correcting.correct(secretary, session, held, reason, seen_at=None)
    assert refusal.value.field == field
    assert (Session.objects.values().get(pk=session.pk), in_force(), CreditEntry.objects.count()) == before
    assert not ModelLogEntry.objects.filter(action="meetings.correct").exists()


def test_the_reason_names_nobody_on_the_roll_not_even_who_got_no_hours(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    short = enter(secretary, meeting(branch, yesterday, minutes=9), ids(*people))
    with pytest.raises(RollRefusedError) as refusal:
        correcting.withdraw(secretary, short, f"{people[1].name}没有来")
    assert refusal.value.field == "reason"
    assert Session.objects.get().withdrawn_at is None


def test_a_page_from_before_another_correction_corrects_nothing(session: Session, secretary: Member) -> None:
    correct(secretary, session, minutes=45)
    with pytest.raises(RollRefusedError):
        correct(secretary, session, minutes=60)
    assert {minutes for _member, minutes in in_force()} == {45}


def test_a_withdrawn_meeting_stays_marked_without_hours_and_may_be_entered_anew(
    session: Session, secretary: Member, people: list[Member]
) -> None:
    correcting.withdraw(secretary, session, "当天没有开会")
    stored = sessions_of(secretary).get()
    assert (stored.withdrawn_by, stored.withdrawn_reason) == (secretary, "当天没有开会")
    assert (in_force(), stored.noted, stored.credited) == ([], 0, 0)  # type: ignore[attr-defined]  # annotated
    assert ModelLogEntry.objects.get(action="meetings.withdraw").data == {"reason": "当天没有开会"}
    for refused in (
        lambda: add_present(stored, secretary, Ticks(ids(people[0]))),
        lambda: correct(secretary, stored, minutes=45),
        lambda: correcting.withdraw(secretary, stored, "再撤一次"),
    ):
        with pytest.raises(RollRefusedError):
            refused()
    anew = enter(secretary, meeting(session.organization, session.starts_at), ids(*people))
    assert anew.pk != session.pk
    assert in_force() == [(one.pk, 90) for one in people]
    run = rebuild.check()
    assert (run.differing_organizations, run.corrected_members) == (0, 0)


@pytest.mark.parametrize(
    ("who", "at_once", "later"),
    [
        ("who entered it", True, False),
        ("colleague", False, False),
        ("officer", True, True),
        ("administrator", True, True),
        ("other officer", False, False),
    ],
)
def test_who_entered_it_may_for_some_days_and_those_above_for_good(
    session: Session, secretary: Member, settings: Any, *, who: str, at_once: bool, later: bool
) -> None:
    branch, viewer = session.organization, secretary
    if who != "who entered it":
        viewer = builders.make_member(branch)
        kind = {"colleague": "secretary", "other officer": "officer"}.get(who, who)
        elsewhere = builders.make_branch(branch.get_root(), "别处").get_parent()
        unit = {"colleague": branch, "other officer": elsewhere}.get(who, branch.get_parent())
        builders.make_role(viewer, unit, kind)
    acts = (
        lambda: correct(viewer, session, minutes=45),
        lambda: correcting.withdraw(viewer, session, "没开"),
    )
    for days, allowed in ((7, at_once), (0, later)):
        settings.LECTURES_CORRECTION_DAYS = days
        assert correcting.may_change(viewer, session) == allowed
        if not allowed:
            for act in acts:
                with pytest.raises(RollRefusedError):
                    act()
    assert CreditEntry.objects.filter(reverses__isnull=False).count() == 0


def test_who_gave_the_post_up_changes_nothing_any_more(session: Session, secretary: Member) -> None:
    secretary.roles.all().delete()
    assert not correcting.may_change(secretary, session)


def test_the_pages_lead_from_the_refusal_to_the_correction_and_to_withdrawing(
    client: Client, session: Session, secretary: Member, people: list[Member]
) -> None:
    client.force_login(secretary, backend=BACKEND)
    facts = {
        "title": "主题党日",
        "delivery_kind": "group_study",
        "day": str(timezone.localdate(session.starts_at)),
        "starts": "09:00",
        "minutes": "45",
    }
    answer = client.post(
        reverse("sessions:new", args=[session.organization_id]), facts | {"present": ids(people[0])}
    )
    address = reverse("sessions:correct_meeting", args=[session.pk])
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert address in answer.content.decode()
    page = client.get(address).content.decode()
    assert all(f'value="{stored}"' in page for stored in ("主题党日", "90", "09:00", "会议室"))
    assert client.post(address, facts | {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(address, facts | {"reason": "填错了"}).status_code == HTTPStatus.FOUND
    assert {minutes for _member, minutes in in_force()} == {45}
    stale = client.post(address, facts | {"minutes": "60", "reason": "再改"})
    assert stale.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="60"' in stale.content.decode()
    shown = client.get(reverse("sessions:session", args=[session.pk])).content.decode()
    there = reverse("sessions:withdraw_meeting", args=[session.pk])
    assert there in shown
    assert client.post(there, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    after = client.post(there, {"reason": "当天没有开会"}, follow=True).content.decode()
    assert 'id="withdrawn"' in after
    assert 'name="present"' not in after
    assert in_force() == []
    assert "已撤回" in client.get(reverse("sessions:sessions")).content.decode()
    assert client.get(address).status_code == client.get(there).status_code == HTTPStatus.OK
