"""The facets' values of all searchable pages, as columns of numbers that this process keeps.

The columns hold no title and no text, and of every page, published or not: who counts with them brings the
keys of the pages that the reader may see, or asks for those of all pages that anybody may see.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Model, Subquery
from numpy.typing import NDArray
from wagtail.models import Page, PageLogEntry
from wagtail.query import PageQuerySet

from .facets import FACETS
from .page_types import relations_to, searchable_types

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Changes without a revision (a film whose length became known) are seen after so many seconds.
LONGEST_KEPT = 600


@dataclass(frozen=True)
class Column:
    """The values of one facet: `values` are places in `codes`, `rows` the pages that have them. A page may
    have several values.
    """

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
class FacetFields:
    """The facets' values of all pages that can be searched for, one row a page."""

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

    def having(self, wanted: dict[str, Any]) -> Mask:
        """Return which rows have every value of `wanted`, by the facet's parameter."""
        mask = np.ones(len(self.keys), np.bool_)
        for parameter, value in wanted.items():
            mask &= self.columns[parameter].having(value, len(self.keys))
        return mask


class FacetFieldCache:
    """The facet fields that this process keeps until a page changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes = 0
        self._version: tuple[Any, ...] | None = None
        self._until = 0.0
        self._fields: FacetFields | None = None
        self._statement: tuple[Any, ...] | None = None
        self._keys = np.zeros(0, np.int64)

    def invalidate(self) -> None:
        """Note that a searchable page was saved or deleted in this process."""
        self._changes += 1

    def latest(self) -> FacetFields:
        """Return the fields as the database has them. One query as long as nothing has changed."""
        version = (self._changes, *_version())
        with self._lock:
            if self._fields is None or self._version != version or time.monotonic() > self._until:
                self._fields = _load()
                self._version, self._until = version, time.monotonic() + LONGEST_KEPT
                self._statement = None
            return self._fields

    def keys_of_all(self, searchable: PageQuerySet) -> Numbers:
        """Return the keys of all `searchable` pages, in no order; they belong to the fields that `latest`
        returned. No query as long as no page changes and no restriction, which stands in the statement.
        """
        keys = searchable.order_by().values_list("pk", flat=True)
        statement = keys.query.sql_with_params()
        with self._lock:
            if self._statement != statement:
                self._statement, self._keys = statement, np.fromiter(keys, np.int64)
            return self._keys


cache = FacetFieldCache()


def _version() -> tuple[Any, ...]:
    """Return what changes when any process adds a page, or when somebody publishes, edits or withdraws one:
    Wagtail writes that into its log. It costs the same however many pages there are.
    """
    logged = PageLogEntry.objects.order_by("-pk").values("pk")[:1]
    return Page.objects.order_by("-pk").values_list("pk", Subquery(logged)).first() or ()


def _load() -> FacetFields:
    values: dict[str, list[tuple[int, Any]]] = {facet.parameter: [] for facet in FACETS}
    published: dict[int, int] = {}
    for model in searchable_types():
        _load_expressions(model, values, published)
        for facet in FACETS:
            if facet.related is not None:
                values[facet.parameter].extend(_related(model, facet.related))
    keys = np.array(sorted(published), np.int64)
    columns = {parameter: _column(keys, found) for parameter, found in values.items()}
    return FacetFields(keys, np.array([published[int(key)] for key in keys], np.int64), columns)


def _load_expressions(
    model: type[Page], values: dict[str, list[tuple[int, Any]]], published: dict[int, int]
) -> None:
    """Read the values of all facets that are expressions, in one query."""
    facets = [facet for facet in FACETS if facet.related is None]
    expressions = [facet.expression_for(model) for facet in facets]
    rows = model._default_manager.values_list("pk", "first_published_at", *expressions)
    for key, first, *found in rows.iterator():
        published[key] = int(first.timestamp()) if first else 0
        for facet, value in zip(facets, found, strict=True):
            if value:
                values[facet.parameter].append((key, facet.value_of(value)))


def _related(model: type[Page], target: type[Model]) -> Iterator[tuple[int, Any]]:
    """Yield page and related key for every relation of `model` to `target`."""
    for field in relations_to(target, model):  # type: ignore[arg-type]  # a class is hashable
        found = model._default_manager.filter(**{f"{field.name}__isnull": False})
        yield from found.values_list("pk", f"{field.name}__pk").distinct().iterator()


def _column(keys: Numbers, values: list[tuple[int, Any]]) -> Column:
    codes = tuple(sorted({code for _key, code in values}))
    places = {code: place for place, code in enumerate(codes)}
    return Column(
        rows=np.searchsorted(keys, np.array([key for key, _code in values], np.int64)),
        values=np.array([places[code] for _key, code in values], np.int64),
        codes=codes,
    )
