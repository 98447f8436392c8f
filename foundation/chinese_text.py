"""Chinese text as it is compared: normalised, and divided into Chinese and Latin runs."""

import re
import unicodedata

from opencc import OpenCC

# Longer runs of Latin letters are no words; they would only fill an index.
LONGEST_LATIN_WORD = 64

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")
_ONLY_HAN = re.compile(rf"[{HAN}]+")


class _ToSimplified(dict[int, str]):
    """Maps a traditional character to its simplified form, looked up once each."""

    def __init__(self) -> None:
        super().__init__()
        self._converter = OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        character = chr(code)
        simplified = self._converter.convert(character) if _ONLY_HAN.match(character) else character
        self[code] = simplified
        return simplified


_to_simplified = _ToSimplified()


def normalise(text: str) -> str:
    """Return `text` as it is compared: NFKC, small letters, simplified characters."""
    return unicodedata.normalize("NFKC", text).lower().translate(_to_simplified)


def runs(normalised: str) -> list[str]:
    """Return the runs of Chinese characters and the Latin words and numbers, in order."""
    return [
        match.group()[: None if match.group(1) else LONGEST_LATIN_WORD]
        for match in _RUNS.finditer(normalised)
    ]


def is_han(run: str) -> bool:
    """Whether a run of `runs` is Chinese."""
    return bool(_ONLY_HAN.match(run))


def han_runs(normalised: str) -> list[str]:
    """Return only the runs of Chinese characters, in order."""
    return _ONLY_HAN.findall(normalised)
