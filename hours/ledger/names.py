"""Whether words say who a member is. The ledger is append-only: it could never forget a name again.

Both sides of every comparison are brought into one form first (`_comparable`), so that full-width letters,
capitals, accents, traditional characters, blanks, middle dots and hyphens make no difference.
"""

import re
import unicodedata

from foundation.chinese_text import HAN, normalise
from members.models import Member

_WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAS_HAN = re.compile(rf"[{HAN}]")
# A number this long is none by chance, even where letters stand right beside it ("tel13800138000").
_TELLING = 6


def names_member(member: Member, words: str) -> bool:
    """Return whether `words` hold the name, the number or the phone number of `member`."""
    said = _words(words)
    if not said:
        return False
    return _holds_name(said, _words(member.name)) or any(
        _holds_number(said, "".join(_words(known))) for known in (member.number, member.phone) if known
    )


def is_same_name(one: str, other: str) -> bool:
    """Return whether two ways of writing are the same name: only letters and characters count."""
    left, right = "".join(_words(one)), "".join(_words(other))
    return bool(left) and left == right


def _comparable(text: str) -> str:
    """Return `text` in small simplified characters, without accents and invisible marks."""
    taken_apart = unicodedata.normalize("NFKD", normalise(text).casefold())
    return "".join(one for one in taken_apart if unicodedata.category(one) not in {"Mn", "Cf"})


def _words(text: str) -> list[str]:
    """Return the runs of Chinese characters and the words and numbers in other letters, in order."""
    return _WORD.findall(_comparable(text))


def _holds_name(said: list[str], name: list[str]) -> bool:
    written = _orders(name)
    if any(_HAS_HAN.search(part) for part in name):
        # Chinese is written without blanks, so a name stands anywhere; but one character is no name alone.
        together = "".join(said)
        return any(one in together if len(one) > 1 else one in said for one in written)
    # Names in letters are whole words in sequence: "An" does not stand in "plan".
    return any(_is_in_sequence(said, one) for one in written)


def _orders(parts: list[str]) -> set[str]:
    """Return a name's parts written together: the family name first or last."""
    if len(parts) < 2 or any(len(part) < 2 for part in parts):  # noqa: PLR2004  李 英 is one name, set wide
        return {"".join(parts)} - {""}
    turned = [parts[n:] + parts[:n] for n in range(len(parts))]
    return {"".join(order) for each in turned for order in (each, each[::-1])}


def _is_in_sequence(said: list[str], wanted: str) -> bool:
    for start in range(len(said)):
        together = ""
        for word in said[start:]:
            together += word
            if together == wanted:
                return True
            if len(together) >= len(wanted):
                break
    return False


def _holds_number(said: list[str], number: str) -> bool:
    if not number:
        return False
    return _is_in_sequence(said, number) or (len(number) >= _TELLING and any(number in word for word in said))
