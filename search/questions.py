"""Answers modelsearch's query objects from a snapshot.

Everything a question can cause is bounded: its length, its words, the terms that a fuzzy word stands for and
the texts that are looked into.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

import numpy as np
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from . import segmentation
from .documents import LONGEST_PREFIX
from .ranking import Hits, hits_of_all, hits_of_term
from .snapshot import Snapshot

T = TypeVar("T")

LONGEST_QUESTION = 200
MOST_UNITS = 24
# A question of more words than this is a sentence: each word only has to be found as a word.
MOST_UNITS_WITH_PARTS = 6
LONGEST_RUN_AS_A_WHOLE = 16
MOST_TEXTS_LOOKED_INTO = 3000
MOST_FUZZY_TERMS = 20
MOST_NESTED = 20
# What a document gains that holds a word only as a part of longer words.
_PART_FACTOR = 0.5


@dataclass(frozen=True)
class Unit:
    """What a question asks for in one go: a word, or characters that no dictionary word explains."""

    text: str
    words: tuple[str, ...]

    @property
    def han(self) -> bool:
        """Whether it is Chinese."""
        return segmentation.is_han(self.text)


def units_of(run: str) -> list[Unit]:
    """Cut a run of `segmentation.runs`; single characters that stand together stay together."""
    if not segmentation.is_han(run):
        return [Unit(run, (run,))]
    units: list[Unit] = []
    singles: list[str] = []
    for word in [*segmentation.cut(run), ""]:
        if len(word) == 1:
            singles.append(word)
            continue
        if singles:
            units.append(Unit("".join(singles), tuple(singles)))
            singles = []
        if word:
            units.append(Unit(word, (word,)))
    return units


class Question:
    """Finds whole words; `fields` restricts to the named fields."""

    def __init__(self, snapshot: Snapshot, fields: Iterable[str] | None = None) -> None:
        self.snapshot = snapshot
        self.fields = None if fields is None else {self.text_name(field) for field in fields}

    def answer(self, query: SearchQuery, depth: int = 0) -> Hits:
        """Return the documents that answer `query`."""
        if depth > MOST_NESTED:
            return Hits.none(self.snapshot)
        match query:
            case MatchAll():
                return Hits.every(self.snapshot)
            case PlainText():
                return self._plain(query.query_string, query.operator).times(query.boost)
            case Phrase():
                return self._phrase(query.query_string)
            case Fuzzy():
                return self._fuzzy(query.query_string, query.operator)
            case Boost():
                return self.answer(query.subquery, depth + 1).times(query.boost)
            case Not():
                return self.answer(query.subquery, depth + 1).not_(self.snapshot)
            case And():
                return self._all(self.answer(part, depth + 1) for part in query.subqueries)
            case Or():
                return self._any(self.answer(part, depth + 1) for part in query.subqueries)
        raise NotImplementedError(f"{type(query).__name__} is no query that the Whoosh backend knows.")

    def _all(self, parts: Iterable[Hits]) -> Hits:
        found = list(parts)
        return reduce(Hits.and_, found) if found else Hits.none(self.snapshot)

    def _any(self, parts: Iterable[Hits]) -> Hits:
        return reduce(Hits.or_, parts, Hits.none(self.snapshot))

    def _plain(self, text: str, operator: str) -> Hits:
        runs = _unique(segmentation.runs(segmentation.normalise(text[:LONGEST_QUESTION])))
        units = [units_of(run) for run in runs]
        many = sum(len(of_run) for of_run in units) > MOST_UNITS_WITH_PARTS
        left = MOST_UNITS
        answers = []
        for run, of_run in zip(runs, units, strict=True):
            kept = _unique(of_run)[:left]
            left -= len(kept)
            if not kept:
                break
            combine = self._all if operator == "and" else self._any
            hits = combine(self._unit(unit, parts=not many) for unit in kept)
            if len(kept) > 1 and len(run) <= LONGEST_RUN_AS_A_WHOLE:
                hits = hits.or_(self._as_written(run))
            answers.append(hits)
        return self._all(answers) if operator == "and" else self._any(answers)

    def _as_written(self, run: str) -> Hits:
        """Documents that hold the characters of `run` side by side."""
        hits = hits_of_all(self.snapshot, "pairs", segmentation.pairs(run))
        return self._in_fields(hits, lambda text: run in text)

    def _unit(self, unit: Unit, *, parts: bool) -> Hits:
        if not unit.han:
            hits = hits_of_term(self.snapshot, "words", unit.text)
            return self._in_fields(hits, lambda text: unit.text in segmentation.runs(text))
        words = self._any(hits_of_term(self.snapshot, "words", word) for word in unit.words)
        if len(unit.words) > 1:
            together = hits_of_all(self.snapshot, "pairs", segmentation.pairs(unit.text))
            hits = together.or_(words.only(together.mask))
        elif parts or not words.mask.any():
            hits = self._with_parts(unit, words)
        else:
            hits = words
        return self._in_fields(hits, lambda text: unit.text in text)

    def _with_parts(self, unit: Unit, words: Hits) -> Hits:
        inside = hits_of_all(self.snapshot, "pairs", segmentation.pairs(unit.text)).times(_PART_FACTOR)
        return words.or_(inside.only(~words.mask))

    def _phrase(self, text: str) -> Hits:
        runs = segmentation.runs(segmentation.normalise(text[:LONGEST_QUESTION]))[:MOST_UNITS]
        if not runs:
            return Hits.none(self.snapshot)
        hits = self._all(
            hits_of_all(self.snapshot, "pairs", segmentation.pairs(run))
            if segmentation.is_han(run)
            else hits_of_term(self.snapshot, "words", run)
            for run in runs
        )
        as_written = re.compile(r"[\W_]*".join(re.escape(run) for run in runs))
        if not segmentation.is_han(runs[0]):
            as_written = re.compile(rf"(?<![0-9a-z]){as_written.pattern}")
        if not segmentation.is_han(runs[-1]):
            as_written = re.compile(rf"{as_written.pattern}(?![0-9a-z])")
        return self._look_into(hits, lambda found: bool(as_written.search(found)))

    def _fuzzy(self, text: str, operator: str) -> Hits:
        answers = []
        for run in _unique(segmentation.runs(segmentation.normalise(text[:LONGEST_QUESTION])))[:MOST_UNITS]:
            if segmentation.is_han(run):
                terms, field = segmentation.pairs(run[:LONGEST_RUN_AS_A_WHOLE]), "pairs"
            else:
                terms, field = self.snapshot.similar_words(run, MOST_FUZZY_TERMS), "words"
            answers.append(self._any(hits_of_all(self.snapshot, field, [term]) for term in terms))
        return self._all(answers) if operator == "and" else self._any(answers)

    def _in_fields(self, hits: Hits, fits: Callable[[str], bool]) -> Hits:
        return hits if self.fields is None else self._look_into(hits, fits)

    def _look_into(self, hits: Hits, fits: Callable[[str], bool]) -> Hits:
        """Keep the documents of which a text `fits`; of too many only the best are looked into."""
        numbers = np.flatnonzero(hits.mask & self.snapshot.alive)
        if len(numbers) > MOST_TEXTS_LOOKED_INTO:
            best = np.argsort(-hits.scores[numbers], kind="stable")[:MOST_TEXTS_LOOKED_INTO]
            numbers = numbers[best]
        kept = np.zeros(self.snapshot.size, np.bool_)
        for number in numbers:
            texts = self.snapshot.texts(int(number))
            kept[number] = any(
                fits(text) for name, text in texts.items() if self.fields is None or name in self.fields
            )
        return hits.only(kept)

    @staticmethod
    def text_name(field: str) -> str:
        """Return the name under which `search.documents` keeps the text of `field`."""
        return field


class Completion(Question):
    """Finds what begins like the words of the question, in the fields declared for autocompletion."""

    @staticmethod
    def text_name(field: str) -> str:
        """Return the name under which `search.documents` keeps the text of `field`."""
        return f"autocomplete {field}"

    def _plain(self, text: str, operator: str) -> Hits:
        runs = _unique(segmentation.runs(segmentation.normalise(text[:LONGEST_QUESTION])))[:MOST_UNITS]
        answers = [self._beginning(run) for run in runs]
        return self._all(answers) if operator == "and" else self._any(answers)

    def _beginning(self, run: str) -> Hits:
        if segmentation.is_han(run):
            hits = hits_of_all(self.snapshot, "suggest", segmentation.pairs(run))
            return self._in_fields(hits, lambda text: run in text)
        hits = hits_of_all(self.snapshot, "suggest", [run[:LONGEST_PREFIX]])
        return self._in_fields(
            hits, lambda text: any(word.startswith(run) for word in segmentation.runs(text))
        )


def _unique(items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))
