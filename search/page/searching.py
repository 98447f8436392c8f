"""Asks the search backend: first for pages with all words, then for pages with any of them.

An answer is a list of keys. What it is narrowed to, how it is sorted and what stands beside each choice is
worked out from those keys, all of which the reader may see: nothing else is ever counted.
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

from .facet_fields import Numbers, Traits
from .page_types import pages
from .pinyin import Heard, hear
from .synonyms import variants

RELEVANCE, NEWEST, CHOSEN = "relevance", "newest", "chosen"
ORDERS = (RELEVANCE, NEWEST, CHOSEN)

# An engine that cannot tell the keys of all hits is asked for so many of the best.
MOST_HITS_FETCHED = 2000
# What is chosen is looked at anew after so many seconds; beyond so many offers, all count as chosen equally.
_DEMAND_SECONDS = 600
_MOST_DEMANDED = 500


@dataclass(frozen=True)
class Answer:
    """The keys of the pages found, best first.

    `all_words`: whether each holds every word of the question. `readings`: what a question in pinyin was
    taken for. `marked`: the words to mark in the results.
    """

    keys: list[int]
    all_words: bool
    marked: str
    readings: tuple[str, ...] = ()


def ask(question: str, offered: PageQuerySet | None = None) -> Answer:
    """Return those of the `offered` pages (`offers.pages`) that answer `question`; without one, all of them,
    newest first.
    """
    offered = pages() if offered is None else offered
    if not question:
        newest = offered.order_by("-first_published_at", "-pk")
        return Answer(list(newest.values_list("pk", flat=True)), all_words=True, marked="")
    asked = variants(question)
    found = keys_of(offered.search(_any_of(asked, "and")))
    meant = hear(question)
    if meant.keys or meant.readings:
        return _by_sound(question, offered, found, meant)
    if found:
        return Answer(found, all_words=True, marked=" ".join(asked))
    found = keys_of(offered.search(_any_of(asked, "or")))
    return Answer(found, all_words=False, marked=" ".join(asked))


def _any_of(questions: list[str], operator: str) -> SearchQuery:
    """Return a query for pages that answer any of `questions`, each by all or any of its words."""
    queries = [PlainText(question, operator=operator) for question in questions]
    return queries[0] if len(queries) == 1 else Or(queries)


def _by_sound(question: str, offered: PageQuerySet, found: list[int], meant: Heard) -> Answer:
    """Return what holds the letters as they are, then what is called so, then what holds the words meant."""
    keys = dict.fromkeys([*found, *meant.keys])
    for reading in meant.readings:
        keys |= dict.fromkeys(keys_of(offered.search(reading, operator="and")))
    readings = tuple(meant.readings or meant.marked[:1])
    return Answer(list(keys), True, " ".join([question, *meant.marked]), readings)


def keys_of(results: Any) -> list[int]:
    """Return the keys of a search's results in their order, as far as the engine tells them."""
    if hasattr(results, "keys"):
        keys: list[int] = results.keys()
        return keys
    return [page.pk for page in results[:MOST_HITS_FETCHED]]


def narrow(keys: Sequence[int], traits: Traits, asked: dict[str, Any]) -> list[int]:
    """Return those of `keys` whose pages have every trait that is asked for."""
    if not asked:
        return list(keys)
    having = traits.having(asked)
    rows = traits.rows_of(keys)
    return [key for key, row in zip(keys, rows.tolist(), strict=True) if row >= 0 and having[row]]


def arrange(keys: Sequence[int], traits: Traits, order: str) -> list[int]:
    """Return `keys`, best first, in another order; what is equal stays as it is."""
    if order == RELEVANCE or not keys:
        return list(keys)
    if order == NEWEST:
        rows = traits.rows_of(keys)
        # A page that is not in the table yet is the newest of all.
        moments = np.where(rows < 0, np.iinfo(np.int64).max, _at(traits.published, rows))
        return [keys[place] for place in np.argsort(-moments, kind="stable").tolist()]
    chosen = _times_chosen()
    return sorted(keys, key=lambda key: -chosen.get(key, 0))


def fetch(keys: Sequence[int], offered: PageQuerySet) -> list[Page]:
    """Return the pages of a few `keys` in their order; what is not `offered` is left out."""
    found: PageQuerySet = offered.filter(pk__in=keys).specific()
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
