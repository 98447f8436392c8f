"""How names are typed by their sound: pinyin without tones, syllable by syllable.

pypinyin reads well but gets surnames and places wrong (单县, 仇, 曾): `dictionary/readings.txt` corrects
whole words, `dictionary/surnames.txt` adds a second reading where a character may be somebody's surname.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pypinyin import lazy_pinyin, load_phrases_dict

from . import segmentation

DICTIONARY = Path(__file__).parent / "dictionary"
# Of a name so many characters are kept from each word on; nobody types more.
LONGEST_START = 24
MOST_STARTS = 24
# Longer words are looked into for the words they consist of (现代农业).
_LONG_WORD = 2
LONGEST_LETTERS = 60
# Words at which nobody begins to type.
_NO_START = frozenset("的了和与及在是也都就把被对从向于之其")
_LETTERS = re.compile(r"[a-z][a-z' ]*")


@dataclass(frozen=True)
class Start:
    """A word's beginning in a name: from there a reader may type. `syllables` belong to `text`, one for each
    Chinese character or Latin word, `word_syllables` to the word alone."""

    text: str
    syllables: tuple[str, ...]
    word: str
    word_syllables: tuple[str, ...]


def letters_of(question: str) -> str:
    """Return the letters of a question that may be pinyin (`nong ye`, `xi'an`), else an empty string."""
    normalised = segmentation.normalise(question)
    if not _LETTERS.fullmatch(normalised):
        return ""
    letters = normalised.replace(" ", "").replace("'", "")
    return letters if 1 < len(letters) <= LONGEST_LETTERS else ""


def syllables_of(run: str) -> tuple[str, ...]:
    """Return the syllables of a run of Chinese characters, one each; a Latin run is its own syllable."""
    _load_readings()
    if not segmentation.is_han(run):
        return (run,)
    return tuple("".join(letter for letter in one if letter.isascii()) or one for one in lazy_pinyin(run))


def starts_of(name: str) -> list[Start]:
    """Return every place in `name` from which it may be typed; twice where a surname has its own reading."""
    characters: list[str] = []  # a Latin word counts as one
    sounds: list[str] = []
    words: list[tuple[int, str]] = []
    for run in segmentation.runs(segmentation.normalise(name)):
        if segmentation.is_han(run):
            words.extend(_words_of(run, len(characters)))
            characters.extend(run)
        else:
            words.append((len(characters), run))
            characters.append(run)
        sounds.extend(syllables_of(run))
    found = []
    for place, word in words[:MOST_STARTS]:
        text = "".join(characters[place : place + LONGEST_START])
        own = tuple(sounds[place : place + LONGEST_START])
        length = len(word) if segmentation.is_han(word) else 1
        found.append(Start(text, own, word, own[:length]))
        surname = _surnames().get(word[0])
        if surname and surname != own[0]:
            found.append(Start(text, (surname, *own[1:]), word, (surname, *own[1:length])))
    return found


def _words_of(run: str, before: int) -> Iterator[tuple[int, str]]:
    """Yield the words of a Chinese run, and the words inside longer ones, with their places."""
    for word in segmentation.cut(run):
        if word not in _NO_START:
            yield before, word
            for inside, part in segmentation.parts(word) if len(word) > _LONG_WORD else ():
                yield before + inside, part
        before += len(word)


def initials_of(syllables: tuple[str, ...]) -> str:
    """Return the first letters; of a Latin word or a number all of them, as it is typed out."""
    return "".join(
        sound if not sound.isalpha() or not _is_syllable(sound) else sound[0] for sound in syllables
    )


def heard(syllables: tuple[str, ...], letters: str) -> int:
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
def _surnames() -> dict[str, str]:
    return dict(
        line.split() for line in (DICTIONARY / "surnames.txt").read_text(encoding="utf-8").splitlines()
    )


@cache
def _load_readings() -> None:
    lines = (DICTIONARY / "readings.txt").read_text(encoding="utf-8").splitlines()
    load_phrases_dict({word: [[one] for one in sounds] for word, *sounds in map(str.split, lines)})
