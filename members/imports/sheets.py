"""Reads tables as offices keep them: Excel new and old, and text in any of the encodings used in China.

Whatever the file is called, its first bytes say what it is. Every cell comes as text, so that what follows
need not know whether a phone was a number, a date or a text to begin with.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import xlrd
from django.utils.translation import gettext as _

Row = list[str]

# A small zip can hold a huge sheet; this many bytes are more than a million rows.
MOST_UNPACKED_BYTES = 600 * 1024 * 1024
_DELIMITERS = "\t,;，；|"
_LOOKED_AT = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class UnreadableFileError(Exception):
    """The file is no table that we can read; the message is a sentence for whoever uploaded it."""


@dataclass(frozen=True)
class Sheet:
    """A table. `rows()` goes through it from the top, as often as wanted; `about` guesses their number."""

    rows: Callable[[], Iterator[Row]]
    about: int
    # As a workbook calls it; a text has but one table.
    name: str = ""


def sheets_of(content: bytes) -> list[Sheet]:
    """Return the visible sheets of an Excel file, or the one table of a text file.

    Raises UnreadableFileError for anything else.
    """
    if content.startswith(b"PK\x03\x04"):
        return _sheets_of_xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _sheets_of_xls(content)
    if not content.strip(b"\0\r\n\t "):
        raise UnreadableFileError(_("The file is empty."))
    return [_sheet_of_text(content)]


def as_text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, dates as 1962-03-05."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _sheets_of_xlsx(content: bytes) -> list[Sheet]:
    from openpyxl import load_workbook  # noqa: PLC0415  slow to import, and rarely needed

    unreadable = UnreadableFileError(_("The Excel file is damaged. Please save it anew and upload it again."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise UnreadableFileError(_("The Excel file is too large. Please divide it."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except UnreadableFileError:
        raise
    except Exception as fault:  # openpyxl lets through whatever its parsers meet
        raise unreadable from fault

    def sheet(name: str) -> Sheet:
        table = book[name]
        about = table.max_row or 0

        def rows() -> Iterator[Row]:
            try:
                table.reset_dimensions()  # some programs write a wrong size
                for row in table.iter_rows(values_only=True):
                    yield [as_text(cell) for cell in row]
            except Exception as fault:  # damage shows only when a sheet is read
                raise unreadable from fault

        return Sheet(rows, about, name)

    return [sheet(table.title) for table in book.worksheets if table.sheet_state == "visible"]


def _sheets_of_xls(content: bytes) -> list[Sheet]:
    try:
        book = xlrd.open_workbook(file_contents=content, on_demand=True)
        tables = [table for table in book.sheets() if table.visibility == 0]
    except Exception as fault:  # xlrd lets through whatever it meets
        raise UnreadableFileError(
            _(
                "This Excel file cannot be read: it may be damaged or protected by a password. "
                "Please save it without a password as .xlsx and upload it again."
            )
        ) from fault

    def text(table: xlrd.sheet.Sheet, row: int, column: int) -> str:
        cell = table.cell(row, column)
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return as_text(xlrd.xldate_as_datetime(cell.value, book.datemode))
            except (xlrd.XLDateError, OverflowError, ValueError):
                return as_text(cell.value)
        if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY):
            return ""
        return as_text(cell.value)

    def sheet(table: xlrd.sheet.Sheet) -> Sheet:
        return Sheet(
            lambda: ([text(table, r, c) for c in range(table.row_len(r))] for r in range(table.nrows)),
            table.nrows,
            table.name,
        )

    return [sheet(table) for table in tables]


def _sheet_of_text(content: bytes) -> Sheet:
    encoding = _encoding_of(content)

    def lines() -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")

    first = lines().read(_LOOKED_AT)
    if _CONTROL.search(first):
        raise UnreadableFileError(_("This is neither an Excel file nor a text table."))
    # The delimiter is the sign that the first lines have most often; titles above the table have none.
    delimiter = max(_DELIMITERS, key=first.count)

    def rows() -> Iterator[Row]:
        try:
            yield from csv.reader(lines(), delimiter=delimiter)
        except csv.Error as fault:
            raise UnreadableFileError(
                _("The text table is damaged: a quotation mark is opened and not closed.")
            ) from fault

    return Sheet(rows, content.count(b"\n"))


def _encoding_of(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            candidates = [encoding]
            break
    else:
        # Without a mark, UTF-16 betrays itself by the zeros of its digits and commas.
        head = content[:_LOOKED_AT]
        odd, even = head[1::2].count(0), head[::2].count(0)
        candidates = ["utf-8", "gb18030"]
        if max(odd, even) * 20 > len(head):
            candidates = ["utf-16-le" if odd > even else "utf-16-be"]
    for encoding in candidates:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableFileError(
        _("The text of this file cannot be read. Please save it as .xlsx and upload it again.")
    )
