"""Lists read and entered: what a row does, to whom, and what happens when it is done twice or broken off."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from wagtail.models import ModelLogEntry

from members.imports import lifecycle
from members.imports.reports import example_list, refused_rows
from members.imports.sheets import sheets_of
from members.models import ImportFile, Member, Organization
from tests import builders

from . import lists
from .lists import enter, outcomes, read, read_file, reasons

pytestmark = pytest.mark.django_db
HEAD: list[Any] = ["党员编号", "姓名", "手机", "党支部", "党员类型", "出生年月", "流入党组织"]


@pytest.fixture
def keeper(district: Organization) -> Member:
    """An administrator of the district."""
    person = builders.make_member(district)
    builders.make_role(person, district, "administrator")
    return person


def test_a_list_is_looked_at_and_then_entered(keeper: Member, branch: Organization) -> None:
    known = builders.make_member(branch, "rural", number="A1", name="老名字", phone="13800000001")
    rows = [
        HEAD,
        ["A1", "田　立春", 13800000002, branch.code, "农村党员、流动", "1962年3月", None],
        ["a2", "麦雨水", "１３８００００ ０００３", branch.name, None, 19700102, None],
        [None, None, None, None, None, None, None],
        ["合计", "2人", None, None, None, None, None],
    ]
    source = read(keeper, rows)
    assert (source.state, source.rows_total) == ("ready", 3)
    assert not ImportFile.objects.exists()
    assert outcomes(source) == ["change", "create", "refused"]
    first, second, third = source.rows.all()
    assert first.changes == [
        ["name of the person", "老名字", "田立春"],
        ["phone", "13800000001", "13800000002"],
        ["member categories", "农村党员", "农村党员、流动党员"],
        ["date of birth", "", "1962-03-01"],
    ]
    assert second.changes[0] == ["member number", "", "A2"]
    assert third.place == 5
    # Nothing was entered so far.
    known.refresh_from_db()
    assert (known.name, Member.objects.filter(number="A2").exists()) == ("老名字", False)
    enter(source)
    known.refresh_from_db()
    assert (known.name, known.phone, known.born_on) == ("田立春", "13800000002", date(1962, 3, 1))
    assert set(known.categories.values_list("slug", flat=True)) == {"rural", "floating"}
    assert known.check_password(builders.PASSWORD)
    new = Member.objects.get(number="A2")
    assert (new.organization, new.phone, new.born_on) == (branch, "13800000003", date(1970, 1, 2))
    assert new.has_usable_password() is False
    entries = ModelLogEntry.objects.filter(action__startswith="members.import").order_by("object_id")
    assert {(e.object_id, e.action, e.user_id) for e in entries} == {
        (str(known.pk), "members.import_change", keeper.pk),
        (str(new.pk), "members.import_create", keeper.pk),
    }


def test_the_same_list_again_changes_nothing(keeper: Member, branch: Organization) -> None:
    rows = [
        HEAD,
        ["A1", "甲", 13800000001, branch.code, "农村", "1962-3-5", None],
        [None, "乙", None, branch.code, None, None, None],
        [None, "丙", 13800000003, branch.code, None, None, None],
    ]
    enter(read(keeper, rows))
    assert Member.objects.filter(organization=branch).count() == 3
    again = read(keeper, rows)
    assert outcomes(again) == ["same", "same", "same"]
    assert Member.objects.filter(organization=branch).count() == 3


def test_without_numbers_members_are_known_by_phone_or_by_name_and_organization(
    keeper: Member, branch: Organization
) -> None:
    by_phone = builders.make_member(branch, number="A1", name="甲", phone="13800000001")
    by_place = builders.make_member(branch, number="A2", name="乙")
    for _ in range(2):
        builders.make_member(branch, name="丁")
    source = read(
        keeper,
        [
            ["姓名", "手机", "党支部", "出生日期"],
            ["甲", "13800000001", None, "1960-01-01"],
            ["乙", "13800000002", branch.code, None],
            ["丙", "13800000001", branch.code, None],
            ["丁", None, branch.code, "1960-01-01"],
            ["戊", None, branch.code, None],
            ["戊", None, branch.code, None],
            ["己", "13800000006", None, None],
        ],
    )
    assert outcomes(source) == ["change", "change", "refused", "refused", "create", "refused", "refused"]
    assert reasons(source) == [
        [],
        [],
        ["Somebody else has the phone 13800000001.", "Row 2 above has the same phone 13800000001."],
        ["Several members of this organization have this name. Add the member number."],
        [],
        ["Row 6 above is about the same."],
        ["A new member needs this as well: organization."],
    ]
    enter(source)
    by_phone.refresh_from_db()
    by_place.refresh_from_db()
    assert (by_phone.born_on, by_place.phone) == (date(1960, 1, 1), "13800000002")
    assert Member.objects.get(name="戊").number == "N0000001"
    enter(read(keeper, [["姓名", "党支部"], ["庚", branch.code], ["辛", branch.code]]))
    given = Member.objects.filter(number__startswith="N").order_by("number")
    assert [(member.name, member.number) for member in given] == [
        ("戊", "N0000001"),
        ("庚", "N0000002"),
        ("辛", "N0000003"),
    ]


def test_moving_between_units_of_one_name_is_a_change(
    keeper: Member, branch: Organization, district: Organization
) -> None:
    twin = builders.make_branch(district, branch.name)
    member = builders.make_member(branch, number="A1", name="甲", host_organization=branch)
    source = read(keeper, [HEAD, ["A1", "甲", None, twin.code, None, None, twin.code]])
    (row,) = source.rows.all()
    assert row.outcome == "change"
    assert row.changes == [
        ["organization", branch.code, twin.code],
        ["host organization", branch.code, twin.code],
    ]
    enter(source)
    member.refresh_from_db()
    assert (member.organization, member.host_organization) == (twin, None)  # the host has become home


def test_who_belongs_nowhere_is_nobody_elses_row(branch: Organization) -> None:
    chief = builders.make_member(None, number="TOP", name="管理员", phone="13800000001", is_superuser=True)
    rows: list[list[Any]] = [
        ["党员编号", "姓名", "手机", "党支部"],
        [None, "乙", "13800000001", None],
        [None, "丙", "13800000002", None],
        ["TOP", "管理员", None, None],
    ]
    source = read(chief, rows)
    assert outcomes(source) == ["refused", "refused", "same"]
    assert reasons(source)[:2] == [
        ["Somebody else has the phone 13800000001."],
        ["A new member needs this as well: organization."],
    ]


def test_nobodys_number_is_anothers_phone(keeper: Member, branch: Organization) -> None:
    builders.make_member(branch, number="A1", phone="13800000001")
    both = builders.make_member(branch, number="13800000002", name="乙", phone="13800000002")
    for number in ("13800000003", "13800000004"):
        builders.make_member(branch, number=number, name="丙")
    rows: list[list[Any]] = [
        HEAD,
        ["13800000001", "甲", None, branch.code, None, None, None],
        ["A4", "丁", "13800000003", branch.code, None, None, None],
        ["13800000002", "乙", "13800000002", None, None, "1962-03-05", None],
        ["13800000004", "丙", "13800000004", None, None, None, None],
        ["13800000005", "戊", "13800000005", branch.code, None, None, None],
    ]
    source = read(keeper, rows)
    assert reasons(source) == [
        ["Somebody else has the phone 13800000001."],
        ["13800000003 is somebody else's member number."],
        [],
        [],
        [],
    ]
    assert outcomes(source)[2:] == ["change", "change", "create"]
    enter(source)
    both.refresh_from_db()
    assert both.born_on == date(1962, 3, 5)


def test_every_fault_of_a_row_is_said(keeper: Member, branch: Organization, district: Organization) -> None:
    builders.make_member(branch, number="B1", phone="13900000001")
    twin = builders.make_branch(district, branch.name)
    rows = [
        HEAD,
        ["A-1?", "甲", "1.38E+10", "无此支部", "外星人", "不详", "无此支部"],
        ["A2", "乙", "0539-8123456", branch.name, None, None, None],
        ["A3", "丙", "13900000001", twin.code, None, None, None],
        ["A4", "字" * 61, None, twin.code, None, None, None],
        ["A5", None, None, None, None, None, None],
        ["A6", "己", None, twin.code, None, None, None],
        ["a6", "庚", None, twin.code, None, None, None],
    ]
    source = read(keeper, rows)
    assert outcomes(source) == ["refused"] * 5 + ["create", "refused"]
    assert [len(why) for why in reasons(source)] == [6, 2, 1, 1, 2, 0, 1]


def test_nobody_outside_ones_own_part_is_touched_or_named(
    branch: Organization, district: Organization
) -> None:
    other = builders.make_branch(district, "第二支部")
    keeper = builders.make_member(branch)
    builders.make_role(keeper, branch, "administrator")
    stranger = builders.make_member(other, number="S1", name="外人", phone="13900000009")
    chief = builders.make_member(branch, number="S2", name="上级")
    builders.make_role(chief, district, "administrator")
    source = read(
        keeper,
        [
            HEAD,
            ["S1", "改名", None, branch.code, None, None, None],
            ["S2", "改名", None, None, None, None, None],
            ["A1", "甲", "13900000009", branch.code, None, None, None],
            ["A2", "乙", None, other.code, None, None, None],
            ["A3", "丙", None, branch.code, None, None, other.name],
            [None, "外人", None, other.code, None, None, None],
        ],
    )
    assert outcomes(source) == ["refused", "refused", "refused", "refused", "create", "refused"]
    assert "外人" not in str(reasons(source))
    assert other.name not in str(reasons(source)[:3])
    enter(source)
    stranger.refresh_from_db()
    chief.refresh_from_db()
    assert (stranger.name, stranger.organization, chief.name) == ("外人", other, "上级")
    assert Member.objects.get(number="A3").host_organization == other


def test_what_was_not_shown_is_not_done(keeper: Member, branch: Organization) -> None:
    source = read(
        keeper,
        [
            HEAD,
            ["A1", "甲", None, branch.code, None, None, None],
            ["A2", "乙", None, branch.code, None, None, None],
            ["A3", "丙", None, branch.code, None, None, None],
        ],
    )
    builders.make_member(branch, number="A1", name="另一位")
    builders.make_member(branch, number="A2", name="乙")
    enter(source)
    assert outcomes(source) == ["refused", "same", "create"]
    assert Member.objects.get(number="A1").name == "另一位"


def test_the_list_may_stand_on_a_later_sheet(keeper: Member, branch: Organization) -> None:
    rows: list[Any] = [*lists.TITLED, HEAD, ["A1", "甲", None, branch.code, None, None, None]]
    source = read_file(keeper, lists.xlsx(rows, merge=("A1:E1",), before=("填表说明",)))
    assert [(row.place, row.outcome) for row in source.rows.all()] == [(5, "create")]


def test_of_several_tables_the_fullest_is_read_and_the_others_are_named(
    keeper: Member, branch: Organization
) -> None:
    content = lists.workbook(
        {
            "填表说明": [["说明", "请勿修改"]],
            "联系人": [["姓名", "电话"], ["苗小暑", "13800000001"]],
            "甲村": [HEAD, ["A1", "甲", None, branch.code]],
            "乙村": [HEAD, ["A2", "乙", None, branch.code]],
        }
    )
    source = read_file(keeper, content)
    assert [row.cells[0] for row in source.rows.all()] == ["A1"]
    assert source.fault == (
        "The file holds several tables: 甲村 was read, but not 联系人、乙村. "
        "Please save each of the others as a file of its own and upload it."
    )
    assert read(keeper, [HEAD, ["A1", "甲", None, branch.code]]).fault == ""


def test_two_columns_are_enough(keeper: Member, branch: Organization) -> None:
    builders.make_member(branch, number="A1", phone="13800000001")
    for head, cell in (("手机", "13800000002"), ("姓名", "改了名")):
        enter(read(keeper, [["党员编号", head], ["A1", cell]]))
    assert Member.objects.filter(number="A1", phone="13800000002", name="改了名").count() == 1


def test_the_refused_rows_can_be_corrected_and_taken(keeper: Member, branch: Organization) -> None:
    rows = [
        HEAD,
        ["A1", "=甲", None, branch.code, None, None, None],
        ["A2", "乙", "123", branch.code, None, None, None],
    ]
    source = read_file(keeper, lists.text(rows))
    source.rows.filter(place=2).update(outcome="refused")
    with translation.override("en"):
        (sheet,) = sheets_of(refused_rows(source).getvalue())
    rows = list(sheet.rows())
    assert rows[0] == [*HEAD, "Row in your list", "Why refused"]
    assert [row[7] for row in rows[1:]] == ["2", "3"]
    assert "123 is no mobile number" in rows[2][8]
    corrected = [[*row[:2], "", *row[3:]] if row[0] == "A2" else row for row in rows]
    assert outcomes(read_file(keeper, lists.text(corrected))) == ["create", "create"]


@pytest.mark.parametrize("kind", ["members", "organizations"])
def test_the_example_is_a_list(keeper: Member, kind: str) -> None:
    source = read_file(keeper, example_list(kind).getvalue(), kind)
    assert set(source.columns) == {field for field, _heading in lifecycle.columns_of(kind)}
    assert source.rows.count() == 1
