"""Searches by the search backend: first for pages with all words, then for pages with any of them.

The matches are a list of keys. How they are narrowed and sorted and what is counted for each facet is worked
out from those keys, all of which the reader may see: nothing else is ever counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.cache import cache
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search.query import Or, PlainText, SearchQuery

from courses.menus.demand import most_chosen

from .facet_fields import FacetFields, Numbers
from .pinyin import PinyinMatches, match_pinyin
from .synonyms import variants

RELEVANCE, NEWEST, CHOSEN = "relevance", "newest", "chosen"
ORDERS = (RELEVANCE, NEWEST, CHOSEN)

# Of an engine that does not return the keys of all hits, so many of the best are fetched.
MOST_HITS_FETCHED = 2000
# What is chosen is looked at anew after so many seconds; beyond so many pages, all count as chosen equally.
_DEMAND_SECONDS = 600
_MOST_DEMANDED = 500


@dataclass(frozen=True)
class Matches:
    """The keys of the pages found, best first.

    `all_words`: whether each holds every word of the query. `readings`: what a query in pinyin was
    taken for. `marked`: the words to mark in the results.
    """

    keys: list[int]
    all_words: bool
    marked: str
    readings: tuple[str, ...] = ()


def search_pages(query: str, searchable: PageQuerySet) -> Matches:
    """Return those of the `searchable` pages that match `query`; for an empty one all, newest first."""
    if not query:
        return Matches(newest_keys(searchable), all_words=True, marked="")
    queries = variants(query)
    found = keys_of(searchable.search(_any_of(queries, "and")))
    in_pinyin = match_pinyin(query, searchable)
    if in_pinyin.keys or in_pinyin.readings:
        return _with_pinyin(query, searchable, found, in_pinyin)
    if found:
        return Matches(found, all_words=True, marked=" ".join(queries))
    found = keys_of(searchable.search(_any_of(queries, "or")))
    return Matches(found, all_words=False, marked=" ".join(queries))


def _any_of(queries: list[str], operator: str) -> SearchQuery:
    """Return a query object for any of `queries`, each by all or any of its words."""
    parts = [PlainText(query, operator=operator) for query in queries]
    return parts[0] if len(parts) == 1 else Or(parts)


def _with_pinyin(query: str, searchable: PageQuerySet, found: list[int], in_pinyin: PinyinMatches) -> Matches:
    """Return what holds the letters as they are, then what is called so, then what holds the words meant."""
    keys = dict.fromkeys([*found, *in_pinyin.keys])
    for reading in in_pinyin.readings:
        keys |= dict.fromkeys(keys_of(searchable.search(reading, operator="and")))
    readings = tuple(in_pinyin.readings or in_pinyin.marked[:1])
    return Matches(list(keys), True, " ".join([query, *in_pinyin.marked]), readings)


def keys_of(results: Any) -> list[int]:
    """Return the keys of a search's results in their order, as far as the engine returns them."""
    if hasattr(results, "keys"):
        keys: list[int] = results.keys()
        return keys
    return [page.pk for page in results[:MOST_HITS_FETCHED]]


def newest_keys(searchable: PageQuerySet, most: int | None = None) -> list[int]:
    """Return the keys of the `searchable` pages, newest first: all of them, or `most`."""
    newest = searchable.order_by("-first_published_at", "-pk")
    return list(newest.values_list("pk", flat=True)[:most])


def narrow(keys: Sequence[int], fields: FacetFields, wanted: dict[str, Any]) -> list[int]:
    """Return those of `keys` whose pages have every facet value of `wanted`."""
    if not wanted:
        return list(keys)
    having = fields.having(wanted)
    rows = fields.rows_of(keys)
    return [key for key, row in zip(keys, rows.tolist(), strict=True) if row >= 0 and having[row]]


def sort_keys(keys: Sequence[int], fields: FacetFields, order: str) -> list[int]:
    """Return `keys`, best first, in another order; what is equal stays as it is."""
    if order == RELEVANCE or not keys:
        return list(keys)
    if order == NEWEST:
        rows = fields.rows_of(keys)
        # A page that is not in the table yet is the newest of all.
        moments = np.where(rows < 0, np.iinfo(np.int64).max, _at(fields.published, rows))
        return [keys[place] for place in np.argsort(-moments, kind="stable").tolist()]
    chosen = _times_chosen()
    return sorted(keys, key=lambda key: -chosen.get(key, 0))


def fetch_pages(keys: Sequence[int], searchable: PageQuerySet) -> list[Page]:
    """Return the pages of a few `keys` in their order; what is not `searchable` is left out."""
    found: PageQuerySet = searchable.filter(pk__in=keys).specific()
    by_key = {page.pk: page for page in found}
    return [by_key[key] for key in keys if key in by_key]


def _at(values: Numbers, rows: Numbers) -> Numbers:
    return values[rows] if len(values) else np.zeros(len(rows), np.int64)


def _times_chosen() -> dict[int, int]:
    """Return how often pages were chosen from menus, by key; only those chosen most."""
    found: dict[int, int] | None = cache.get("search.times_chosen")
    if found is None:
        numbers = dict(most_chosen(_MOST_DEMANDED))
        rows = Page.objects.filter(translation_key__in=numbers).values_list("pk", "translation_key")
        found = {key: numbers[content] for key, content in rows}
        cache.set("search.times_chosen", found, _DEMAND_SECONDS)
    return found
