"""Who still lacks hours: for one's own unit alone, in no order of merit."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.calendar import this_year
from hours.ledger import credit
from hours.models import Exemption
from hours.requirements.shortfall import shortfalls_of, units_listed_for
from members.models import Member, Organization, Role
from members.roles.permissions import own_units
from tests import builders

pytestmark = pytest.mark.django_db
PAGE = "/hours/shortfall/"


def give(member: Member, hours: int) -> None:
    """Credit so many hours of this year in one lesson."""
    credit(
        member,
        lecture_key=uuid4(),
        title="春耕",
        minutes=45 * hours,
        delivery_kind="online",
        earned_on=date(this_year(), 3, 5),
        basis={},
    )


def test_the_list_holds_who_lacks_hours_in_the_order_of_numbers(branch: Organization) -> None:
    idle = builders.make_member(branch, number="B2")
    diligent = builders.make_member(branch, number="B3")
    half = builders.make_member(branch, number="B1")
    exempt = builders.make_member(branch, number="B4")
    builders.make_member(branch, number="B5", is_active=False)
    builders.make_member(branch.get_parent(), number="B6")
    give(diligent, 32)
    give(half, 20)
    Exemption.objects.create(member=exempt, valid_from=date(this_year(), 1, 1))
    found = shortfalls_of(branch, this_year())
    assert [(each.member, each.standing.remaining) for each in found.members] == [
        (half, Decimal(12)),
        (idle, Decimal(32)),
    ]
    assert (found.fulfilled, found.exempt) == (1, 1)


def test_the_same_queries_for_three_and_for_thirty(branch: Organization) -> None:
    for _ in range(3):
        builders.make_member(branch)
    with CaptureQueriesContext(connection) as few:
        shortfalls_of(branch, this_year())
    for _ in range(27):
        give(builders.make_member(branch), 1)
    with CaptureQueriesContext(connection) as many:
        shortfalls_of(branch, this_year())
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("kind", "level", "listed"),
    [
        (Role.Kind.SECRETARY, "branch", ["branch"]),
        (Role.Kind.OFFICER, "committee", ["committee"]),
        (Role.Kind.ADMINISTRATOR, "district", ["district"]),
        (Role.Kind.EDITOR, "branch", []),
        (Role.Kind.OPERATOR, "branch", []),
    ],
)
def test_names_are_for_the_unit_itself(
    client: Client, branch: Organization, *, kind: str, level: str, listed: list[str]
) -> None:
    units = {"branch": branch, "committee": branch.get_parent(), "district": branch.get_root()}
    units["other"] = builders.make_branch(branch.get_root(), "第二支部")
    for at, unit in units.items():
        builders.make_member(unit, name=f"在{at}的人", phone=None)
    viewer = builders.make_member(None)
    builders.make_role(viewer, units[level], kind)
    client.force_login(viewer, backend="members.accounts.backends.PhoneOrNumberBackend")
    assert list(units_listed_for(viewer)) == [units[at] for at in listed]
    for at, unit in units.items():
        answer = client.get(PAGE, {"unit": unit.code})
        assert answer.status_code == (200 if at in listed else 404)
        if at in listed:
            assert [other for other in units if f"在{other}的人" in answer.content.decode()] == [at]


def test_strangers_and_plain_members_learn_nothing(client: Client, member_client: Client) -> None:
    assert member_client.get(PAGE).status_code == 404
    assert client.get("/sign-out/").status_code in {302, 405}
    assert Client().get(PAGE).status_code == 302


def test_the_page_names_what_is_missing_and_a_way_to_call(client: Client, branch: Organization) -> None:
    builders.make_member(branch, name="待补课", phone="13900001234")
    secretary = builders.make_member(None)
    builders.make_role(secretary, branch, Role.Kind.SECRETARY)
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    page: Any = client.get(PAGE)
    words = page.content.decode()
    assert "还差32学时" in words.replace(" ", "")
    assert 'href="tel:13900001234"' in words
    assert page["Cache-Control"] == "private, no-store"
    assert (
        f'href="{PAGE}?unit={branch.code}&amp;year={this_year()}"'
        in client.get("/hours/statistics/").content.decode()
    )


def test_a_unit_without_shortfalls_is_said(client: Client, branch: Organization) -> None:
    give(builders.make_member(branch), 32)
    secretary = builders.make_member(None)
    builders.make_role(secretary, branch, Role.Kind.SECRETARY)
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    assert "没有人还差学时" in client.get(PAGE).content.decode()
    assert client.get(PAGE, {"year": "1999"}).status_code == 404


def test_a_unit_without_members_of_its_own_does_not_claim_that_all_is_done(
    client: Client, district: Organization, branch: Organization
) -> None:
    builders.make_member(branch)
    administrator = builders.make_member(branch)
    builders.make_role(administrator, district, "administrator")
    client.force_login(administrator, backend="members.accounts.backends.PhoneOrNumberBackend")
    text = client.get(PAGE).content.decode()
    assert "本单位没有直属党员" in text
    assert "没有人还差学时" not in text


def test_a_units_own_are_those_of_its_own_roles(branch: Organization) -> None:
    viewer = builders.make_member(branch)
    builders.make_role(viewer, branch.get_parent(), Role.Kind.OFFICER)
    builders.make_role(viewer, branch, Role.Kind.OPERATOR)
    assert list(own_units(viewer, *Role.RESPONSIBLE)) == [branch.get_parent()]
    viewer.is_active = False
    viewer.save()
    assert list(own_units(viewer, *Role.RESPONSIBLE)) == []
    chief = Member.objects.create_superuser("chief", name="管理员")
    assert own_units(chief).count() == 3
