"""The ledger and its data in the editors' site, by role, with others' entries that could leak."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.models import ModelLogEntry

from hours.ledger import credit
from hours.models import CreditEntry, CreditRule, Exemption, HourRequirement
from members.imports.sheets import sheets_of
from members.models import Member, Organization
from tests import builders

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
LEDGER = "/admin/hours_ledger/"


def study(member: Member, title: str = "春耕") -> CreditEntry:
    """Let `member` earn one hour."""
    entry = credit(
        member,
        lecture_key=uuid4(),
        title=title,
        minutes=45,
        delivery_kind="online",
        earned_on=date(2026, 4, 1),
        basis={"seconds_seen": 2700},
    ).entry
    assert entry is not None
    return entry


def viewer(client: Client, organization: Organization, kind: str) -> Member:
    """Sign in a member who holds `kind` for `organization`."""
    member = builders.make_member(organization, name="查看人")
    builders.make_role(member, organization, kind)
    client.force_login(member, backend=BACKEND)
    return member


@pytest.fixture
def own(member: Member) -> CreditEntry:
    """An entry of the viewer's own branch."""
    return study(member)


@pytest.fixture
def foreign(district: Organization) -> CreditEntry:
    """An entry of a branch that the viewer has nothing to do with."""
    return study(builders.make_member(builders.make_branch(district, "第二支部"), name="外支部某"), "秋收")


@pytest.mark.parametrize("kind", ["secretary", "officer", "administrator"])
def test_the_ledger_shows_ones_own_unit_only(
    client: Client, branch: Organization, own: CreditEntry, foreign: CreditEntry, kind: str
) -> None:
    me = viewer(client, branch, kind)
    mine = study(me)
    assert set(CreditEntry.objects.visible_to(me)) == {own, mine}
    assert set(client.get(LEDGER).context["object_list"]) == {own, mine}
    assert list(client.get(f"{LEDGER}?q={foreign.member.number}").context["object_list"]) == []
    assert client.get(f"{LEDGER}inspect/{own.pk}/").status_code == HTTPStatus.OK
    assert client.get(f"{LEDGER}inspect/{foreign.pk}/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("kind", ["operator", "editor"])
def test_operators_and_editors_see_their_own_record_alone(
    client: Client, branch: Organization, own: CreditEntry, kind: str
) -> None:
    me = viewer(client, branch, kind)
    mine = study(me)
    assert list(CreditEntry.objects.visible_to(me)) == [mine]
    assert client.get(LEDGER).status_code == HTTPStatus.FOUND


def test_a_member_sees_the_own_record_alone(member: Member, own: CreditEntry) -> None:
    neighbour = builders.make_member(member.organization)
    study(neighbour)
    assert list(CreditEntry.objects.visible_to(member)) == [own]


@pytest.mark.parametrize("kind", ["officer", "administrator"])
def test_a_wrong_credit_is_taken_back_with_a_reason(
    client: Client, branch: Organization, own: CreditEntry, kind: str
) -> None:
    me = viewer(client, branch, kind)
    address = f"{LEDGER}reverse/{own.pk}/"
    assert address in client.get(f"{LEDGER}inspect/{own.pk}/").content.decode()
    assert client.get(address).status_code == HTTPStatus.OK
    assert list(client.post(address, {"reason": "  "}).context["form"].errors) == ["reason"]
    assert CreditEntry.objects.count() == 1

    assert client.post(address, {"reason": "登记错了人"}).status_code == HTTPStatus.FOUND
    reversal = CreditEntry.objects.get(reverses=own)
    assert (reversal.hours, reversal.reason, reversal.recorded_by) == (Decimal(-1), "登记错了人", me)
    logged = ModelLogEntry.objects.get(action="hours.reverse")
    assert (logged.object_id, logged.user, logged.data) == (str(own.pk), me, {"reversal": reversal.pk})

    assert address not in client.get(f"{LEDGER}inspect/{own.pk}/").content.decode()
    again = client.post(address, {"reason": "再来一次"})
    assert len(again.context["form"].non_field_errors()) == 1
    assert CreditEntry.objects.count() == 2


def test_a_secretary_reads_and_does_not_take_back(
    client: Client, branch: Organization, own: CreditEntry
) -> None:
    viewer(client, branch, "secretary")
    address = f"{LEDGER}reverse/{own.pk}/"
    assert address not in client.get(f"{LEDGER}inspect/{own.pk}/").content.decode()
    client.post(address, {"reason": "登记错了人"})
    assert CreditEntry.objects.count() == 1


def test_nobody_takes_back_what_is_not_theirs_to_see(
    client: Client, branch: Organization, foreign: CreditEntry
) -> None:
    viewer(client, branch, "administrator")
    response = client.post(f"{LEDGER}reverse/{foreign.pk}/", {"reason": "登记错了人"})
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert CreditEntry.objects.count() == 1


@pytest.mark.parametrize("view", ["add", "edit", "delete", "copy", "history", "usage"])
def test_the_ledger_has_no_address_to_change_anything(client: Client, own: CreditEntry, view: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"hours_ledger:{view}", args=[] if view == "add" else [own.pk])


def test_even_a_superuser_is_offered_no_change(
    client: Client, branch: Organization, own: CreditEntry
) -> None:
    chief = builders.make_member(branch, is_superuser=True)
    client.force_login(chief, backend=BACKEND)
    for address in (LEDGER, f"{LEDGER}inspect/{own.pk}/", f"{LEDGER}results/"):
        response = client.get(address)
        assert response.status_code == HTTPStatus.OK
        text = response.content.decode()
        assert [
            word for word in ("/delete/", "/edit/", "hours_ledger/new") if f"{LEDGER}{word}" in text
        ] == []


def test_the_list_takes_the_same_queries_for_one_and_for_many(
    client: Client,
    branch: Organization,
    own: CreditEntry,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    viewer(client, branch, "officer")
    client.get(f"{LEDGER}results/")
    with django_assert_max_num_queries(60) as few:
        client.get(f"{LEDGER}results/")
    for _ in range(5):
        study(builders.make_member(branch))
    with django_assert_max_num_queries(60) as many:
        client.get(f"{LEDGER}results/")
    assert len(many) == len(few)


def test_an_administrator_lays_down_rules_and_requirements(client: Client, branch: Organization) -> None:
    viewer(client, branch.get_root(), "administrator")
    for name in ("creditrule", "hourrequirement", "subject", "exemption"):
        assert client.get(f"/admin/{name}/").status_code == HTTPStatus.OK
        assert client.get(f"/admin/{name}/new/").status_code == HTTPStatus.OK
    client.post("/admin/creditrule/new/", {"valid_from": "2027-01-01", "minutes_per_hour": 50, "step": "0.5"})
    assert CreditRule.objects.get(valid_from=date(2027, 1, 1)).minutes_per_hour == 50
    wrong = client.post(
        "/admin/creditrule/new/", {"valid_from": "2028-01-01", "minutes_per_hour": 0, "step": 0}
    )
    assert set(wrong.context["form"].errors) == {"minutes_per_hour", "step"}
    data = {
        "measure": "total",
        "valid_from": "2027-01-01",
        "applies_to": "everybody",
        "hours": "40",
        "centralized_sessions": 0,
    }
    client.post("/admin/hourrequirement/new/", data)
    assert HourRequirement.objects.get(valid_from=date(2027, 1, 1)).hours == Decimal(40)
    backwards = client.post(
        "/admin/hourrequirement/new/", data | {"valid_from": "2030-01-01", "valid_until": "2029-12-31"}
    )
    assert backwards.status_code == HTTPStatus.OK
    assert not HourRequirement.objects.filter(valid_from=date(2030, 1, 1)).exists()


@pytest.mark.parametrize("kind", ["secretary", "officer", "editor"])
def test_others_do_not(client: Client, branch: Organization, member: Member, kind: str) -> None:
    viewer(client, branch, kind)
    rules = CreditRule.objects.count()
    client.post("/admin/creditrule/new/", {"valid_from": "2027-01-01", "minutes_per_hour": 50, "step": "0.5"})
    client.post("/admin/exemption/new/", {"member": member.number, "valid_from": "2026-01-01"})
    assert (CreditRule.objects.count(), Exemption.objects.count()) == (rules, 0)


def test_exemptions_stay_within_ones_own_unit(
    client: Client, branch: Organization, member: Member, foreign: CreditEntry
) -> None:
    viewer(client, branch, "administrator")
    theirs = Exemption.objects.create(member=foreign.member, valid_from=date(2026, 1, 1))
    response = client.post(
        "/admin/exemption/new/", {"member": foreign.member.number, "valid_from": "2026-01-01"}
    )
    assert list(response.context["form"].errors) == ["member"]
    order = {"member": member.number, "valid_from": "2026-02-01", "valid_until": "2026-01-01"}
    assert list(client.post("/admin/exemption/new/", order).context["form"].errors) == ["valid_until"]
    client.post("/admin/exemption/new/", {"member": member.number, "valid_from": "2026-01-01"})
    mine = Exemption.objects.get(member=member)
    assert list(client.get("/admin/exemption/").context["object_list"]) == [mine]
    assert client.get(f"/admin/exemption/edit/{mine.pk}/").status_code == HTTPStatus.OK
    for address in (f"/admin/exemption/edit/{theirs.pk}/", f"/admin/exemption/delete/{theirs.pk}/"):
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND
        client.post(address)
    assert Exemption.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("name", ["hours_ledger:index", "exemption:index"])
def test_a_download_equals_the_screen(
    client: Client, branch: Organization, own: CreditEntry, foreign: CreditEntry, name: str
) -> None:
    viewer(client, branch, "administrator")
    for entry in (own, foreign):
        Exemption.objects.create(member=entry.member, valid_from=date(2026, 1, 1))
    screen = client.get(reverse(name))
    columns = [column for column in screen.context["view"].columns if column.label]
    shown = [[str(column.label) for column in columns]] + [
        ["" if value is None else str(value) for value in (column.get_value(item) for column in columns)]
        for item in screen.context["table"].data
    ]
    assert [row[0] for row in shown[1:]] == [own.member.name]
    for form in ("xlsx", "csv"):
        response = client.get(reverse(name), {"export": form})
        (sheet,) = sheets_of(b"".join(response.streaming_content))  # type: ignore[attr-defined]  # a stream
        assert list(sheet.rows()) == shown
