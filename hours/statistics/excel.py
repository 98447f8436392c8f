"""The statistics as an Excel file: the very tables of the page, a sheet each, numbers as numbers."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .tables import Cell, Row, Table

FORMATS = {"text": "@", "count": "#,##0", "hours": "#,##0.##", "percent": "0.0%"}
_HEAD = PatternFill("solid", fgColor="F6E7CB")
_MAX_TITLE = 31  # Excel's limit for the name of a sheet


def workbook_of(heading: str, tables: list[Table], words: list[str]) -> bytes:
    """Return the file; `heading` stands above each table, `words` (sentences) below it."""
    book = Workbook()
    book.remove(book.active)
    for table in tables:
        _fill(book.create_sheet(table.title[:_MAX_TITLE]), heading, table, words)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, heading: str, table: Table, words: list[str]) -> None:
    sheet.append([f"{heading} · {table.title}"])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append(list(table.headings))
    for cell in sheet[2]:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for row in [*table.rows, *([table.total] if table.total else [])]:
        _write(sheet, row)
    if table.total:
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
    for sentence in ([table.note] if table.note else []) + words:
        sheet.append([sentence])
    sheet.freeze_panes = "B3"
    sheet.column_dimensions["A"].width = 34
    for number in range(2, len(table.headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 14


def _write(sheet: Worksheet, row: Row) -> None:
    sheet.append([_as_text(row.name), *(_plain(cell) for cell in row.cells)])
    written = sheet[sheet.max_row]
    for place, cell in enumerate(row.cells, start=1):
        written[place].number_format = FORMATS[cell.kind]


def _plain(cell: Cell) -> str | int | float | None:
    if cell.value is None:
        return "—"
    if cell.kind == "text":
        return _as_text(str(cell.value))
    number = float(cell.value)
    return number / 100 if cell.kind == "percent" else number


def _as_text(words: str) -> str:
    """Return a name that Excel takes for no formula, whatever somebody called an organization."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t")) else words
