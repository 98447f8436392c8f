"""Answers modelsearch's query objects from a snapshot.

Everything a query can cause is bounded: its length, its words, the terms that a fuzzy word stands for and
the texts that are looked into.
"""

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from foundation import chinese_text
from search.text import segmentation

from .documents import LONGEST_PREFIX
from .ranking import Hits, all_of, any_of, hits_of_all, hits_of_term, kept_hits
from .snapshot import Snapshot

T = TypeVar("T")

LONGEST_QUERY = 200
MOST_UNITS = 24
# A query of more words than this is a sentence: each only has to be found as a word of its own.
MOST_UNITS_WITH_PARTS = 6
LONGEST_RUN_AS_A_WHOLE = 16
MOST_TEXTS_LOOKED_INTO = 800
MOST_FUZZY_TERMS = 20
MOST_FUZZY_RUNS = 6
MOST_NESTED = 20
MOST_PARTS_LOOKED_INTO = 40
MOST_LONGER_WORDS = 20
# What a document gains that holds a word only as a part of longer words.
_PART_FACTOR = 0.5


@dataclass(frozen=True)
class Unit:
    """What has to be found: a word, or single characters that stand together and no word explains."""

    text: str
    words: tuple[str, ...]


def units_of(run: str) -> list[Unit]:
    """Cut a run of `chinese_text.runs`; single characters that stand together stay together."""
    if not chinese_text.is_han(run):
        return [Unit(run, (run,))]
    units: list[Unit] = []
    for single, words in itertools.groupby(segmentation.cut(run), key=lambda word: len(word) == 1):
        if single:
            characters = tuple(words)
            units.append(Unit("".join(characters), characters))
        else:
            units.extend(Unit(word, (word,)) for word in words)
    return units


class QueryEvaluator:
    """Evaluates query objects on whole words; `fields` restricts to the named fields."""

    def __init__(self, snapshot: Snapshot, fields: Iterable[str] | None = None) -> None:
        self.snapshot = snapshot
        self.fields = None if fields is None else {self.text_name(field) for field in fields}

    def evaluate(self, query: SearchQuery, depth: int = 0) -> Hits:  # noqa: PLR0911  one for each class
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
                return self.evaluate(query.subquery, depth + 1).times(query.boost)
            case Not():
                return self.evaluate(query.subquery, depth + 1).not_()
            case And():
                return self._all(self.evaluate(part, depth + 1) for part in query.subqueries)
            case Or():
                return self._any(self.evaluate(part, depth + 1) for part in query.subqueries)
        # All kinds that modelsearch has are above; this is how its own backends answer a kind added later.
        raise NotImplementedError(f"{type(query).__name__} is no query that the Whoosh backend knows.")

    def _all(self, parts: Iterable[Hits]) -> Hits:
        return all_of(self.snapshot, list(parts))

    def _any(self, parts: Iterable[Hits]) -> Hits:
        return any_of(self.snapshot, list(parts))

    def _plain(self, text: str, operator: str) -> Hits:
        runs = _unique(chinese_text.runs(chinese_text.normalise(text[:LONGEST_QUERY])))
        units = {run: units_of(run) for run in runs}
        count = sum(len(unit.words) for of_run in units.values() for unit in of_run)
        parts = count <= MOST_UNITS_WITH_PARTS
        left = MOST_UNITS
        answers = []
        for run, of_run in units.items():
            kept = _unique(of_run)[:left]
            left -= len(kept)
            if not kept:
                break
            if operator == "and":
                hits = self._all(self._together(unit, parts=parts) for unit in kept)
            else:
                words = _unique(word for unit in kept for word in unit.words)[:MOST_UNITS]
                hits = self._any(self._word(word, parts=parts) for word in words)
            if chinese_text.is_han(run) and len(run) <= LONGEST_RUN_AS_A_WHOLE and run != kept[0].words[0]:
                hits = self._or_as_written(hits, run)
            answers.append(hits)
        return self._all(answers) if operator == "and" else self._any(answers)

    def _or_as_written(self, hits: Hits, run: str) -> Hits:
        """Add documents in which `run` was cut otherwise; those of `hits` with its bigrams gain by it."""
        whole = self._by_bigrams(run)
        elsewhere = self._in_fields(self._confirmed(whole.without(hits), run), lambda text: run in text)
        return self._any([hits, whole.only(hits.mask), elsewhere])

    def _as_written(self, run: str) -> Hits:
        """Documents that hold the characters of `run` side by side."""
        hits = kept_hits(
            self.snapshot, ("as written", run), lambda: self._confirmed(self._by_bigrams(run), run)
        )
        return self._in_fields(hits, lambda text: run in text)

    def _confirmed(self, hits: Hits, run: str) -> Hits:
        """Keep what holds all of `run` and not only its bigrams; a single bigram needs no look."""
        if len(run) == 2:  # noqa: PLR2004  a bigram
            return hits
        return self._look_into(hits, lambda text: run in text, most=MOST_PARTS_LOOKED_INTO, anywhere=True)

    def _by_bigrams(self, run: str) -> Hits:
        return hits_of_all(self.snapshot, "bigrams", _unique(segmentation.bigrams(run)))

    def _together(self, unit: Unit, *, parts: bool) -> Hits:
        """Documents with a word, or with single characters that stand together as in the query."""
        if len(unit.words) == 1:
            return self._word(unit.text, parts=parts)
        side_by_side = self._as_written(unit.text)
        words = self._any(hits_of_term(self.snapshot, "words", word) for word in unit.words[:MOST_UNITS])
        return self._any([side_by_side, words.only(side_by_side.mask)])

    def _word(self, word: str, *, parts: bool) -> Hits:
        """Documents with a word; with `parts` or where nobody has it, also inside longer ones."""
        hits = hits_of_term(self.snapshot, "words", word)
        if not chinese_text.is_han(word):
            return self._in_fields(hits, lambda text: word in chinese_text.runs(text))
        if parts or (len(word) > 1 and not len(hits)):
            hits = kept_hits(self.snapshot, ("part", word), lambda: self._with_parts(word, hits))
        return self._in_fields(hits, lambda text: word in text)

    def _with_parts(self, word: str, hits: Hits) -> Hits:
        if len(word) == 1:
            longer = self.snapshot.terms_from("words", word, MOST_LONGER_WORDS)
            inside = self._any(hits_of_term(self.snapshot, "words", other) for other in longer)
            inside = inside.without(hits)
        else:
            inside = self._confirmed(self._by_bigrams(word).without(hits), word)
        return self._any([hits, inside.times(_PART_FACTOR)])

    def _phrase(self, text: str) -> Hits:
        runs = chinese_text.runs(chinese_text.normalise(text[:LONGEST_QUERY]))[:MOST_UNITS]
        if not runs:
            return Hits.none(self.snapshot)
        hits = self._all(
            self._by_bigrams(run)
            if chinese_text.is_han(run) and len(run) > 1
            else self._word(run, parts=True)
            for run in runs
        )
        if len(runs) == 1 and (not chinese_text.is_han(runs[0]) or len(runs[0]) == 1):
            return hits  # a single word or character is no more than what was found
        as_written = re.compile(r"[\W_]*".join(re.escape(run) for run in runs))
        if not chinese_text.is_han(runs[0]):
            as_written = re.compile(rf"(?<![0-9a-z]){as_written.pattern}")
        if not chinese_text.is_han(runs[-1]):
            as_written = re.compile(rf"{as_written.pattern}(?![0-9a-z])")
        return self._look_into(hits, lambda found: bool(as_written.search(found)))

    def _fuzzy(self, text: str, operator: str) -> Hits:
        answers = []
        runs = _unique(chinese_text.runs(chinese_text.normalise(text[:LONGEST_QUERY])))
        for run in runs[:MOST_FUZZY_RUNS]:
            if chinese_text.is_han(run):
                bigrams = _unique(segmentation.bigrams(run[:LONGEST_RUN_AS_A_WHOLE]))
                answers.append(self._any(self._word(bigram, parts=True) for bigram in bigrams))
            else:
                similar = self.snapshot.similar_words(run, MOST_FUZZY_TERMS)
                answers.append(self._any(self._word(word, parts=False) for word in similar))
        return self._all(answers) if operator == "and" else self._any(answers)

    def _in_fields(self, hits: Hits, fits: Callable[[str], bool]) -> Hits:
        return hits if self.fields is None else self._look_into(hits, fits)

    def _look_into(
        self,
        hits: Hits,
        fits: Callable[[str], bool],
        *,
        most: int = MOST_TEXTS_LOOKED_INTO,
        anywhere: bool = False,
    ) -> Hits:
        """Keep the documents of which a text `fits`: of the named fields, or `anywhere`.

        Only the best `most` are looked into. Of those beyond, what bigrams found `anywhere` is
        believed, being nearly always right; what was found in a field or as a phrase is not.
        """
        hits = hits.alive()
        fields = None if anywhere else self.fields
        beyond = np.zeros(self.snapshot.size, np.bool_)
        looked_into = hits.numbers
        if len(hits) > most:
            order = np.argsort(-hits.scores, kind="stable")
            beyond[hits.numbers[order[most:]]] = anywhere
            looked_into = hits.numbers[order[:most]]
        for number in looked_into.tolist():
            texts = self.snapshot.texts(number)
            beyond[number] = any(
                fits(text) for name, text in texts.items() if fields is None or name in fields
            )
        return hits.only(beyond)

    @staticmethod
    def text_name(field: str) -> str:
        """Return the name under which `search.engine.documents` keeps the text of `field`."""
        return field


class CompletionEvaluator(QueryEvaluator):
    """Finds what begins like the words of the query, in the fields declared for autocompletion."""

    @staticmethod
    def text_name(field: str) -> str:
        """Return the name under which `search.engine.documents` keeps the text of `field`."""
        return f"autocomplete {field}"

    def _plain(self, text: str, operator: str) -> Hits:
        runs = _unique(chinese_text.runs(chinese_text.normalise(text[:LONGEST_QUERY])))[:MOST_UNITS]
        answers = [self._beginning(run) for run in runs]
        return self._all(answers) if operator == "and" else self._any(answers)

    def _beginning(self, run: str) -> Hits:
        if chinese_text.is_han(run):
            hits = hits_of_all(self.snapshot, "suggest", segmentation.bigrams(run))
            return self._in_fields(hits, lambda text: run in text)
        hits = hits_of_all(self.snapshot, "suggest", [run[:LONGEST_PREFIX]])
        return self._in_fields(
            hits, lambda text: any(word.startswith(run) for word in chinese_text.runs(text))
        )


def _unique(items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))
