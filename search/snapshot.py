"""An index as it was at one commit, as arrays: postings, lengths and keys.

One snapshot is kept per process and index and replaced when a commit or a rebuild has happened. Segments
never change except for deletions, so what was read of one stays valid and is kept.

This module reads two internals of Whoosh's codec: the blocks of a posting list and the column of lengths.
`tests/search/test_snapshot.py` compares both with Whoosh's public interface.
"""

import difflib
import itertools
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .index_files import IndexFiles, open_generation
from .whoosh_parts import EmptyIndexError, NumericColumn, SegmentReader, TermNotFound, byte_to_length

# Postings kept decoded per segment: about 16 MB.
_MOST_CACHED_POSTINGS = 2_000_000
# How many words a misspelt one is compared with, and how alike they must be (difflib's ratio).
_MOST_COMPARED_WORDS = 3000
_SIMILAR = 0.75
_LENGTH_OF_BYTE = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
_NOTHING: tuple[Numbers, Floats] = (np.empty(0, np.int64), np.empty(0, np.float32))


class _Segment:
    """An immutable part of an index; documents are numbered from 0."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, str], tuple[Numbers, Floats]] = OrderedDict()
        self._cached_postings = 0
        self.size: int = reader.doc_count_all()
        keys = reader.column_reader("key")
        self.keys = [keys[number] for number in range(self.size)]
        self.lengths = {name: self._read_lengths(name) for name in ("words", "suggest")}
        # Opens the file of stored texts now: a later merge would delete it under our feet.
        reader.stored_fields(0)

    def _read_lengths(self, field: str) -> Floats:
        column = f"_{field}_len"
        if not self._reader._perdoc.has_column(column):
            return np.zeros(self.size, np.float32)
        codes = self._reader._perdoc.column_reader(column, NumericColumn("B", default=0)).load()
        return _LENGTH_OF_BYTE[np.frombuffer(codes, dtype=np.uint8)]

    def postings(self, field: str, term: str) -> tuple[Numbers, Floats]:
        """Return the numbers of the documents that hold `term`, ascending, and the term's weight in each."""
        with self._lock:
            found = self._cache.get((field, term))
            if found is None:
                found = self._read_postings(field, term)
                self._remember((field, term), found)
            else:
                self._cache.move_to_end((field, term))
            return found

    def _remember(self, key: tuple[str, str], postings: tuple[Numbers, Floats]) -> None:
        self._cache[key] = postings
        self._cached_postings += len(postings[0]) + 1
        while self._cached_postings > _MOST_CACHED_POSTINGS:
            self._cached_postings -= len(self._cache.popitem(last=False)[1][0]) + 1

    def _read_postings(self, field: str, term: str) -> tuple[Numbers, Floats]:
        try:
            matcher = self._reader._terms.matcher(field, term.encode(), self._reader.schema[field].format)
        except TermNotFound:
            return _NOTHING
        numbers: list[Numbers] = []
        weights: list[Floats] = []
        while not matcher._atend:
            matcher._read_data()
            steps, block_weights, _values = matcher._data
            numbers.append(np.cumsum(np.array(steps, dtype=np.int64)))
            weight = 1.0 if block_weights is None else block_weights
            weights.append(np.broadcast_to(np.array(weight, dtype=np.float32), len(steps)))
            matcher._next_block()
        return np.concatenate(numbers), np.concatenate(weights)

    def words_from(self, beginning: str, most: int) -> list[str]:
        """Return at most `most` words of the index that begin with `beginning`."""
        with self._lock:
            terms = self._reader.terms_from("words", beginning)
            found = []
            for field, term in itertools.islice(terms, most):
                if field != "words" or not term.startswith(beginning.encode()):
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

    def lengths(self, field: str) -> Floats:
        """Return the length in terms of every document in `field`."""
        return self._lengths[field]

    def postings(self, field: str, term: str) -> tuple[Numbers, Floats]:
        """Return the documents, deleted ones included, that hold `term`, and its weight in each."""
        if len(self._segments) == 1:
            return self._segments[0].postings(field, term)
        parts = [segment.postings(field, term) for segment in self._segments]
        if not parts:
            return _NOTHING
        numbers = np.concatenate([base + part[0] for base, part in zip(self._bases, parts, strict=False)])
        return numbers, np.concatenate([part[1] for part in parts])

    def words_from(self, beginning: str, most: int) -> list[str]:
        """Return words of the index that begin with `beginning`, at most `most` of each segment."""
        return sorted({word for segment in self._segments for word in segment.words_from(beginning, most)})

    def similar_words(self, word: str, most: int) -> list[str]:
        """Return `word` and at most `most` words of the index that are written much like it."""
        found = {word}
        for segment in self._segments:
            candidates = segment.words_from(word[:1], _MOST_COMPARED_WORDS)
            found.update(difflib.get_close_matches(word, candidates, n=most, cutoff=_SIMILAR))
        return sorted(found)[: most * len(self._segments)]

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
        opened: dict[str, _Segment] = {}
        for part in toc.segments:
            name = f"{path.name}/{part.segment_id()}"
            opened[name] = segments.get(name) or _Segment(SegmentReader(index.storage, toc.schema, part))
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
