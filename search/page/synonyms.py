"""Words for the same thing, as editors keep them: a query is put with each of them."""

import re

from django.core.cache import cache

from foundation import chinese_text
from search.models import Synonyms

from .highlighting import as_pattern

# Another process sees a change after so many seconds.
_KEPT = 60
MOST_VARIANTS = 4
_CACHE_KEY = "search.page.synonyms"


def variants(query: str) -> list[str]:
    """Return `query` and what it becomes with other words for the same thing, at most `MOST_VARIANTS`."""
    found = [query]
    normalised = chinese_text.normalise(query)
    for group in _groups():
        # The longest first: 共产党员 stands for itself, not for the 党员 in it.
        patterns = {word: re.compile(as_pattern(word)) for word in sorted(group, key=len, reverse=True)}
        held = next((word for word, pattern in patterns.items() if pattern.search(normalised)), None)
        if held is not None:
            others = (word for word in group if word != held)
            found += [patterns[held].sub(word.replace("\\", r"\\"), normalised) for word in others]
    return list(dict.fromkeys(found))[:MOST_VARIANTS]


def forget() -> None:
    """Forget the groups that are kept, because editors changed one."""
    cache.delete(_CACHE_KEY)


def _groups() -> list[list[str]]:
    groups: list[list[str]] | None = cache.get(_CACHE_KEY)
    if groups is None:
        groups = [[chinese_text.normalise(word) for word in group.listed] for group in Synonyms.objects.all()]
        cache.set(_CACHE_KEY, groups, _KEPT)
    return groups
