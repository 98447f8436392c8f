"""The cells of a list as values: phones, dates, names. Says what is wrong with one."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from members.accounts.forms import tidy_number

_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff\u00ad]")
_SCIENTIFIC = re.compile(r"^(\d)(?:\.(\d+))?E\+?(\d+)$")
_POINT_ZERO = re.compile(r"^(\d+)\.0+$")
_YEAR_MONTH_DAY = re.compile(r"^(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?(?:[ T]\d.*)?$")
_AROUND = re.compile(r"\s*([年月日])\s*")
_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})?$")
_SERIAL = re.compile(r"^\d{4,5}$")
_BETWEEN = re.compile(r"[、,，;；/|\s]+")
_FIRST_YEAR = 1900
# Excel counts days from here; it believes that 1900 was a leap year.
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL = 3000  # days: what is smaller is a year or a mistake


class CellRefusedError(Exception):
    """The cell's content is not valid; the message is a sentence that says why."""


def tidy_text(cell: str) -> str:
    """Return the text without stray spaces and invisible signs, full-width letters made plain."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).split())


def person_name(cell: str) -> str:
    """Return a person's name. Chinese names are often set with spaces to equal width: 张　三 is 张三."""
    text = tidy_text(cell)
    return text if re.search(r"[A-Za-z]", text) else text.replace(" ", "")


def whole_number(cell: str) -> str:
    """Return a number as its digits and letters, without what a spreadsheet makes of it.

    Raises CellRefusedError for one that a spreadsheet has shortened, such as 1.38E+10: digits are lost.
    """
    text = tidy_number(_INVISIBLE.sub("", cell).lstrip("'’"))
    if found := _SCIENTIFIC.match(text):
        first, rest, power = found[1], found[2] or "", int(found[3])
        if len(rest) < power:
            raise CellRefusedError(
                _(
                    "A spreadsheet has shortened the number to %(text)s; its last digits are lost. "
                    "Set the column to text and enter the number again."
                )
                % {"text": text}
            )
        return first + rest[:power]
    found = _POINT_ZERO.match(text)
    return found[1] if found else text


def mobile_number(cell: str) -> str:
    """Return a mobile number as its 11 digits; raises CellRefusedError for anything else."""
    text = whole_number(cell)
    if not re.fullmatch(r"1\d{10}", text):
        raise CellRefusedError(
            _(
                "%(text)s is no mobile number: it has 11 digits and begins with 1. "
                "Leave the cell empty if there is none."
            )
            % {"text": tidy_text(cell)}
        )
    return text


def day(cell: str) -> date:
    """Return a date from the forms in which offices write it; without a day, the first of the month.

    1962-3-5, 1962/03/05, 1962.3, 1962年3月5日, 19620305, 196203, and the number that Excel keeps it as.
    Raises CellRefusedError for what is no date, for dates to come and before 1900.
    """
    text = _AROUND.sub(r"\1", tidy_text(cell).replace(" 00:00:00", ""))
    try:
        if found := _YEAR_MONTH_DAY.match(text) or _DIGITS.match(text):
            read = date(int(found[1]), int(found[2]), int(found[3] or 1))
        elif _SERIAL.match(text) and int(text) >= _FIRST_SERIAL:
            read = _EXCEL_EPOCH + timedelta(days=int(text))
        else:
            raise ValueError
    except ValueError:
        raise CellRefusedError(_("%(text)s is no date. Write it as 1962-03-05.") % {"text": text}) from None
    if read.year < _FIRST_YEAR or read > timezone.localdate():
        raise CellRefusedError(_("The date %(text)s cannot be right.") % {"text": text})
    return read


def parts(cell: str) -> list[str]:
    """Return what a cell lists, separated by any of the signs that people use."""
    return [part for part in _BETWEEN.split(tidy_text(cell)) if part]
