"""Lists of organizations: what a row does to the tree, and which shapes are refused."""

from collections.abc import Sequence
from typing import Any

import pytest

from members.models import Member, Organization
from tests import builders

from .lists import enter, outcomes, read, reasons

pytestmark = pytest.mark.django_db
HEAD = ["代码", "名称", "级别", "上级"]
ROUND = "An organization cannot belong to itself or to one below it."


def test_organizations_in_any_order(chief: Member, district: Organization, branch: Organization) -> None:
    other = branch.get_parent()
    rows: Sequence[Sequence[Any]] = [
        ["党组织名称", "党组织代码", "党组织类别", "上级党组织"],
        ["新村党支部", "new-1", "党支部", "new"],
        ["新党工委", "new", "党工委", district.name],
        ["改名支部", branch.code, None, "新党工委"],
        [other.name, other.code, "党工委", district.code],
        ["无上级", "lost", "党支部", None],
        ["下级", "sub", "党支部", "new-1"],
        ["下下级", "subsub", "党支部", "sub"],
        ["甲", "loop-a", "党工委", "loop-b"],
        ["乙", "loop-b", "党工委", "loop-a"],
    ]
    source = read(chief, rows, "organizations")
    refused = ["refused"] * 5
    assert outcomes(source) == ["create", "create", "change", "same", *refused]
    enter(source)
    new = Organization.objects.get(code="new")
    assert (new.get_parent(), new.level) == (district, "committee")
    assert Organization.objects.get(code="new-1").get_parent() == new
    moved = Organization.objects.get(pk=branch.pk)
    assert (moved.name, moved.get_parent()) == ("改名支部", new)
    assert not Organization.objects.filter(code__in=["lost", "sub", "subsub", "loop-a", "loop-b"]).exists()
    assert Organization.find_problems() == ([], [], [], [], [])
    assert outcomes(read(chief, rows[:4], "organizations")) == ["same", "same", "same"]


def test_organizations_outside_ones_own_part_are_left_alone(
    branch: Organization, district: Organization
) -> None:
    committee = branch.get_parent()
    keeper = builders.make_member(branch)
    builders.make_role(keeper, committee, "administrator")
    other = builders.make_branch(district, "第二支部")
    rows: Sequence[Sequence[Any]] = [
        ["代码", "名称", "级别", "上级"],
        [other.code.upper(), "改名", None, committee.code],
        ["x1", "新支部", "支部", other.get_parent().code],
        [committee.code, None, None, branch.code],
        [branch.code, None, "区", committee.code],
    ]
    source = read(keeper, rows, "organizations")
    assert outcomes(source) == ["refused"] * 4
    beyond = f"An organization that you do not look after has the code {other.code.upper()}."
    assert reasons(source)[0] == [beyond]
    assert other.name not in str(reasons(source))


def test_no_unit_comes_to_stand_below_itself(chief: Member, district: Organization) -> None:
    first = builders.make_branch(district).get_parent()
    second = builders.make_branch(district, "第二支部").get_parent()
    for rows in (
        [["new", "新党工委", "党工委", first.code], [first.code, None, None, "new"]],
        [[first.code, None, None, second.code], [second.code, None, None, first.code]],
    ):
        source = read(chief, [HEAD, *rows], "organizations")
        assert [why[0] for why in reasons(source)] == [ROUND, ROUND]
        enter(source)
    # What stands below now is moved up before anything can belong to it; others of the list are entered.
    first.add_child(code="inner", name="内设党总支", level="committee")
    rows = [
        [first.code, None, None, "inner"],
        ["inner", None, None, district.code],
        ["beside", "旁边支部", None, first.code],
    ]
    source = read(chief, [HEAD, *rows], "organizations")
    assert reasons(source) == [[ROUND], [], []]
    enter(source)
    assert Organization.objects.get(pk=first.pk).get_parent() == district
    assert Organization.objects.get(code="inner").get_parent() == district
    assert Organization.find_problems() == ([], [], [], [], [])


def test_the_top_of_ones_own_part_stays(branch: Organization) -> None:
    top, second = branch.get_parent(), builders.make_branch(branch.get_root(), "第二支部").get_parent()
    keeper = builders.make_member(branch)
    for unit in (top, second):
        builders.make_role(keeper, unit, "administrator")
    for above in (second.code, "new"):
        rows = [["new", "新党工委", "党工委", second.code], [top.code, None, None, above]]
        source = read(keeper, [HEAD, *rows], "organizations")
        assert reasons(source) == [
            [],
            ["The top of your own part of the tree is moved by whoever stands above it."],
        ]


def test_a_level_fits_what_stands_above_and_below(
    chief: Member, district: Organization, branch: Organization
) -> None:
    committee = branch.get_parent()
    empty = committee.add_child(code="empty", name="空党总支", level="committee")
    rows: Sequence[Sequence[Any]] = [
        [district.code, None, "党工委", None],
        [committee.code, None, "党支部", None],
        [branch.code, None, "区委", None],
        [empty.code, None, "党支部", None],
        ["below", "其下支部", "党支部", empty.code],
    ]
    source = read(chief, [HEAD, *rows], "organizations")
    below_branch = "A branch has no organizations below it."
    assert reasons(source) == [
        ["Only a district stands above all others."],
        [below_branch],
        ["A district belongs to no other organization."],
        [],
        [below_branch],
    ]
    enter(source)
    assert [unit.level for unit in Organization.objects.order_by("path")] == [
        "district", "committee", "branch", "branch",
    ]  # fmt: skip
