"""What pages can be narrowed by, as columns of numbers: kind, category, subject, length, year and place.

Page types are not known by name. A type that carries `search_kind` may say, as expressions of the database,

    search_minutes   how long it takes (whole minutes)
    search_year      the year it is about; without it, the year in which it was first published
    search_place     where it happened

Categories and subjects are found by the type's relations. The columns hold no title and no text, and of every
page, open or not: who counts with them brings the keys that the asker may see.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import CharField, Subquery, Value
from django.db.models.functions import ExtractYear
from numpy.typing import NDArray
from wagtail.models import Page, PageLogEntry

from hours.models import Subject
from members.models import MemberCategory

from .page_types import Kind, kinds, relations_to

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Changes that no revision tells of (a film whose length became known) are seen after so many seconds.
LONGEST_KEPT = 600
# Upper bounds in minutes of the lengths; a 微党课 lasts up to 15 minutes, a credit hour 45.
LENGTHS = {"short": 15, "medium": 45, "long": 100_000}


@dataclass(frozen=True)
class Column:
    """One trait: pairs of a row and the place of its value in `codes`. A row may have several values."""

    rows: Numbers
    values: Numbers
    codes: tuple[Any, ...]

    def having(self, code: Any, size: int) -> Mask:
        """Return which of `size` rows have the value `code`."""
        mask = np.zeros(size, np.bool_)
        if code in self.codes:
            mask[self.rows[self.values == self.codes.index(code)]] = True
        return mask

    def counts(self, among: Mask) -> dict[Any, int]:
        """Return how many of the rows `among` have each value; values that none has are left out."""
        numbers = np.bincount(self.values[among[self.rows]], minlength=len(self.codes))
        return {code: int(number) for code, number in zip(self.codes, numbers, strict=False) if number}


@dataclass(frozen=True)
class Traits:
    """The traits of all pages that can be searched for, one row a page."""

    keys: Numbers
    published: Numbers
    columns: dict[str, Column]

    def rows_of(self, keys: Iterable[int]) -> Numbers:
        """Return the row of each key, -1 for a page that is not known yet."""
        wanted = np.fromiter(keys, np.int64)
        if not len(self.keys):
            return np.full(len(wanted), -1, np.int64)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, places, -1)

    def having(self, asked: dict[str, Any]) -> Mask:
        """Return which rows have every value of `asked`, by the column's name."""
        mask = np.ones(len(self.keys), np.bool_)
        for name, code in asked.items():
            mask &= self.columns[name].having(code, len(self.keys))
        return mask


class _Kept:
    """The traits that this process keeps until a page changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes = 0
        self._version: tuple[Any, ...] | None = None
        self._until = 0.0
        self._traits: Traits | None = None

    def changed(self, **kwargs: Any) -> None:
        """Receive that a page of a kind was saved or deleted in this process."""
        self._changes += 1

    def latest(self) -> Traits:
        """Return the traits as the database has them. One query as long as nothing has changed."""
        version = (self._changes, *_version())
        with self._lock:
            if self._traits is None or self._version != version or time.monotonic() > self._until:
                self._traits = _load()
                self._version, self._until = version, time.monotonic() + LONGEST_KEPT
            return self._traits


kept = _Kept()


def _version() -> tuple[Any, ...]:
    """Return what changes when any process adds a page, or when somebody publishes, edits or withdraws one:
    Wagtail writes that into its log. It costs the same however many pages there are.
    """
    logged = PageLogEntry.objects.order_by("-pk").values("pk")[:1]
    return Page.objects.order_by("-pk").values_list("pk", Subquery(logged)).first() or ()


def _load() -> Traits:
    pairs: dict[str, list[tuple[int, Any]]] = {name: [] for name in NAMES}
    published: dict[int, int] = {}
    for kind in kinds().values():
        for model in kind.models:
            _load_own(kind, model, pairs, published)
            for name, target in RELATED.items():
                pairs[name].extend(_related(model, target))
    keys = np.array(sorted(published), np.int64)
    columns = {name: _column(keys, found, ORDERS.get(name)) for name, found in pairs.items()}
    return Traits(keys, np.array([published[int(key)] for key in keys], np.int64), columns)


def _load_own(
    kind: Kind, model: type[Page], pairs: dict[str, list[tuple[int, Any]]], published: dict[int, int]
) -> None:
    nothing = Value(None, output_field=CharField())
    rows = model._default_manager.values_list(
        "pk",
        "first_published_at",
        getattr(model, "search_minutes", nothing),
        getattr(model, "search_year", ExtractYear("first_published_at")),
        getattr(model, "search_place", nothing),
    )
    for key, first, minutes, year, place in rows.iterator():
        published[key] = int(first.timestamp()) if first else 0
        pairs["kind"].append((key, kind.code))
        if minutes:
            pairs["length"].append((key, next(code for code, most in LENGTHS.items() if minutes <= most)))
        if year:
            pairs["year"].append((key, int(year)))
        if place:
            pairs["place"].append((key, place))


def _related(model: type[Page], target: type) -> Iterator[tuple[int, Any]]:
    """Yield page and related key for every relation of `model` to `target`."""
    for field in relations_to(target, model):  # type: ignore[arg-type]  # a class is hashable
        found = model._default_manager.filter(**{f"{field.name}__isnull": False})
        yield from found.values_list("pk", f"{field.name}__pk").distinct().iterator()


def _column(keys: Numbers, pairs: list[tuple[int, Any]], order: tuple[Any, ...] | None) -> Column:
    codes = order or tuple(sorted({code for _key, code in pairs}))
    places = {code: place for place, code in enumerate(codes)}
    return Column(
        rows=np.searchsorted(keys, np.array([key for key, _code in pairs], np.int64)),
        values=np.array([places[code] for _key, code in pairs], np.int64),
        codes=codes,
    )


RELATED: dict[str, type] = {"category": MemberCategory, "subject": Subject}
NAMES = ("kind", "category", "subject", "length", "year", "place")
ORDERS: dict[str, tuple[Any, ...]] = {"length": tuple(LENGTHS)}
