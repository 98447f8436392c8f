"""Writes whole posting lists into Whoosh's own format.

Whoosh's writer makes a tuple and several calls of every posting; a page of Chinese has hundreds. Here they
are gathered as arrays and written list by list, in blocks that hold arrays where Whoosh writes tuples: its
reader takes either. `tests/search/test_snapshot.py` reads the result through Whoosh's public interface.
"""

import itertools
import zlib
from array import array
from pickle import dumps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bigrams import code_of
from .gathering import GatheredBigrams, GatheredTerms, PostingLists
from .posting_blocks import length_codes_in, postings_in
from .whoosh_parts import (
    CompressedBytesColumn,
    FileIndex,
    PickleColumn,
    SegmentWriter,
    W3Codec,
    W3FieldWriter,
    W3PerDocWriter,
    W3TermInfo,
    byte_to_length,
)

# Postings in a block. Whoosh's 128 cost a reader of long lists eight times as many steps.
BLOCK = 1024
# From so many postings on, a block holds arrays; below, tuples are smaller.
_SHORT = 24
# Blocks of more bytes are compressed.
_WORTH_COMPRESSING = 160
_MAGIC = b"W3Bl"
_LEVEL = 1


class _PerDocumentWriter(W3PerDocWriter):
    def _create_column(self, name: str, column: Any) -> None:
        if name == "_stored":  # readable as ever, written in half the time
            column = PickleColumn(CompressedBytesColumn(level=_LEVEL))
        super()._create_column(name, column)


class _FieldWriter(W3FieldWriter):
    def write_field(
        self, name: str, field: Any, lists: PostingLists, length_codes: NDArray[np.uint8] | None
    ) -> None:
        """Write all posting lists of a field. Fields must come in the order of their names."""
        if not lists.terms:
            return
        self.start_field(name, field)
        starts = lists.starts[:-1]
        weights = np.ones(len(lists.documents), np.float32) if lists.weights is None else lists.weights
        sums = np.add.reduceat(weights.astype(np.float64), starts).tolist()
        least, most = (
            np.minimum.reduceat(weights, starts).tolist(),
            np.maximum.reduceat(weights, starts).tolist(),
        )
        if length_codes is None:
            shortest = longest = [0] * len(starts)
        else:
            codes = length_codes[lists.documents]
            shortest = np.minimum.reduceat(codes, starts).tolist()
            longest = np.maximum.reduceat(codes, starts).tolist()
        bounds = lists.starts.tolist()
        for place, term in enumerate(lists.terms):
            start, stop = bounds[place], bounds[place + 1]
            offset = self._postfile.tell()
            self._postfile.write(_MAGIC)
            same = least[place] if least[place] == most[place] else None
            lengths = (shortest[place], longest[place])
            for first in range(start, stop, BLOCK):
                last = min(first + BLOCK, stop)
                self._write_block(
                    lists.documents[first:last],
                    weights[first:last] if same is None else same,
                    (most[place], lengths),
                    last=last == stop,
                )
            info = W3TermInfo(
                weight=sums[place],
                df=stop - start,
                minlength=byte_to_length(lengths[0]),
                maxlength=byte_to_length(lengths[1]),
                maxweight=most[place],
                minid=int(lists.documents[start]),
                maxid=int(lists.documents[stop - 1]),
            )
            info.set_extent(offset, self._postfile.tell() - offset)
            self._btext = term.encode()
            self._tindex.add(self._fieldid.to_bytes(2, "big") + self._btext, info.to_bytes())
        self.finish_field()

    def _write_block(
        self,
        documents: NDArray[np.uint32],
        weights: NDArray[np.float32] | float,
        bounds: tuple[float, tuple[int, int]],
        *,
        last: bool,
    ) -> None:
        if len(documents) < _SHORT:
            steps: Any = documents.tolist()
            steps = (steps[0], *(after - before for before, after in itertools.pairwise(steps)))
            heavy: Any = weights if isinstance(weights, float) else tuple(weights.tolist())
            protocol = 2
        else:
            steps = _small(np.diff(documents.astype(np.int64), prepend=0))
            heavy = weights if isinstance(weights, float) else _small(weights)
            protocol = 4
        data = dumps((steps, None if heavy == 1.0 else heavy, None), protocol)
        compressed = _LEVEL if len(data) > _WORTH_COMPRESSING else 0
        if compressed:
            data = zlib.compress(data, compressed)
        most, lengths = bounds
        info = dumps((len(documents), int(documents[-1]), most, compressed, *lengths), 2)
        size = len(info) + len(data)
        self._postfile.write_int(-size if last else size)
        self._postfile.write(info)
        self._postfile.write(data)


class _Codec(W3Codec):
    def per_document_writer(self, storage: Any, segment: Any) -> _PerDocumentWriter:
        return _PerDocumentWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> Any:
        # A segment remembers its codec by pickle; it must be readable without this module.
        return W3Codec().new_segment(storage, indexname)


class BulkWriter(SegmentWriter):
    """A writer for documents of `search.engine.schema`."""

    def __init__(self, index: FileIndex, **options: Any) -> None:
        super().__init__(index, codec=_Codec(), compound=False, **options)
        self._terms = {name: GatheredTerms() for name in ("key", "suggest", "words")}
        self._bigrams = GatheredBigrams()

    @property
    def gathered(self) -> int:
        """How many postings wait in memory."""
        return len(self._bigrams) + sum(len(terms) for terms in self._terms.values())

    def add(self, document: dict[str, Any]) -> None:
        """Add a document of `search.engine.documents`."""
        number = self.docnum
        words = document["words"]
        write = self.perdocwriter
        write.start_doc(number)
        write.add_field("texts", self.schema["texts"], document["texts"], 0)
        write.add_field("words", self.schema["words"], None, sum(count for _word, count, _weight in words))
        write.add_field("suggest", self.schema["suggest"], None, len(document["suggest"]))
        key = self.schema["key"]
        write.add_column_value("key", key.column_type, key.to_column_value(document["key"]))
        write.finish_doc()
        self._terms["key"].add(number, [document["key"]])
        self._terms["suggest"].add(number, document["suggest"])
        self._terms["words"].add(number, [word[0] for word in words], [word[2] for word in words])
        self._bigrams.add(number, document["bigrams"])
        self._added = True
        self.docnum += 1

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Gather the postings of a segment that is merged into this one; Whoosh calls it."""
        new = np.arange(startdoc, startdoc + reader.doc_count_all(), dtype=np.int64)
        if docmap is not None:
            new = np.full(reader.doc_count_all(), -1, np.int64)
            new[list(docmap)] = list(docmap.values())
        for field, term in reader.all_terms():
            documents, weights = postings_in(reader, field, term)
            documents = new[documents]
            kept = documents >= 0
            if kept.any():
                self._gather(field, term.decode(), documents[kept].astype(np.uint32), weights[kept])

    def _gather(
        self, field: str, term: str, documents: NDArray[np.uint32], weights: NDArray[np.float32]
    ) -> None:
        if field != "bigrams":
            self._terms[field].add_list(term, documents, weights)
        elif term.isascii():
            self._bigrams.add_bucket(int(term, 16), documents, weights)
        else:
            self._bigrams.add_list(np.full(len(documents), code_of(term), np.uint64), documents)

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        documents = self.per_document_reader()
        for name in sorted([*self._terms, "bigrams"]):
            gathered = self._bigrams if name == "bigrams" else self._terms[name]
            lengths = length_codes_in(documents, name) if self.schema[name].scorable else None
            self.fieldwriter.write_field(name, self.schema[name], gathered.lists(), lengths)
        documents.close()
        self.fieldwriter.close()


def _small(numbers: NDArray[Any]) -> Any:
    """Return `numbers` in the smallest array that holds them exactly."""
    if numbers.dtype.kind == "f" and (numbers != np.floor(numbers)).any():
        return array("f", numbers.astype(np.float32).tobytes())
    for code, kind, limit in (("B", np.uint8, 1 << 8), ("H", np.uint16, 1 << 16)):
        if numbers.max() < limit:
            return array(code, numbers.astype(kind).tobytes())
    if numbers.dtype.kind == "f":
        return array("f", numbers.astype(np.float32).tobytes())
    return array("I", numbers.astype(np.uint32).tobytes())
