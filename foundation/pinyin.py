"""How names are typed by their sound: pinyin without tones, syllable by syllable.

pypinyin reads well but gets surnames and places wrong (单县, 仇, 曾): `dictionary/readings.txt` corrects
whole words, `dictionary/surnames.txt` adds a second reading where a character may be somebody's surname.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from . import chinese_text

DICTIONARY = Path(__file__).parent / "dictionary"
LONGEST_LETTERS = 60
_LETTERS = re.compile(r"[a-z][a-z' ]*")


def letters_of(query: str) -> str:
    """Return the letters of a query that may be pinyin (`nong ye`, `xi'an`), else an empty string."""
    normalised = chinese_text.normalise(query)
    if not _LETTERS.fullmatch(normalised):
        return ""
    letters = normalised.replace(" ", "").replace("'", "")
    return letters if 1 < len(letters) <= LONGEST_LETTERS else ""


def syllables_of(run: str) -> tuple[str, ...]:
    """Return the syllables of a run of Chinese characters, one each; a Latin run is its own syllable."""
    if not chinese_text.is_han(run):
        return (run,)
    return tuple("".join(letter for letter in one if letter.isascii()) or one for one in _reading()(run))


def initials_of(syllables: tuple[str, ...]) -> str:
    """Return the first letters; of a Latin word or a number all of them, as it is typed out."""
    return "".join(
        sound if not sound.isalpha() or not _is_syllable(sound) else sound[0] for sound in syllables
    )


def match_letters(syllables: tuple[str, ...], letters: str) -> int:
    """Return how many syllables `letters` spell from the first on, in full or by initials; 0 if they do not.

    The last syllable may be unfinished.
    """
    return _in_full(syllables, letters) or _by_initials(syllables, letters)


def _in_full(syllables: tuple[str, ...], letters: str) -> int:
    for number, sound in enumerate(syllables, start=1):
        if sound.startswith(letters):
            return number
        if not letters.startswith(sound):
            return 0
        letters = letters[len(sound) :]
    return 0


def _by_initials(syllables: tuple[str, ...], letters: str) -> int:
    for number in range(1, len(syllables) + 1):
        initials = initials_of(syllables[:number])
        if len(initials) >= len(letters):
            return number if initials.startswith(letters) else 0
    return 0


@cache
def _is_syllable(sound: str) -> bool:
    """Whether `sound` is pinyin rather than a Latin word of a name (wps)."""
    return bool(re.fullmatch(r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouv][aeioung]*r?|m|n|ng|hm|hng", sound))


@cache
def surnames() -> dict[str, str]:
    """Return the second reading, as a surname, of each character that has one."""
    return dict(
        line.split() for line in (DICTIONARY / "surnames.txt").read_text(encoding="utf-8").splitlines()
    )


@cache
def _reading() -> Callable[[str], list[str]]:
    """Return how a run of characters is read, with our corrections."""
    # pypinyin's dictionary takes half a second, at the start of each process, of which few read names.
    from pypinyin import lazy_pinyin, load_phrases_dict  # noqa: PLC0415  as just said

    lines = (DICTIONARY / "readings.txt").read_text(encoding="utf-8").splitlines()
    load_phrases_dict({word: [[one] for one in sounds] for word, *sounds in map(str.split, lines)})
    return lazy_pinyin
