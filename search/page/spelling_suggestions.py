"""What a reader may have meant who made one mistake: another character of the same sound, a wrong character,
a wrong letter of pinyin.

Every suggestion is a word of the name of a page that anybody may find, so it finds something.
"""

import string
from collections import Counter
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from wagtail.query import PageQuerySet

from foundation import chinese_text
from foundation.pinyin import letters_of, syllables_of
from search.models import Spelling

from .name_spellings import beginning

MOST_SUGGESTED = 3
# The cost is bounded: of longer words only so much is looked at, and only so many names are compared.
LONGEST_LETTERS = 16
LONGEST_WORD = 10
MOST_NAMES = 200
MOST_RUNS = 4
# A wrong character is looked for in words from this length on; in shorter ones, nothing certain remains.
_CERTAIN = 3


def suggest_spellings(query: str, searchable: PageQuerySet) -> list[str]:
    """Return queries that differ from `query` by one mistake and find one of the `searchable` pages, the
    likeliest first.
    """
    names = Spelling.objects.filter(page__in=searchable)
    letters = letters_of(query)
    if letters:
        return _most_frequent(_by_letters(letters, names))
    suggested: dict[str, None] = {}
    normalised = chinese_text.normalise(query)
    for run in chinese_text.runs(normalised)[:MOST_RUNS]:
        for word in _most_frequent(_instead_of(run, names)):
            suggested[normalised.replace(run, word, 1)] = None
    return list(suggested)[:MOST_SUGGESTED]


def one_letter_off(letters: str) -> set[str]:
    """Return everything that differs from `letters` by one letter too many, missing, wrong or swapped."""
    cuts = [(letters[:place], letters[place:]) for place in range(len(letters) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    for letter in string.ascii_lowercase:
        found |= {left + letter + right[1:] for left, right in cuts if right}
        found |= {left + letter + right for left, right in cuts}
    return found - {letters, ""}


def _by_letters(letters: str, names: QuerySet[Spelling]) -> Iterable[str]:
    if _CERTAIN <= len(letters) <= LONGEST_LETTERS:
        yield from _words(names.filter(word_pinyin__in=one_letter_off(letters)))


def _instead_of(run: str, names: QuerySet[Spelling]) -> Iterable[str]:
    """Yield words that may have been meant by a run of the query, repeated as often as they are names."""
    if not chinese_text.is_han(run):
        yield from _by_letters(run, names)
        return
    if not 1 < len(run) <= LONGEST_WORD:
        return
    pinyin = "".join(syllables_of(run))
    same = names.filter(beginning("pinyin", pinyin))
    for text, syllables in same.values_list("text", "syllables")[:MOST_NAMES]:
        if "".join(syllables.split(" ")[: len(run)]) == pinyin and text[: len(run)] != run:
            yield text[: len(run)]
    if len(pinyin) <= LONGEST_LETTERS:
        yield from _words(names.filter(word_pinyin__in=one_letter_off(pinyin)))
    if len(run) >= _CERTAIN:
        yield from _with_one_wrong(run, names)


def _with_one_wrong(run: str, names: QuerySet[Spelling]) -> Iterable[str]:
    """Yield beginnings of names that differ from `run` in one character, which is not the first."""
    wanted = Q()
    for place in range(1, len(run)):
        wanted |= beginning("text", run[:place]) & Q(text__contains=run[place + 1 :])
    for text in names.filter(wanted).values_list("text", flat=True)[:MOST_NAMES]:
        start = text[: len(run)]
        if len(start) == len(run) and sum(a != b for a, b in zip(start, run, strict=True)) == 1:
            yield start


def _words(names: QuerySet[Spelling]) -> Iterable[str]:
    return names.values_list("word", flat=True)[:MOST_NAMES]


def _most_frequent(words: Iterable[str]) -> list[str]:
    return [word for word, _times in Counter(words).most_common(MOST_SUGGESTED)]
