"""The places in a name from which a reader may begin to type it."""

from collections.abc import Iterator
from dataclasses import dataclass

from foundation.chinese_text import is_han, normalise, runs
from foundation.pinyin import surnames, syllables_of

from . import segmentation

# Of a name so many characters are kept from each word on; nobody types more.
LONGEST_START = 24
MOST_STARTS = 24
# Longer words are looked into for the words they consist of (现代农业).
_LONG_WORD = 2
# Words at which nobody begins to type.
_NO_START = frozenset("的了和与及在是也都就把被对从向于之其")


@dataclass(frozen=True)
class Start:
    """A word's beginning in a name: from there a reader may type. `syllables` belong to `text`, one for each
    Chinese character or Latin word, `word_syllables` to the word alone."""

    text: str
    syllables: tuple[str, ...]
    word: str
    word_syllables: tuple[str, ...]


def starts_of(name: str) -> list[Start]:
    """Return every place in `name` from which it may be typed; twice where a surname has its own reading."""
    characters: list[str] = []  # a Latin word counts as one
    sounds: list[str] = []
    words: list[tuple[int, str]] = []
    for run in runs(normalise(name)):
        if is_han(run):
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
        length = len(word) if is_han(word) else 1
        found.append(Start(text, own, word, own[:length]))
        surname = surnames().get(word[0])
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
