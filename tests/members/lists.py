"""Makes lists as offices keep them, in every format that is taken."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

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


def text(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a text table."""
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(rows)
    return output.getvalue().encode(encoding)
