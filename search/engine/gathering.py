"""Gathers the postings of a segment in memory, as flat arrays: some ten bytes for each."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bigrams import AMBIGUOUS, FREQUENT, Codes, bigram_of, bucket_term, buckets_and_checks

Documents = NDArray[np.uint32]
Weights = NDArray[np.float32]


@dataclass(frozen=True)
class PostingLists:
    """Terms in ascending order; the postings of term `n` are `starts[n]` to `starts[n + 1]`.

    Documents ascend within a term. Without `weights` every posting weighs 1.
    """

    terms: list[str]
    starts: NDArray[np.int64]
    documents: Documents
    weights: Weights | None

    def followed_by(self, other: "PostingLists") -> "PostingLists":
        """Return both; the terms of `other` must sort behind."""
        return PostingLists(
            self.terms + other.terms,
            np.concatenate([self.starts[:-1], other.starts + len(self.documents)]),
            np.concatenate([self.documents, other.documents]),
            np.concatenate([_weights(self), _weights(other)]),
        )


class GatheredTerms:
    """The postings of one field."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms = array("I")
        self._documents = array("I")
        self._weights = array("f")

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, document: int, terms: Iterable[str], weights: Iterable[float] | None = None) -> None:
        """Add the different terms of one document; documents must come in ascending order."""
        numbers = self._numbers
        before = len(self._terms)
        self._terms.extend([numbers.setdefault(term, len(numbers)) for term in terms])
        added = len(self._terms) - before
        self._documents.extend([document] * added)
        self._weights.extend([1.0] * added if weights is None else weights)

    def add_list(self, term: str, documents: Documents, weights: Weights) -> None:
        """Add a posting list whose documents come after all of the term's others."""
        number = self._numbers.setdefault(term, len(self._numbers))
        self._terms.frombytes(np.full(len(documents), number, np.uint32).tobytes())
        self._documents.frombytes(documents.astype(np.uint32).tobytes())
        self._weights.frombytes(weights.astype(np.float32).tobytes())

    def lists(self) -> PostingLists:
        """Return all postings in order."""
        terms = sorted(self._numbers)
        place = np.empty(len(terms), np.uint32)
        place[[self._numbers[term] for term in terms]] = np.arange(len(terms), dtype=np.uint32)
        of_posting = place[np.frombuffer(self._terms, np.uint32)]
        order = np.argsort(of_posting, kind="stable")
        return PostingLists(
            terms,
            np.concatenate([[0], np.cumsum(np.bincount(of_posting, minlength=len(terms)))]),
            np.frombuffer(self._documents, np.uint32)[order],
            np.frombuffer(self._weights, np.float32)[order],
        )


class GatheredBigrams:
    """The bigrams of all documents."""

    def __init__(self) -> None:
        self._codes: list[Codes] = []
        self._documents: list[Documents] = []
        # Rare bigrams of a merged segment: what they were is no longer known, nor needed.
        self._merged: list[tuple[Documents, Documents, Documents]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, document: int, codes: Codes) -> None:
        """Add the different bigrams of one document; documents must come in ascending order."""
        self.add_list(codes, np.full(len(codes), document, np.uint32))

    def add_list(self, codes: Codes, documents: Documents) -> None:
        """Add bigrams and the document of each."""
        self._codes.append(codes)
        self._documents.append(documents)
        self._count += len(codes)

    def add_bucket(self, bucket: int, documents: Documents, checks: Weights) -> None:
        """Add a bucket of another segment."""
        buckets = np.full(len(documents), bucket, np.uint32)
        self._merged.append((buckets, documents.astype(np.uint32), checks.astype(np.uint32)))
        self._count += len(documents)

    def lists(self) -> PostingLists:
        """Return all postings in order: first the buckets, then the bigrams that have a term of their own."""
        codes = np.concatenate([np.empty(0, np.uint64), *self._codes])
        documents = np.concatenate([np.empty(0, np.uint32), *self._documents])
        order = np.argsort(codes, kind="stable")
        codes, documents = codes[order], documents[order]
        different, counts = np.unique(codes, return_counts=True)
        frequent = np.repeat(counts >= FREQUENT, counts)
        exact = PostingLists(
            [bigram_of(code) for code in different[counts >= FREQUENT].tolist()],
            np.concatenate([[0], np.cumsum(counts[counts >= FREQUENT])]),
            documents[frequent],
            None,
        )
        return self._buckets(codes[~frequent], documents[~frequent]).followed_by(exact)

    def _buckets(self, codes: Codes, documents: Documents) -> PostingLists:
        buckets, checks = buckets_and_checks(codes)
        buckets = np.concatenate([buckets, *(part[0] for part in self._merged)])
        documents = np.concatenate([documents, *(part[1] for part in self._merged)])
        checks = np.concatenate([checks, *(part[2] for part in self._merged)])
        order = np.lexsort((documents, buckets))
        buckets, documents, checks = buckets[order], documents[order], checks[order]
        # A document stands once in a posting list, also if several of its bigrams share the bucket.
        again = np.zeros(len(buckets), np.bool_)
        again[1:] = (buckets[1:] == buckets[:-1]) & (documents[1:] == documents[:-1])
        first = np.flatnonzero(~again)
        alone = np.diff(first, append=len(again)) == 1
        checks = np.where(alone, checks[first], AMBIGUOUS)
        buckets, documents = buckets[first], documents[first]
        different, counts = np.unique(buckets, return_counts=True)
        return PostingLists(
            [bucket_term(bucket) for bucket in different.tolist()],
            np.concatenate([[0], np.cumsum(counts)]),
            documents,
            checks.astype(np.float32),
        )


def _weights(lists: PostingLists) -> Weights:
    return np.ones(len(lists.documents), np.float32) if lists.weights is None else lists.weights
