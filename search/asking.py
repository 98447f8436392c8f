"""Asks the search backend: first for pages with all words, then for pages with any of them."""

from dataclasses import dataclass
from typing import Any

from .offers import pages


@dataclass(frozen=True)
class Answer:
    """The results, sliceable, best first. `all_words`: whether each holds every word of the question."""

    results: Any
    all_words: bool


def ask(question: str, **narrowed: Any) -> Answer:
    """Return the pages that answer `question`; without one, all pages, newest first.

    `narrowed` is what `search.offers.pages` takes.
    """
    offered = pages(**narrowed).specific()
    if not question:
        return Answer(offered.order_by("-first_published_at", "-pk"), all_words=True)
    results = offered.search(question, operator="and")
    if results.count():
        return Answer(results, all_words=True)
    return Answer(offered.search(question, operator="or"), all_words=False)
