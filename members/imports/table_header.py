"""Finds, in a table that somebody made for printing, where the header is and what each column holds.

Above the header there may be titles, notes and empty rows. The header itself may be of two or three rows
whose cells are merged: the lowest name that we know counts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.functional import Promise

from .sheets import Row, Sheet

# The header stands among the first rows of its sheet, or it is no table of ours.
_LOOKED_AT = 30
_MOST_HEADER_ROWS = 3
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]|[\s*＊:：]")


@dataclass(frozen=True)
class Column:
    """Something that a list may tell. `names` are headings that offices give it."""

    field: str
    label: str | Promise
    names: tuple[str, ...]

    @property
    def usual_name(self) -> str:
        """The heading in our own example."""
        return self.names[0]


@dataclass(frozen=True)
class Header:
    """The headings, the place of each column that was found, and how many rows come before the data."""

    headings: list[str]
    places: dict[str, int]
    rows: int


def plain(heading: str) -> str:
    """Return a heading without spaces, marks and what is in brackets, in small letters."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", heading)).lower()


def find_header(sheet: Sheet, columns: Iterable[Column], any_of: Iterable[str]) -> Header | None:
    """Return the header that names most of `columns`, one of `any_of` and another among them, or None."""
    known = {plain(name): column.field for column in columns for name in column.names}
    needed = set(any_of)
    top = list(islice(sheet.rows(), _LOOKED_AT))
    best: Header | None = None
    for end in range(1, len(top) + 1):
        for height in range(1, min(_MOST_HEADER_ROWS, end) + 1):
            found = _read(top[end - height : end], known, end)
            places = found.places
            if needed & places.keys() and len(places) > max(1, len(best.places) if best else 0):
                best = found
    return best


def rows_below(sheet: Sheet, header: Header) -> Iterator[tuple[int, Row]]:
    """Return the rows of data with their numbers, counted from 1 at the top of the sheet."""
    for place, row in enumerate(sheet.rows(), start=1):
        if place > header.rows and any(cell.strip() for cell in row):
            yield place, row


def _read(rows: list[Row], known: dict[str, str], end: int) -> Header:
    width = max(map(len, rows), default=0)
    headings, places = [], {}
    for place in range(width):
        stack = [row[place].strip() for row in reversed(rows) if place < len(row) and row[place].strip()]
        name = next((cell for cell in stack if plain(cell) in known), stack[0] if stack else "")
        headings.append(name)
        field = known.get(plain(name))
        if field and field not in places:
            places[field] = place
    return Header(headings, places, end)
