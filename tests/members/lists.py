"""Makes lists as offices keep them, in every format that is taken, and enters them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from members.imports import lifecycle
from members.models import ListImport, Member

TITLED = [
    ["麦场镇党员花名册（2026年）", None, None, None, None],
    [None],
    ["填报单位：", "麦场镇", None, None, None],
]


def xlsx(
    rows: Sequence[Sequence[Any]], *, merge: tuple[str, ...] = (), before: tuple[str, ...] = ()
) -> bytes:
    """Return an Excel file; `before` names sheets that stand before the one with the rows."""
    book = Workbook()
    book.remove(book.active)
    for name in before:
        book.create_sheet(name).append(["说明", "请勿修改"])
    sheet = book.create_sheet("名册")
    for row in rows:
        sheet.append(list(row))
    for cells in merge:
        sheet.merge_cells(cells)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def workbook(sheets: dict[str, Sequence[Sequence[Any]]], *, hidden: str = "") -> bytes:
    """Return an Excel file with these sheets, of which one may be hidden."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for row in rows:
            sheet.append(list(row))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def text(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a text table."""
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(rows)
    return output.getvalue().encode(encoding)


def read(keeper: Member, rows: Sequence[Sequence[Any]], kind: str = "members") -> ListImport:
    """Return a list of `rows`, read."""
    return read_file(keeper, xlsx(rows), kind)


def read_file(keeper: Member, content: bytes, kind: str = "members") -> ListImport:
    """Return a list from a file, read."""
    source = lifecycle.start(kind, content, "名册.xlsx", by=keeper, language="en")
    lifecycle.read(source)
    source.refresh_from_db()
    return source


def enter(source: ListImport) -> ListImport:
    """Confirm and enter a list."""
    assert lifecycle.confirm(source)
    source.refresh_from_db()
    lifecycle.apply(source)
    source.refresh_from_db()
    assert source.state == "done"
    return source


def outcomes(source: ListImport) -> list[str]:
    """Return what becomes of each row."""
    return [row.outcome for row in source.rows.all()]


def reasons(source: ListImport) -> list[list[str]]:
    """Return why each row is refused."""
    return [row.reasons for row in source.rows.all()]
