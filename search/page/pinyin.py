"""Finds pages by how their names sound: `nongye` and `ny` find 农业.

Only names of pages that anybody may find are ever looked at, beside the words of the site's own vocabulary:
member categories, subjects and the dictionary.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Case, IntegerField, Q, Value, When

from foundation.pinyin import heard, letters_of
from hours.models import Subject
from members.models import MemberCategory
from search.models import Spelling
from search.text import segmentation
from search.text.name_starts import Start, starts_of

from .name_spellings import beginning
from .page_types import pages

# Two letters can begin thousands of names; the best of them are enough.
MOST_SPELLINGS = 300
MOST_READINGS = 3


@dataclass(frozen=True)
class Heard:
    """What letters may mean. `keys`: the pages whose names sound so, best first. `readings`: the characters
    that the letters stand for and that are whole words, most frequent first."""

    keys: list[int]
    readings: list[str]
    marked: list[str]


def hear(question: str) -> Heard:
    """Return what a question typed in pinyin, in full or by initials, may mean."""
    letters = letters_of(question)
    if not letters:
        return Heard([], [], [])
    rank = Case(
        When(word_sounds=letters, then=Value(0)),
        When(beginning("sounds", letters), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = (
        Spelling.objects.filter(beginning("sounds", letters) | Q(beginning("initials", letters)))
        .filter(page__in=pages())
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
    readings += [word for word in _known_words(letters) if word not in words][: MOST_READINGS - len(readings)]
    marked = readings + [part for part, _times in parts.most_common(MOST_READINGS)]
    return Heard([*keys, *(key for key in later if key not in keys)], readings, marked)


def _known_words(letters: str) -> list[str]:
    """Return the words of categories, subjects and the dictionary so spelt that find a page."""
    names = [*MemberCategory.objects.values_list("name", flat=True)]
    names += [*Subject.objects.values_list("name", flat=True)]
    known: dict[str, None] = {}
    starts = [start for name in names for start in _starts(name)]
    for start in starts + _dictionary_starts(segmentation.fingerprint()):
        if heard(start.word_syllables, letters) == len(start.word_syllables):
            known[start.word] = None
    likely, offered = list(known)[:MOST_READINGS], pages()
    return [word for word in likely if offered.search(word, operator="and")[:1].count()]


@lru_cache(maxsize=512)
def _starts(name: str) -> list[Start]:
    return starts_of(name)


@lru_cache(maxsize=1)
def _dictionary_starts(fingerprint: str) -> list[Start]:
    return [start for word in segmentation.own_words() for start in starts_of(word)[:1]]


def _spelt(text: str, syllables: tuple[str, ...], letters: str) -> str:
    """Return the beginning of `text` that `letters` spell; empty if they spell something else."""
    place = 0
    for sound in syllables[: heard(syllables, letters)]:
        # A Latin word is one syllable of several characters.
        place += len(sound) if text.startswith(sound, place) else 1
    return text[:place]
