"""Moving a member to another organization: who may, what comes along, what is logged."""

from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from foundation.calendar import this_year
from hours import ledger
from hours.statistics.figures import statistics_of
from hours.tallies import rebuild
from members.changes.transfer import Move, TransferRefusedError, move_all, transfer
from members.imports import lifecycle
from members.models import Member, Organization
from tests import builders

from . import lists
from .viewers import form_of

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


@pytest.fixture
def other(district: Organization) -> Organization:
    """A branch of another committee."""
    return builders.make_branch(district, "第二支部")


@pytest.fixture
def sister(branch: Organization) -> Organization:
    """Another branch of the same committee."""
    return branch.get_parent().add_child(name="姊妹支部", code="sister", level=Organization.Level.BRANCH)


def holder(organization: Organization, kind: str) -> Member:
    person = builders.make_member(organization)
    builders.make_role(person, organization, kind)
    return person


def transfers() -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action="members.transfer").order_by("pk"))


def test_hours_come_along_and_the_sums_follow(
    district: Organization, branch: Organization, other: Organization, member: Member
) -> None:
    ledger.credit(
        member,
        lecture_key=uuid4(),
        title="春耕",
        minutes=90,
        delivery_kind="online",
        earned_on=timezone.localdate(),
        basis={},
    )
    administrator = holder(district, "administrator")
    transfer(member, other, by=administrator)
    assert Member.objects.get(pk=member.pk).organization == member.organization == other
    assert [statistics_of(unit, this_year()).total.hours for unit in (branch, other, district)] == [0, 2, 2]
    run = rebuild.check()
    assert (run.differing_organizations, run.corrected_members) == (0, 0)
    (entry,) = transfers()
    assert (entry.user, entry.object_id) == (administrator, str(member.pk))
    assert entry.data == {
        "from": [branch.code, branch.name],
        "to": [other.code, other.name],
        "came_home": False,
    }
    assert entry.message == "由第一支部转移到第二支部"


@pytest.mark.parametrize(
    ("kind", "at", "within", "beyond"),
    [
        ("administrator", "district", True, True),
        ("officer", "district", True, True),
        ("administrator", "committee", True, False),
        ("officer", "committee", True, False),
        ("administrator", "branch", False, False),
        ("secretary", "committee", False, False),
        ("editor", "district", False, False),
        ("operator", "district", False, False),
    ],
)
def test_who_answers_for_both_places_may(
    *,
    member: Member,
    branch: Organization,
    sister: Organization,
    other: Organization,
    kind: str,
    at: str,
    within: bool,
    beyond: bool,
) -> None:
    units = {"branch": branch, "committee": branch.get_parent(), "district": branch.get_root()}
    asker = holder(units[at], kind)
    for to, allowed in ((sister, within), (other, beyond)):
        Member.objects.filter(pk=member.pk).update(organization=branch)
        if allowed:
            transfer(member, to, by=asker)
        else:
            with pytest.raises(TransferRefusedError):
                transfer(member, to, by=asker)
        assert Member.objects.get(pk=member.pk).organization == (to if allowed else branch)
    assert len(transfers()) == within + beyond


def test_nobody_is_fetched_from_another_committee(
    other: Organization, member: Member, branch: Organization
) -> None:
    for kind in ("officer", "administrator"):
        with pytest.raises(TransferRefusedError):
            transfer(member, other, by=holder(other.get_parent(), kind))
    assert Member.objects.get(pk=member.pk).organization == branch


def test_who_may_do_more_is_moved_by_those_above(
    branch: Organization, sister: Organization, district: Organization
) -> None:
    chief = builders.make_member(branch)
    builders.make_role(chief, district, "administrator")
    with pytest.raises(TransferRefusedError):
        transfer(chief, sister, by=holder(branch.get_parent(), "officer"))
    transfer(chief, sister, by=holder(district, "administrator"))
    boss = builders.make_member(branch, is_superuser=True)
    with pytest.raises(TransferRefusedError):
        transfer(boss, sister, by=holder(district, "administrator"))


def test_only_a_superuser_takes_somebody_out_of_all_organizations(
    member: Member, district: Organization
) -> None:
    with pytest.raises(TransferRefusedError):
        transfer(member, None, by=holder(district, "administrator"))
    transfer(member, None, by=builders.make_member(None, is_superuser=True))
    assert Member.objects.get(pk=member.pk).organization is None


def test_the_host_that_becomes_home_is_host_no_longer(
    district: Organization, branch: Organization, other: Organization, sister: Organization
) -> None:
    administrator = holder(district, "administrator")
    floating = builders.make_member(branch, "floating", host_organization=other)
    transfer(floating, sister, by=administrator)
    assert Member.objects.get(pk=floating.pk).host_organization == other
    transfer(floating, other, by=administrator)
    assert Member.objects.get(pk=floating.pk).host_organization is None
    assert [entry.data["came_home"] for entry in transfers()] == [False, True]


def test_all_or_none_are_moved(member: Member, sister: Organization, other: Organization) -> None:
    stranger = builders.make_member(other)
    officer = holder(sister.get_parent(), "officer")
    for moves in ([Move(member, sister), Move(stranger, sister)], [Move(member, member.organization)]):
        with pytest.raises(TransferRefusedError):
            move_all(moves, by=officer)
    assert Member.objects.get(pk=member.pk).organization != sister
    assert transfers() == []


def test_the_screen_moves_and_says_why_not(
    client: Client, member: Member, branch: Organization, sister: Organization, other: Organization
) -> None:
    officer = holder(branch.get_parent(), "officer")
    stranger = builders.make_member(other, name="别处的人")
    client.force_login(officer, backend=BACKEND)
    address = f"/admin/users/transfer/{member.pk}/"
    assert address in client.get("/admin/users/").content.decode()
    page = client.get(address)
    assert f'<option value="{sister.code}">' in page.content.decode()
    assert other.code not in page.content.decode()
    for wrong in ("", "nirgends", other.code, branch.code):
        answer = client.post(address, {"to": wrong})
        assert answer.status_code == HTTPStatus.OK
        assert len(answer.context["form"].errors["to"]) == 1
        assert f'value="{wrong}"' in answer.content.decode() or not wrong
    assert transfers() == []
    assert client.post(address, {"to": sister.code}).status_code == HTTPStatus.FOUND
    assert Member.objects.get(pk=member.pk).organization == sister
    elsewhere = client.get(f"/admin/users/transfer/{stranger.pk}/")
    assert elsewhere.status_code == HTTPStatus.NOT_FOUND
    assert "别处的人" not in elsewhere.content.decode()


def test_a_list_and_the_form_move_by_the_same_function(
    client: Client, district: Organization, member: Member, sister: Organization, other: Organization
) -> None:
    administrator = holder(district, "administrator")
    Member.objects.filter(pk=member.pk).update(host_organization=sister)
    rows = [["党员编号", "党支部", "姓名"], [member.number, sister.code, "改了名"]]
    source = lifecycle.start("members", lists.text(rows), "名单.csv", by=administrator, language="en")
    for step in (lifecycle.read, lifecycle.confirm, lifecycle.apply):
        step(source)
        source.refresh_from_db()
    member = Member.objects.get(pk=member.pk)
    assert (member.organization, member.host_organization, member.name) == (sister, None, "改了名")
    client.force_login(administrator, backend=BACKEND)
    data = form_of(member, organization=other.code)
    assert client.post(f"/admin/users/edit/{member.pk}/", data).status_code == HTTPStatus.FOUND
    assert Member.objects.get(pk=member.pk).organization == other
    assert [(entry.data["to"][0], entry.data.get("source")) for entry in transfers()] == [
        (sister.code, "名单.csv"),
        (other.code, None),
    ]
    run = rebuild.check()
    assert (run.differing_organizations, run.corrected_members) == (0, 0)
