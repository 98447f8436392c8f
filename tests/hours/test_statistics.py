"""What those who answer for a unit read of a year, on the screen and in Excel."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from foundation.calendar import this_year
from hours.ledger import credit
from hours.models import ReportGroup, Subject
from hours.statistics.figures import statistics_of, units_for
from hours.statistics.tables import Cell, tables_of
from members.models import Member, MemberCategory, Organization, Role
from tests import builders

pytestmark = pytest.mark.django_db
PAGE = "/hours/statistics/"


def give(member: Member, **facts: Any) -> None:
    """Credit a lesson of one hour in this March, except where `facts` say otherwise."""
    usual: dict[str, Any] = {
        "lecture_key": uuid4(),
        "title": "春耕",
        "minutes": 45,
        "delivery_kind": "online",
        "earned_on": date(this_year(), 3, 5),
        "basis": {},
    }
    credit(member, **(usual | facts))


@pytest.fixture
def other(district: Organization) -> Organization:
    """Another branch under another committee."""
    return builders.make_branch(district, "第二支部")


def sign_in(client: Client, organization: Organization, kind: str, **more: Any) -> Member:
    """Sign in somebody who holds a role at `organization` and belongs to none."""
    viewer = builders.make_member(None, **more)
    builders.make_role(viewer, organization, kind)
    client.force_login(viewer, backend="members.accounts.backends.PhoneOrNumberBackend")
    return viewer


def test_the_figures_of_a_district(district: Organization, branch: Organization, other: Organization) -> None:
    farming = Subject.objects.get(code="farming")
    diligent, idle = builders.make_member(branch, "rural"), builders.make_member(branch, "rural")
    neighbour = builders.make_member(other, "new")
    give(diligent, subject=farming)
    give(diligent, delivery_kind="field", earned_on=date(this_year(), 4, 1), minutes=90)
    give(neighbour, delivery_kind="station")
    give(neighbour, earned_on=date(2020, 4, 1))
    idle.refresh_from_db()

    found = statistics_of(district, this_year())
    assert (found.total.entries, found.total.people, found.total.hours) == (3, 2, Decimal(4))
    assert (found.total.of, found.total.coverage) == (3, Decimal("66.6"))
    assert [(unit.name, unit.entries, unit.people, unit.of) for unit in found.units] == [
        ("第一支部上级党工委", 2, 1, 2),
        ("第二支部上级党工委", 1, 1, 1),
    ]
    assert [each.hours for each in found.months] == [0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0]
    assert {each.name: each.entries for each in found.subjects if each.entries} == {farming.name: 1, "": 2}
    assert [each.entries for each in found.kinds] == [1, 0, 0, 1, 1, 0, 0]
    assert {each.name: (each.people, each.of) for each in found.categories if each.of} == {
        "农村党员": (1, 2),
        "新党员": (1, 1),
    }
    rural_by_screen = ReportGroup.objects.get(delivery_kinds=["online", "station"])
    assert {each.name: (each.entries, each.people, each.of) for each in found.groups if each.entries} == {
        rural_by_screen.name: (1, 1, 2),
        "新党员": (1, 1, 1),
        "就业和技能培训": (1, 1, 3),
    }


def test_one_category_alone(district: Organization, branch: Organization) -> None:
    give(builders.make_member(branch, "rural"))
    give(builders.make_member(branch, "new"), minutes=450)
    found = statistics_of(district, this_year(), MemberCategory.objects.get(slug="rural"))
    assert (found.total.hours, found.total.of, found.units[0].hours) == (1, 1, 1)
    assert "groups" not in [table.slug for table in tables_of(found)]


def test_who_left_after_learning_stands_above_and_below_the_line(branch: Organization) -> None:
    learned, idle, stays = (builders.make_member(branch) for _ in range(3))
    give(learned)
    for leaving in (learned, idle):
        leaving.is_active = False
        leaving.save()
    total = statistics_of(branch, this_year()).total
    assert (total.people, total.of) == (1, 2)
    assert stays.is_active


def test_the_same_few_queries_for_any_size(district: Organization, branch: Organization) -> None:
    give(builders.make_member(branch))
    with CaptureQueriesContext(connection) as few:
        statistics_of(district, this_year())
    for number in range(4):
        give(builders.make_member(builders.make_branch(district, f"支部{number}"), "rural", "new"))
    with CaptureQueriesContext(connection) as many:
        statistics_of(district, this_year())
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("kind", "level", "units"),
    [
        (Role.Kind.ADMINISTRATOR, "district", 5),
        (Role.Kind.OFFICER, "committee", 2),
        (Role.Kind.SECRETARY, "branch", 1),
        (Role.Kind.EDITOR, "district", 0),
        (Role.Kind.OPERATOR, "branch", 0),
    ],
)
def test_own_unit_and_below_alone(
    client: Client, branch: Organization, other: Organization, *, kind: str, level: str, units: int
) -> None:
    district = branch.get_root()
    give(builders.make_member(branch, name="甲支部的人"))
    give(builders.make_member(other, name="乙支部的人"))
    own = {"district": district, "committee": branch.get_parent(), "branch": branch}[level]
    viewer = sign_in(client, own, kind)
    assert units_for(viewer).count() == units
    for unit in (district, branch.get_parent(), branch, other, other.get_parent()):
        allowed = 200 if units and unit.path.startswith(own.path) else 404
        for name in ("hours:statistics", "hours:statistics_excel"):
            assert client.get(reverse(name), {"unit": unit.code}).status_code == allowed
    page = client.get(PAGE)
    assert page.status_code == (200 if units else 404)
    assert "支部的人" not in page.content.decode()


def test_strangers_are_asked_to_sign_in_and_members_see_nothing(
    client: Client, member_client: Client
) -> None:
    assert member_client.get(PAGE).status_code == 404
    client.logout()
    assert client.get(PAGE).url == f"/sign-in/?next={PAGE}"  # type: ignore[attr-defined]  # a redirect


@pytest.mark.parametrize("query", ["year=1999", "year=abc", "unit=nowhere", "year=٢٠٢٦"])
def test_what_is_not_there_is_said_to_be_not_there(client: Client, branch: Organization, query: str) -> None:
    sign_in(client, branch, Role.Kind.SECRETARY)
    assert client.get(f"{PAGE}?{query}").status_code == 404


def test_an_empty_unit_says_so(client: Client, branch: Organization) -> None:
    sign_in(client, branch, Role.Kind.SECRETARY)
    page = client.get(PAGE).content.decode()
    assert "本年度还没有学时记录" in page
    assert "month-chart" not in page


def test_excel_holds_what_the_screen_shows(
    client: Client, district: Organization, branch: Organization, other: Organization
) -> None:
    branch.name = "=1+1"
    branch.save()
    committee = branch.get_parent()
    give(builders.make_member(branch, "rural"), minutes=34)
    give(builders.make_member(other, "new", "floating"), delivery_kind="station")
    builders.make_member(other)
    sign_in(client, district, Role.Kind.ADMINISTRATOR)
    for unit in (district, committee):
        sent = client.get(reverse("hours:statistics_excel"), {"unit": unit.code})
        assert ".xlsx" in sent["Content-Disposition"]
        with translation.override("zh-hans"):
            tables = tables_of(statistics_of(unit, this_year()))
        book = load_workbook(BytesIO(sent.content))
        assert book.sheetnames == [table.title for table in tables]
        screen = client.get(PAGE, {"unit": unit.code}).content.decode()
        for table, sheet in zip(tables, book.worksheets, strict=True):
            rows = list(sheet.iter_rows(min_row=2, values_only=True))
            assert rows[0][: len(table.headings)] == table.headings
            for row, written in zip([*table.rows, *filter(None, [table.total])], rows[1:], strict=False):
                assert str(written[0]).removeprefix("'") == row.name
                for cell, value in zip(row.cells, written[1:], strict=False):
                    assert as_shown(value, cell) == cell.shown
                    assert f">{cell.shown}</td>" in screen or not table.rows


def as_shown(value: Any, cell: Cell) -> str:
    """Return an Excel cell's value as Excel's format would show it."""
    if value == "—":
        return "—"
    number = round(Decimal(str(value)) * (100 if cell.kind == "percent" else 1), 2)
    return Cell(number, cell.kind).shown
