"""Bigrams: two neighbouring Chinese characters. By them any substring of two characters or more is found.

In memory a bigram is a number. In the index the bigrams that several documents of a segment share are terms
of their own; the many rare ones share 65 536 terms, and the weight of a posting says which of them it is. So
an index stays small and no text has to be looked into to tell one bigram from another.
"""

import numpy as np
from numpy.typing import NDArray

# A bigram in so many documents of a segment has a term of its own.
FREQUENT = 8
# The weight of a posting that stands for two rare bigrams at once.
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
    """Return the bigrams of a text, each once, ascending."""
    characters = np.frombuffer(normalised.encode("utf-32-le", "surrogatepass"), np.uint32)
    is_han = _IS_HAN[characters]
    first = characters[:-1].astype(np.uint64)
    found = (first << np.uint64(_SHIFT) | characters[1:])[is_han[:-1] & is_han[1:]]
    return np.unique(found)


def code_of(bigram: str) -> int:
    """Return the number of a bigram."""
    return ord(bigram[0]) << _SHIFT | ord(bigram[1])


def bigram_of(code: int) -> str:
    """Return the two characters of a number."""
    return chr(code >> _SHIFT) + chr(code & (1 << _SHIFT) - 1)


def buckets_and_checks(codes: Codes) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return each bigram's shared term, as a number, and a check that sets it apart there, never 0."""
    mixed = codes * _MIXER
    checks = (mixed >> np.uint64(24) & np.uint64(0xFFFF)).astype(np.uint32)
    return (mixed >> np.uint64(48)).astype(np.uint32), np.maximum(checks, AMBIGUOUS + 1)


def bucket_term(bucket: int) -> str:
    """Return the shared term of a bucket; it sorts before every bigram."""
    return f"{bucket:04x}"
