"""How well a document answers: BM25 over words that weigh more in a title than in a text.

A boosted field counts a word's occurrences more often (the idea of BM25F), so that one posting list and one
length per document are enough.
"""

from dataclasses import dataclass

import numpy as np

from .snapshot import Floats, Mask, Numbers, Snapshot

# The usual values of BM25: how soon repetition stops to help, and how much long texts are held back.
_SATURATION = 1.2
_LENGTH_SHARE = 0.75


@dataclass
class Hits:
    """Which documents answer, and how well; both over all documents of a snapshot."""

    mask: Mask
    scores: Floats

    @classmethod
    def none(cls, snapshot: Snapshot) -> "Hits":
        """No document."""
        return cls(np.zeros(snapshot.size, np.bool_), np.zeros(snapshot.size, np.float32))

    @classmethod
    def every(cls, snapshot: Snapshot) -> "Hits":
        """Every document, all equally good."""
        return cls(snapshot.alive.copy(), np.ones(snapshot.size, np.float32))

    def and_(self, other: "Hits") -> "Hits":
        """Documents of both."""
        return Hits(self.mask & other.mask, self.scores + other.scores)

    def or_(self, other: "Hits") -> "Hits":
        """Documents of either."""
        return Hits(self.mask | other.mask, self.scores + other.scores)

    def not_(self, snapshot: Snapshot) -> "Hits":
        """Documents of the rest, all equally good."""
        return Hits(snapshot.alive & ~self.mask, np.zeros(snapshot.size, np.float32))

    def times(self, factor: float) -> "Hits":
        """The same documents, better or worse."""
        return Hits(self.mask, self.scores * np.float32(factor))

    def only(self, mask: Mask) -> "Hits":
        """Those documents that are in `mask`, too."""
        kept = self.mask & mask
        return Hits(kept, np.where(kept, self.scores, np.float32(0)))


def hits_of_term(snapshot: Snapshot, field: str, term: str) -> Hits:
    """Return the documents with `term` in `field` and their BM25 scores."""
    numbers, weights = snapshot.postings(field, term)
    hits = Hits.none(snapshot)
    if len(numbers):
        hits.mask[numbers] = True
        hits.scores[numbers] = bm25(snapshot, field, numbers, weights)
    return hits


def hits_of_all(snapshot: Snapshot, field: str, terms: list[str]) -> Hits:
    """Return the documents that have every one of `terms`; each counts as one occurrence of one rare word."""
    numbers: Numbers | None = None
    for term in terms:
        found = snapshot.postings(field, term)[0]
        numbers = found if numbers is None else np.intersect1d(numbers, found, assume_unique=True)
        if not len(numbers):
            break
    hits = Hits.none(snapshot)
    if numbers is not None and len(numbers):
        hits.mask[numbers] = True
        length_field = "suggest" if field == "suggest" else "words"
        hits.scores[numbers] = bm25(snapshot, length_field, numbers, np.ones(len(numbers), np.float32))
    return hits


def bm25(snapshot: Snapshot, length_field: str, numbers: Numbers, weights: Floats) -> Floats:
    """Return the BM25 scores of the documents `numbers`, in which a term weighs `weights`."""
    rarity = np.log1p((snapshot.size - len(numbers) + 0.5) / (len(numbers) + 0.5))
    lengths = snapshot.lengths(length_field)
    average = max(float(lengths.mean()), 1.0)
    hold_back = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * lengths[numbers] / average)
    scores: Floats = (rarity * weights * (_SATURATION + 1) / (weights + hold_back)).astype(np.float32)
    return scores
