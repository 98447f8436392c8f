"""How well a document answers: BM25 over words that weigh more in a title than in a text.

A boosted field counts a word's occurrences more often (the idea of BM25F), so that one posting list and one
length per document are enough. The formula is that of Whoosh's `BM25F`; `tests/search/test_ranking.py`
compares the scores.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .posting_blocks import NOTHING, Floats, Numbers
from .snapshot import Mask, Postings, Snapshot

# The usual values of BM25: how soon repetition stops to help, and how much long texts are held back.
SATURATION = 1.2
LENGTH_SHARE = 0.75
# A list of so large a share of all documents is added up faster as one number for every document.
_SHARE_OF_FULL = 8
_MOST_FULL = 64
# Two lists, one of which is this much shorter, are joined by looking its documents up in the longer.
_MUCH_SHORTER = 50


@dataclass(frozen=True)
class Hits:
    """The documents that answer, ascending, and how well each does.

    `full`: the scores once more, one for every document, where that is at hand.
    """

    snapshot: Snapshot
    numbers: Numbers
    scores: Floats
    full: Floats | None = None

    @classmethod
    def none(cls, snapshot: Snapshot) -> "Hits":
        """No document."""
        return cls(snapshot, *NOTHING)

    @classmethod
    def every(cls, snapshot: Snapshot) -> "Hits":
        """Every document, all equally good."""
        numbers = np.flatnonzero(snapshot.alive)
        return cls(snapshot, numbers, np.ones(len(numbers), np.float32))

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def mask(self) -> Mask:
        """Which of all documents answer."""
        found = np.zeros(self.snapshot.size, np.bool_)
        found[self.numbers] = True
        return found

    def alive(self) -> "Hits":
        """Without deleted documents."""
        return self.only(self.snapshot.alive)

    def only(self, mask: Mask) -> "Hits":
        """Those documents that are in `mask`, too."""
        kept = mask[self.numbers]
        return Hits(self.snapshot, self.numbers[kept], self.scores[kept])

    def without(self, other: "Hits") -> "Hits":
        """Those documents that `other` has not."""
        if not len(other):
            return self
        return self.only(~other.mask)

    def not_(self) -> "Hits":
        """Documents of the rest, all equally good."""
        numbers = np.flatnonzero(self.snapshot.alive & ~self.mask)
        return Hits(self.snapshot, numbers, np.zeros(len(numbers), np.float32))

    def times(self, factor: float) -> "Hits":
        """The same documents, better or worse."""
        return self if factor == 1.0 else Hits(self.snapshot, self.numbers, self.scores * np.float32(factor))

    def and_(self, other: "Hits") -> "Hits":
        """Documents of both; their scores are added."""
        few, many = (self, other) if len(self) < len(other) else (other, self)
        if len(many) > _MUCH_SHORTER * len(few):
            places = np.minimum(np.searchsorted(many.numbers, few.numbers), max(len(many) - 1, 0))
            both = many.numbers[places] == few.numbers if len(many) else np.zeros(0, np.bool_)
            return Hits(self.snapshot, few.numbers[both], few.scores[both] + many.scores[places[both]])
        scores = np.full(self.snapshot.size, np.nan, np.float32)
        scores[many.numbers] = many.scores
        sums = scores[few.numbers] + few.scores
        both = ~np.isnan(sums)
        return Hits(self.snapshot, few.numbers[both], sums[both])

    def best(self, most: int) -> "Hits":
        """Return the `most` best of the documents, no longer ascending: best first, then the newest."""
        chosen = np.arange(len(self))
        if len(self) > 4 * most:
            chosen = np.argpartition(-self.scores, most)[:most]
            # All that are as good as the last one compete for its place.
            chosen = np.flatnonzero(self.scores >= self.scores[chosen].min())
        order = chosen[np.lexsort((-self.numbers[chosen], -self.scores[chosen]))][:most]
        return Hits(self.snapshot, self.numbers[order], self.scores[order])


def all_of(snapshot: Snapshot, parts: Sequence[Hits]) -> Hits:
    """Documents of every part; their scores are added. Begins with the shortest."""
    found: Hits | None = None
    for part in sorted(parts, key=len):
        found = part if found is None else found.and_(part)
        if not len(found):
            break
    return Hits.none(snapshot) if found is None else found


def any_of(snapshot: Snapshot, parts: Sequence[Hits]) -> Hits:
    """Documents of any part; their scores are added."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:  # noqa: PLR2004  one part is the answer itself
        return parts[0] if parts else Hits.none(snapshot)
    scores = np.zeros(snapshot.size, np.float32)
    unscored = [part.numbers for part in parts if part.full is None and not part.scores.all()]
    for part in parts:
        if part.full is not None:
            scores += part.full
        else:
            scores[part.numbers] += part.scores
    if not unscored:
        numbers = np.flatnonzero(scores)
    else:
        found = scores != 0
        for numbers in unscored:
            found[numbers] = True
        numbers = np.flatnonzero(found)
    return Hits(snapshot, numbers, scores[numbers])


def hits_of_term(snapshot: Snapshot, field: str, term: str) -> Hits:
    """Return the documents with `term` in `field` and their BM25 scores."""

    def make() -> Postings:
        numbers, weights = snapshot.postings(field, term)
        return numbers, bm25(snapshot, field, numbers, weights)

    hits = Hits(snapshot, *snapshot.kept.get((field, term), make))
    if len(hits) * _SHARE_OF_FULL < snapshot.size:
        return hits
    full = snapshot.full_scores.get((field, term))
    if full is None and len(snapshot.full_scores) < _MOST_FULL:
        full = np.zeros(snapshot.size, np.float32)
        full[hits.numbers] = hits.scores
        snapshot.full_scores[field, term] = full
    return Hits(snapshot, hits.numbers, hits.scores, full)


def hits_of_all(snapshot: Snapshot, field: str, terms: list[str]) -> Hits:
    """Return the documents that have every one of `terms`; together they count as one rare word.

    `field` may be "bigrams": terms are then bigrams.
    """

    def read(term: str) -> Numbers:
        return snapshot.documents_with(term) if field == "bigrams" else snapshot.postings(field, term)[0]

    def make() -> Postings:
        numbers: Numbers | None = None
        for term in terms:
            found = read(term)
            numbers = found if numbers is None else _in_both(numbers, found)
            if not len(numbers):
                break
        if numbers is None or not len(numbers):
            return NOTHING
        length_field = "suggest" if field == "suggest" else "words"
        return numbers, bm25(snapshot, length_field, numbers, np.ones(1, np.float32))

    return Hits(snapshot, *snapshot.kept.get((field, *terms), make))


def kept_hits(snapshot: Snapshot, key: tuple[str, ...], make: Callable[[], Hits]) -> Hits:
    """Return what `make` returns, made once as long as the snapshot and its memory last."""

    def postings() -> Postings:
        hits = make()
        return hits.numbers, hits.scores

    return Hits(snapshot, *snapshot.kept.get(key, postings))


def bm25(snapshot: Snapshot, length_field: str, numbers: Numbers, weights: Floats) -> Floats:
    """Return the BM25 scores of the documents `numbers`, in which a term weighs `weights`."""
    weight = np.float32(rarity(max(snapshot.size, 1), len(numbers)) * (SATURATION + 1))
    lengths = snapshot.lengths(length_field)[numbers]
    share = np.float32(SATURATION * LENGTH_SHARE / snapshot.average_length[length_field])
    hold_back = lengths * share + np.float32(SATURATION * (1 - LENGTH_SHARE))
    scores = weight * weights / (weights + hold_back)
    return scores.astype(np.float32, copy=False)


def rarity(documents: int, having: int) -> float:
    """Return how rare a term is that `having` of `documents` have; above zero, however frequent it is."""
    return math.log(documents / (having + 1)) + 1


def _in_both(one: Numbers, other: Numbers) -> Numbers:
    """Return the numbers that are in both ascending lists."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    if not len(few):
        return few
    places = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return few[many[places] == few]
