"""Pairs of neighbouring Chinese characters, by which any substring of two characters or more is found.

In memory a pair is a number. In the index the pairs that several documents of a segment share are terms of
their own; the many rare ones share 65 536 terms, and the weight of a posting tells which of them it is. So an
index stays small and no text has to be looked into to tell one pair from another.
"""

import numpy as np
from numpy.typing import NDArray

# A pair in so many documents of a segment has a term of its own.
FREQUENT = 8
# The weight of a posting that stands for two rare pairs at once.
AMBIGUOUS = 0

Codes = NDArray[np.uint64]
_SHIFT = 21
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_IS_HAN = np.zeros(0x110000, np.bool_)
for _first, _last in (
    (0x3007, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
):
    _IS_HAN[_first : _last + 1] = True


def codes_of(normalised: str) -> Codes:
    """Return the pairs of a text, each once, ascending."""
    characters = np.frombuffer(normalised.encode("utf-32-le", "surrogatepass"), np.uint32)
    is_han = _IS_HAN[characters]
    first = characters[:-1].astype(np.uint64)
    found = (first << np.uint64(_SHIFT) | characters[1:])[is_han[:-1] & is_han[1:]]
    return np.unique(found)


def code_of(pair: str) -> int:
    """Return the number of a pair."""
    return ord(pair[0]) << _SHIFT | ord(pair[1])


def pair_of(code: int) -> str:
    """Return the two characters of a number."""
    return chr(code >> _SHIFT) + chr(code & (1 << _SHIFT) - 1)


def buckets_and_checks(codes: Codes) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return for each pair its shared term's number and what tells it from the term's others, never 0."""
    mixed = codes * _MIXER
    checks = (mixed >> np.uint64(24) & np.uint64(0xFFFF)).astype(np.uint32)
    return (mixed >> np.uint64(48)).astype(np.uint32), np.maximum(checks, AMBIGUOUS + 1)


def bucket_term(bucket: int) -> str:
    """Return the shared term of a bucket; it sorts before every pair."""
    return f"{bucket:04x}"
