"""An index as it was at one commit, as arrays: postings, lengths and keys.

One snapshot is kept per process and index and replaced when a commit or a rebuild has happened. Segments
never change except for deletions, so what was read of one stays valid and is kept.
"""

import difflib
import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import bigrams
from .index_files import IndexFiles, open_generation
from .mapped_files import MappedStorage
from .posting_blocks import NOTHING, Floats, Numbers, length_codes_in, open_columns, postings_in
from .whoosh_parts import EmptyIndexError, SegmentReader, byte_to_length

# Scored postings kept per snapshot, and postings kept per segment: about 48 and 16 MB.
_MOST_SCORED = 4_000_000
_MOST_READ = 1_400_000
# How many words a misspelt one is compared with, and how alike they must be (difflib's ratio).
_MOST_COMPARED_WORDS = 3000
_SIMILAR = 0.75
_LENGTH_OF_BYTE = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)

Mask = NDArray[np.bool_]
Postings = tuple[Numbers, Floats]


class _Kept:
    """The posting lists or scores that were read last, by their key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._lists: OrderedDict[Any, Postings] = OrderedDict()
        self._count = 0

    def get(self, key: Any, make: Callable[[], Postings]) -> Postings:
        """Return what is kept for `key`, else what `make` returns."""
        with self._lock:
            found = self._lists.get(key)
            if found is not None:
                self._lists.move_to_end(key)
                return found
        found = make()
        with self._lock:
            if key not in self._lists:
                self._lists[key] = found
                self._count += len(found[0]) + 1
                while self._count > self._most:
                    self._count -= len(self._lists.popitem(last=False)[1][0]) + 1
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._lists.clear()
            self._count = 0


class _Segment:
    """An immutable part of an index; documents are numbered from 0."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        # Whoosh's files have one position each: one thread reads at a time.
        self._lock = threading.Lock()
        self.kept = _Kept(_MOST_READ)
        self.size: int = reader.doc_count_all()
        keys = reader.column_reader("key")
        self.keys = [keys[number] for number in range(self.size)]
        self.lengths = {name: self._read_lengths(name) for name in ("words", "suggest")}
        self.total_length: int = reader.field_length("words")
        self._primary_keys: NDArray[Any] | None = None
        open_columns(reader)

    def _read_lengths(self, field: str) -> Floats:
        codes = length_codes_in(self._reader._perdoc, field)
        return np.zeros(self.size, np.float32) if codes is None else _LENGTH_OF_BYTE[codes]

    def primary_keys(self, to_python: Callable[[str], Any]) -> NDArray[Any]:
        """Return the primary key of every document."""
        if self._primary_keys is None:
            values = [to_python(key) for key in self.keys]
            whole = all(type(value) is int for value in values)
            self._primary_keys = np.array(values, dtype=np.int64 if whole else object)
        return self._primary_keys

    def postings(self, field: str, term: str) -> Postings:
        """Return the numbers of the documents that hold `term`, ascending, and the term's weight in each."""
        return self.kept.get((field, term), lambda: self._read(field, term))

    def _read(self, field: str, term: str) -> Postings:
        with self._lock:
            return postings_in(self._reader, field, term.encode())

    def documents_with(self, bigram: str) -> Numbers:
        """Return the documents that hold two characters side by side."""
        return self.kept.get(("bigrams", bigram), lambda: self._read_bigram(bigram))[0]

    def _read_bigram(self, bigram: str) -> Postings:
        frequent, _ones = self._read("bigrams", bigram)
        buckets, checks = bigrams.buckets_and_checks(np.array([bigrams.code_of(bigram)], np.uint64))
        rare, marks = self._read("bigrams", bigrams.bucket_term(int(buckets[0])))
        rare = rare[(marks == checks[0]) | (marks == bigrams.AMBIGUOUS)]
        numbers = np.union1d(frequent, rare) if len(rare) else frequent
        return numbers, np.ones(0, np.float32)

    def terms_from(self, field: str, beginning: str, most: int) -> list[str]:
        """Return at most `most` terms of `field` that begin with `beginning`."""
        with self._lock:
            terms = self._reader.terms_from(field, beginning)
            found = []
            for name, term in itertools.islice(terms, most):
                if name != field or not term.startswith(beginning.encode()):
                    break
                found.append(term.decode())
        return found

    def texts(self, number: int) -> dict[str, str]:
        """Return the normalised texts of a document by field name."""
        with self._lock:
            texts: dict[str, str] = self._reader.stored_fields(number).get("texts", {})
        return texts


class Snapshot:
    """All segments of an index at one commit; documents are numbered through all of them."""

    def __init__(self, version: tuple[str, int], segments: list[_Segment], deleted: list[set[int]]) -> None:
        self.version = version
        self._segments = segments
        self._bases = np.cumsum([0, *(segment.size for segment in segments)])
        self.size = int(self._bases[-1])
        self.alive: Mask = np.ones(self.size, np.bool_)
        for base, numbers in zip(self._bases, deleted, strict=False):
            self.alive[base + np.array(sorted(numbers), dtype=np.int64)] = False
        self.count = int(self.alive.sum())
        self.keys = [key for segment in segments for key in segment.keys]
        self._lengths = {
            name: np.concatenate([*(segment.lengths[name] for segment in segments), np.empty(0, np.float32)])
            for name in ("words", "suggest")
        }
        total = sum(segment.total_length for segment in segments)
        self.average_length = {
            "words": max(total / max(self.size, 1), 1.0),
            "suggest": max(float(self._lengths["suggest"].mean()) if self.size else 0.0, 1.0),
        }
        # Scores depend on all documents, so they are kept here and not with the segments.
        self.kept = _Kept(_MOST_SCORED)
        # The scores of the most frequent words, of which there are few, as one number for every document.
        self.full_scores: dict[tuple[str, str], Floats] = {}
        self._primary_keys: NDArray[Any] | None = None

    def forget(self) -> None:
        """Drop what was read from disk; it is read anew when it is needed."""
        self.kept.clear()
        self.full_scores.clear()
        for segment in self._segments:
            segment.kept.clear()

    def primary_keys(self, to_python: Callable[[str], Any]) -> NDArray[Any]:
        """Return the primary key of every document."""
        if self._primary_keys is None:
            of_segments = [segment.primary_keys(to_python) for segment in self._segments]
            self._primary_keys = np.concatenate([np.empty(0, np.int64), *of_segments])
        return self._primary_keys

    def lengths(self, field: str) -> Floats:
        """Return the length in terms of every document in `field`."""
        return self._lengths[field]

    def postings(self, field: str, term: str) -> Postings:
        """Return the documents, deleted ones included, that hold `term`, and its weight in each."""
        if len(self._segments) == 1:
            return self._segments[0].postings(field, term)
        parts = [segment.postings(field, term) for segment in self._segments]
        if not parts:
            return NOTHING
        numbers = np.concatenate([base + part[0] for base, part in zip(self._bases, parts, strict=False)])
        return numbers, np.concatenate([part[1] for part in parts])

    def documents_with(self, bigram: str) -> Numbers:
        """Return the documents, deleted ones included, that hold two characters side by side."""
        if len(self._segments) == 1:
            return self._segments[0].documents_with(bigram)
        parts = [
            base + part.documents_with(bigram)
            for base, part in zip(self._bases, self._segments, strict=False)
        ]
        return np.concatenate([NOTHING[0], *parts])

    def terms_from(self, field: str, beginning: str, most: int) -> list[str]:
        """Return terms of `field` that begin with `beginning`, at most `most` of each segment."""
        found = {term for segment in self._segments for term in segment.terms_from(field, beginning, most)}
        return sorted(found)

    def similar_words(self, word: str, most: int) -> list[str]:
        """Return `word` and at most `most` words of the index that are written much like it."""
        candidates = {
            term
            for segment in self._segments
            for term in segment.terms_from("words", word[:1], _MOST_COMPARED_WORDS)
        }
        similar = difflib.get_close_matches(word, sorted(candidates - {word}), n=most, cutoff=_SIMILAR)
        return [word, *similar]

    def texts(self, number: int) -> dict[str, str]:
        """Return the normalised texts of a document by field name."""
        place = int(np.searchsorted(self._bases, number, side="right")) - 1
        return self._segments[place].texts(number - int(self._bases[place]))


class Snapshots:
    """The snapshots that this process keeps open, by directory of the index."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._kept: dict[Path, tuple[Snapshot, dict[str, _Segment]]] = {}

    def latest(self, files: IndexFiles) -> Snapshot:
        """Return the newest state of an index."""
        with self._lock:
            if self._process != os.getpid():  # a fork shares file positions with its parent
                self._process, self._kept = os.getpid(), {}
            for attempt in range(20):
                try:
                    return self._latest(files)
                except (OSError, EmptyIndexError):  # a commit or a rebuild deleted a file between two looks
                    if attempt == 19:  # noqa: PLR2004  the last of the attempts above
                        raise
            raise AssertionError("unreachable")

    def _latest(self, files: IndexFiles) -> Snapshot:
        path = files.current()
        index = open_generation_cached(path)
        version = (path.name, index.latest_generation())
        snapshot, segments = self._kept.get(files.root, (None, {}))
        if snapshot is not None and snapshot.version == version:
            return snapshot
        toc = index._read_toc()
        version = (path.name, toc.generation)
        storage = MappedStorage(str(path))
        opened: dict[str, _Segment] = {}
        for part in toc.segments:
            name = f"{path.name}/{part.segment_id()}"
            opened[name] = segments.get(name) or _Segment(SegmentReader(storage, toc.schema, part))
        snapshot = Snapshot(
            version, list(opened.values()), [set(part.deleted_docs()) for part in toc.segments]
        )
        self._kept[files.root] = (snapshot, opened)
        return snapshot


def open_generation_cached(path: Path) -> Any:
    """Open the index in `path`, keeping the last few: opening reads the table of contents."""
    if path not in _opened:
        while len(_opened) > 32:  # noqa: PLR2004  more generations than a process ever uses at once
            _opened.pop(next(iter(_opened)))
        _opened[path] = open_generation(path)
    return _opened[path]


_opened: dict[Path, Any] = {}
snapshots = Snapshots()
