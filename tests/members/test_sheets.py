"""Tables as offices keep them, and what stands in their cells."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from members.imports.cell_values import CellRefusedError, day, mobile_number, parts, person_name, whole_number
from members.imports.columns import MEMBER_COLUMNS
from members.imports.sheets import UnreadableFileError, sheets_of
from members.imports.table_header import find_header, rows_below

from . import lists

ROWS: list[list[Any]] = [["编号", "姓名", "手机"], ["20260001", "田立春", "13800000001"]]
READ = [["编号", "姓名", "手机"], ["20260001", "田立春", "13800000001"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_tables_in_every_encoding(encoding: str, delimiter: str) -> None:
    (sheet,) = sheets_of(lists.text(ROWS, encoding=encoding, delimiter=delimiter))
    assert list(sheet.rows()) == READ


def test_cells_of_excel_come_as_text() -> None:
    cells = [13800138000, 1.38e10, 2026.0, 0.5, datetime(1962, 3, 5), date(1962, 3, 5), None, True, "=A1"]
    (sheet,) = sheets_of(lists.xlsx([cells]))
    assert list(sheet.rows()) == [
        ["13800138000", "13800000000", "2026", "0.5", "1962-03-05", "1962-03-05", "", "True", ""]
    ]


def test_the_old_excel_is_read_as_well() -> None:
    content = (Path(__file__).parent / "old_list.xls").read_bytes()
    (sheet,) = sheets_of(content)
    assert list(sheet.rows()) == [
        ["麦场镇党员花名册", "", "", ""],
        ["党员编号", "姓名", "手机", "出生日期"],
        ["20260001", "田立春", "13800138000", "1962-03-05"],
    ]


def test_hidden_sheets_are_left_alone() -> None:
    content = lists.workbook({"旧名册": [["旧"]], "名册": ROWS}, hidden="旧名册")
    assert [(sheet.name, list(sheet.rows())) for sheet in sheets_of(content)] == [("名册", READ)]
    old = bytearray((Path(__file__).parent / "old_list.xls").read_bytes())
    old[old.index(b"\x85\x00") + 8] = 1  # in the record of the sheet, whether it is hidden
    assert sheets_of(bytes(old)) == []


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = lists.xlsx([["姓名"] * 50] * 200)
    monkeypatch.setattr("members.imports.sheets.MOST_UNPACKED_BYTES", 2 * len(content))
    with pytest.raises(UnreadableFileError, match="过大"):
        sheets_of(content)
    assert len(sheets_of(lists.xlsx(ROWS[:1]))) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"PK\x03\x04 no zip",
        b"\xd0\xcf\x11\xe0 no book",
        b"%PDF-1.4\n\x01\x02\x03",
        b"\x89PNG\r\n" + b"\xff" * 50,
        lists.xlsx(ROWS)[:-200],
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"[.。]"):
        for sheet in sheets_of(content):
            list(sheet.rows())


def test_an_open_quotation_is_refused() -> None:
    (sheet,) = sheets_of('编号,姓名\n1,"'.encode() + b"x" * 200_000)
    with pytest.raises(UnreadableFileError):
        list(sheet.rows())


@pytest.mark.parametrize(
    ("top", "first"),
    [
        ([["序号", " 姓　名 ", "党员编号（必填）", "手 机", "备注"]], 2),
        ([*lists.TITLED, ["序号", "姓名", "党员编号", "手机*", "备注"]], 5),
        # A heading over two columns, the names below it.
        ([["序号", "姓名", "党员编号", "联系", None], [None, None, None, "手机", "座机"]], 3),
        ([["名册"], ["序号", "基本信息", None, None, "备注"], [None, "姓名", "党员编号", "手机", None]], 4),
    ],
)
def test_the_header_is_found_below_titles_and_in_merged_rows(top: list[list[Any]], first: int) -> None:
    content = lists.xlsx([*top, [1, "田立春", "20260001", "13800000001", None], [None, None]])
    (sheet,) = sheets_of(content)
    header = find_header(sheet, MEMBER_COLUMNS, ("number", "name"))
    assert header is not None
    assert header.places == {"name": 1, "number": 2, "phone": 3}
    assert [place for place, _row in rows_below(sheet, header)] == [first]


def test_a_table_of_other_things_has_no_header() -> None:
    (sheet,) = sheets_of(lists.xlsx([["日期", "天气"], ["2026-01-01", "晴"], ["姓名", None]]))
    assert find_header(sheet, MEMBER_COLUMNS, ("number", "name")) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("13800138000", "13800138000"),
        ("１３８ ００１３ ８０００", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("1.3800138E+10", None),
        ("1.3800138000E+10", "13800138000"),
        ("1.38E+10", None),
        ("'13800138000", "13800138000"),
        ("\u200b13800138000\ufeff", "13800138000"),
        ("0539-8123456", None),
        ("1380013800", None),
        ("13800138000/13900139000", None),
    ],
)
def test_phones(cell: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(CellRefusedError):
            mobile_number(cell)
    else:
        assert mobile_number(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1962-3-5", date(1962, 3, 5)),
        ("1962-03-05 00:00:00", date(1962, 3, 5)),
        ("1962/03/05", date(1962, 3, 5)),
        ("1962.3.5", date(1962, 3, 5)),
        ("1962 年 3 月 5 日", date(1962, 3, 5)),
        ("１９６２年３月", date(1962, 3, 1)),
        ("1962.03", date(1962, 3, 1)),
        ("196203", date(1962, 3, 1)),
        ("19620305", date(1962, 3, 5)),
        ("22710", date(1962, 3, 5)),
        ("1962", None),
        ("1962-13-01", None),
        ("19620230", None),
        ("3/5/62", None),
        ("2999-01-01", None),
        ("1800-01-01", None),
        ("不详", None),
    ],
)
def test_dates(cell: str, value: date | None) -> None:
    if value is None:
        with pytest.raises(CellRefusedError):
            day(cell)
    else:
        assert day(cell) == value


def test_names_numbers_and_lists() -> None:
    assert [person_name(n) for n in ("张　三", " 阿依古丽·买买提 ", "Anna  Li")] == [
        "张三",
        "阿依古丽·买买提",
        "Anna Li",
    ]
    assert [whole_number(n) for n in ("20260001.0", " ａ００１ ", "2.0260001E7")] == [
        "20260001",
        "A001",
        "20260001",
    ]
    assert parts("农村党员、新党员；流动 党员") == ["农村党员", "新党员", "流动", "党员"]
