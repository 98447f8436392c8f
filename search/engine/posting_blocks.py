"""Reads whole posting lists and columns out of a Whoosh segment as arrays.

This module knows two internals of Whoosh's codec: the blocks of a posting list and the column of lengths.
`tests/search/test_snapshot.py` compares both with Whoosh's public interface.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .whoosh_parts import STORED_COLUMN, NumericColumn, TermNotFound

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]
NOTHING: tuple[Numbers, Floats] = (np.empty(0, np.int64), np.empty(0, np.float32))


def postings_in(reader: Any, field: str, term: bytes) -> tuple[Numbers, Floats]:
    """Return the numbers of the documents that hold `term`, ascending, and the term's weight in each.

    `reader` is a `SegmentReader`; documents of a segment are numbered from 0.
    """
    try:
        matcher = reader._terms.matcher(field, term, reader.schema[field].format)
    except TermNotFound:
        return NOTHING
    numbers: list[Numbers] = []
    weights: list[Floats] = []
    while not matcher._atend:
        matcher._read_data()
        steps, block_weights, _values = matcher._data
        numbers.append(np.cumsum(np.array(steps, dtype=np.int64)))
        weight = 1.0 if block_weights is None else block_weights
        weights.append(np.broadcast_to(np.array(weight, dtype=np.float32), len(steps)))
        matcher._next_block()
    if len(numbers) == 1:
        return numbers[0], weights[0]
    return np.concatenate(numbers), np.concatenate(weights)


def open_columns(reader: Any) -> None:
    """Open the stored texts now, as a later merge would delete their file while it is used.

    Raises `FileNotFoundError` if a commit has just deleted any column: Whoosh takes one whose file is gone
    for one without values, so the keys and lengths that were read may be wrong.
    """
    per_document = reader._perdoc
    texts = per_document._cached_reader("_stored", STORED_COLUMN)
    measured = [f"_{name}_len" for name in ("suggest", "words") if reader.field_length(name)]
    if texts is None or not all(per_document.has_column(name) for name in ("key", "_stored", *measured)):
        raise FileNotFoundError(reader.segment().segment_id())


def length_codes_in(per_document: Any, field: str) -> NDArray[np.uint8] | None:
    """Return the length of every document in `field`, in Whoosh's logarithmic code; None if none was kept."""
    column = f"_{field}_len"
    if not per_document.has_column(column):
        return None
    codes = per_document.column_reader(column, NumericColumn("B", default=0)).load()
    return np.frombuffer(codes, dtype=np.uint8)
