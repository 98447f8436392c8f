"""Finds the words of a query in a text as the database has it, and marks them."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from django.utils.safestring import SafeString, mark_safe
from numpy.typing import NDArray

from foundation import chinese_text
from search.engine.query import LONGEST_QUERY, MOST_UNITS
from search.text import segmentation

# Characters of a snippet, and how many of them stand before the first mark.
SNIPPET_LENGTH = 110
_BEFORE = 24
# Of a longer text only the beginning is looked at for a snippet.
LONGEST_TEXT = 60_000

# Where a word is in a text, and the word as it was searched.
Span = tuple[int, int, str]


@dataclass(frozen=True)
class Passage:
    """A piece of a text, ready for the page, and how many different words of the query it holds."""

    html: SafeString
    words: int


class Highlighter:
    """Marks the words of one query."""

    def __init__(self, query: str) -> None:
        runs = chinese_text.runs(chinese_text.normalise(query[:LONGEST_QUERY]))
        found = [word for run in runs for word in _words_of(run)]
        # The longest first, so that a whole is marked rather than its parts.
        self.words = sorted(dict.fromkeys(found), key=len, reverse=True)[:MOST_UNITS]
        self._pattern = re.compile("|".join(as_pattern(word) for word in self.words)) if self.words else None

    def passage(self, text: str) -> Passage:
        """Return the piece of `text` that holds most of the words; the beginning if it holds none."""
        text = " ".join(text[:LONGEST_TEXT].split())
        spans = self._spans(text)
        start, words = _densest(spans) if spans else (0, 0)
        start = max(0, min(start, len(text) - SNIPPET_LENGTH))
        stop = start + SNIPPET_LENGTH
        html = _marked(text, start, stop, [span for span in spans if start <= span[0] and span[1] <= stop])
        return Passage(html, words)

    def whole(self, text: str) -> Passage:
        """Return all of a short `text`, marked."""
        spans = self._spans(text)
        return Passage(_marked(text, 0, len(text), spans), len({span[2] for span in spans}))

    def _spans(self, text: str) -> list[Span]:
        """Return where the words stand in `text`: start, end, word."""
        if self._pattern is None:
            return []
        normalised, origins = _normalised_with_origins(text)
        return [
            (origins[match.start()], origins[match.end() - 1] + 1, match.group())
            for match in self._pattern.finditer(normalised)
        ]


def _words_of(run: str) -> list[str]:
    if not chinese_text.is_han(run):
        return [run]
    words = segmentation.cut(run)
    # A single character is worth a mark only where the query consists of nothing else.
    return [run, *(word for word in words if len(word) > 1)] if len(run) > 1 else [run]


def as_pattern(word: str) -> str:
    """Return the expression for a normalised word: anywhere if it is Chinese, else as a whole word."""
    escaped = re.escape(word)
    return escaped if chinese_text.is_han(word) else rf"(?<![0-9a-z]){escaped}(?![0-9a-z])"


def _densest(spans: list[Span]) -> tuple[int, int]:
    """Return where a snippet with most different words begins, and how many it holds; the first of equals."""
    best = (0, 0)
    inside: Counter[str] = Counter()
    entering = 0
    for leaving, (place, _stop, word) in enumerate(spans):
        start = place - _BEFORE
        while entering < len(spans) and spans[entering][1] <= start + SNIPPET_LENGTH:
            inside[spans[entering][2]] += 1
            entering += 1
        if len(inside) > best[1]:
            best = (start, len(inside))
        if entering > leaving:
            inside[word] -= 1
            if not inside[word]:
                del inside[word]
    return best


def _normalised_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """Normalise character by character; return for each character of the result where it came from."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    normal = _normal[codes]
    if not normal.all():
        _learn(codes[normal == _UNKNOWN])
        normal = _normal[codes]
    if normal.max(initial=0) < _SEVERAL:
        return normal.tobytes().decode("utf-32-le", "surrogatepass"), range(len(text))
    pieces = [chinese_text.normalise(character) for character in text]
    origins = [place for place, piece in enumerate(pieces) for _character in piece]
    return "".join(pieces), origins


# The normal form of each character, learned when it is first met: a table is ten times a dictionary's speed.
_UNKNOWN, _SEVERAL = 0, 0xFFFFFFFF
_normal = np.zeros(0x110000, np.uint32)


def _learn(codes: NDArray[np.uint32]) -> None:
    for code in set(codes.tolist()):
        normal = chinese_text.normalise(chr(code))
        _normal[code] = (ord(normal) or 32) if len(normal) == 1 else _SEVERAL


def _marked(text: str, start: int, stop: int, spans: list[Span]) -> SafeString:
    edges = [start, *itertools.chain.from_iterable(span[:2] for span in spans), min(stop, len(text))]
    parts = []
    for place, (low, high) in enumerate(itertools.pairwise(edges)):
        piece = escape(text[low:high])
        parts.append(f"<mark>{piece}</mark>" if place % 2 else piece)
    before, after = "…" if start else "", "…" if stop < len(text) else ""
    return mark_safe(f"{before}{''.join(parts)}{after}")  # noqa: S308  every piece was escaped above
