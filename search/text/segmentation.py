"""Turns Chinese text into words, in the same manner for the index and for a query.

Text is normalised (full width to half width, capitals to small letters, traditional to simplified), then cut
into words with the dictionary of rjieba, the trade's own words and the district's. Beside the words, every
bigram (two neighbouring characters) is kept, so that a query finds what no dictionary knows.
"""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from foundation.chinese_text import han_runs, is_han, runs

from . import district_words

TRADE_WORDS = Path(__file__).parent.parent / "dictionary" / "trade_words.txt"
# Raised by hand whenever the cutting changes, so that old indexes are known to be old.
_METHOD = "1"
# Above every word of the general dictionary that a trade word contains, so that the trade word stays whole.
_TRADE_WORD_FREQUENCY = 100_000

# Seconds for which nobody looks whether the district's words have changed.
_WORDS_KEPT = 1.0


def cut(run: str) -> list[str]:
    """Return the words of a Chinese run."""
    words: list[str] = _latest().segmenter.cut(run, hmm=False)
    return words


def parts(word: str) -> list[tuple[int, str]]:
    """Return the words of two characters or more inside a longer word, and where each begins."""
    found = []
    place = 0
    for part in _latest().segmenter.cut_for_search(word, hmm=False):
        if 1 < len(part) < len(word):
            place = max(word.find(part, place), 0)
            found.append((place, part))
    return found


def words(normalised: str) -> list[str]:
    """Return all words of a text, in order and with repetitions."""
    found: list[str] = []
    for run in runs(normalised):
        if is_han(run):
            found.extend(cut(run))
        else:
            found.append(run)
    return found


def bigrams(run: str) -> list[str]:
    """Return the bigrams of a Chinese run; of a single character, itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def characters_and_bigrams(normalised: str) -> set[str]:
    """Return every Chinese character and every bigram of a text."""
    found: set[str] = set()
    for run in han_runs(normalised):
        found.update(run)
        found.update(bigrams(run))
    return found


def fingerprint() -> str:
    """Return a hash that changes when the same text would be cut differently."""
    return _latest().fingerprint


def own_words() -> tuple[str, ...]:
    """Return the words that the general dictionary does not know: the trade's and the district's."""
    return _latest().words


def notice_new_words() -> None:
    """Look for the district's words at once, not after the usual second."""
    _kept.until = 0.0


class _Cutter:
    """rjieba with our own words."""

    def __init__(self, version: tuple[int, int] | None) -> None:
        import rjieba  # noqa: PLC0415  reads its dictionary; most processes cut no text

        self.version = version
        self.words = (*TRADE_WORDS.read_text(encoding="utf-8").split(), *district_words.read())
        self.segmenter = rjieba.Jieba()
        for word in self.words:
            self.segmenter.add_word(word, _TRADE_WORD_FREQUENCY, "n")
        content = "\n".join([_METHOD, *sorted(set(self.words))])
        self.fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]


@dataclass
class _Kept:
    cutter: _Cutter | None = None
    until: float = 0.0


_kept = _Kept()


def _latest() -> _Cutter:
    """Return the cutter for the words as they are; looks for new ones once a second."""
    now = time.monotonic()
    if _kept.cutter is None or now >= _kept.until:
        version = district_words.version()
        if _kept.cutter is None or _kept.cutter.version != version:
            _kept.cutter = _Cutter(version)
        _kept.until = now + _WORDS_KEPT
    return _kept.cutter
