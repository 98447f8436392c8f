"""Finds pages by the pinyin of their names: `nongye` and `ny` find 农业.

Only names of pages that anybody may find are ever looked at, beside the words of the site's own vocabulary:
the options of facets (member categories, subjects) and the dictionary.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Case, IntegerField, Q, Value, When
from wagtail.query import PageQuerySet

from foundation.pinyin import letters_of, match_letters
from search.models import Spelling
from search.text import segmentation
from search.text.name_starts import Start, starts_of

from .facets import suggested_options
from .name_spellings import beginning

# Two letters can begin thousands of names; the best of them are enough.
MOST_SPELLINGS = 300
MOST_READINGS = 3


@dataclass(frozen=True)
class PinyinMatches:
    """What letters may mean. `keys`: the pages whose names are spelt so, best first. `readings`: the
    characters that the letters stand for and that are whole words, most frequent first. `marked`: what to
    mark in the results."""

    keys: list[int]
    readings: list[str]
    marked: list[str]


def match_pinyin(query: str, searchable: PageQuerySet) -> PinyinMatches:
    """Return what a query typed in pinyin, in full or by initials, may mean among `searchable` pages."""
    letters = letters_of(query)
    if not letters:
        return PinyinMatches([], [], [])
    rank = Case(
        When(word_pinyin=letters, then=Value(0)),
        When(beginning("pinyin", letters), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = (
        Spelling.objects.filter(beginning("pinyin", letters) | Q(beginning("initials", letters)))
        .filter(page__in=searchable)
        .annotate(rank=rank)
        .order_by("rank", "-page_id", "pk")
        .values_list("page_id", "text", "syllables", "word")[:MOST_SPELLINGS]
    )
    keys: dict[int, None] = {}
    later: dict[int, None] = {}
    words: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for key, text, syllables, word in rows:
        spelt = _spelt(text, tuple(syllables.split(" ")), letters)
        if not spelt:
            continue
        whole = spelt == word
        (keys if whole else later)[key] = None
        (words if whole else parts)[spelt] += 1
    readings = [word for word, _times in words.most_common(MOST_READINGS)]
    known = [word for word in _known_words(letters, searchable) if word not in words]
    readings += known[: MOST_READINGS - len(readings)]
    marked = readings + [part for part, _times in parts.most_common(MOST_READINGS)]
    return PinyinMatches([*keys, *(key for key in later if key not in keys)], readings, marked)


def _known_words(letters: str, searchable: PageQuerySet) -> list[str]:
    """Return the words of the facets' vocabulary and of the dictionary so spelt that find a page."""
    known: dict[str, None] = {}
    starts = [start for _facet, option in suggested_options() for start in _starts(option.label)]
    for start in starts + _dictionary_starts(segmentation.fingerprint()):
        if match_letters(start.word_syllables, letters) == len(start.word_syllables):
            known[start.word] = None
    likely = list(known)[:MOST_READINGS]
    return [word for word in likely if searchable.search(word, operator="and")[:1].count()]


@lru_cache(maxsize=512)
def _starts(name: str) -> list[Start]:
    return starts_of(name)


@lru_cache(maxsize=1)
def _dictionary_starts(fingerprint: str) -> list[Start]:
    return [start for word in segmentation.own_words() for start in starts_of(word)[:1]]


def _spelt(text: str, syllables: tuple[str, ...], letters: str) -> str:
    """Return the beginning of `text` that `letters` spell; empty if they spell something else."""
    place = 0
    for sound in syllables[: match_letters(syllables, letters)]:
        # A Latin word is one syllable of several characters.
        place += len(sound) if text.startswith(sound, place) else 1
    return text[:place]
