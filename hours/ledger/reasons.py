"""Reasons in the ledger that the site itself gives: stored as codes, read in the reader's language.

What a person typed is stored as typed. A text that would pass for a code keeps its words but not its colon
(`as_typed`), so that nobody can type one.
"""

import enum
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_PREFIX = "code:"


class Reason(enum.StrEnum):
    """What is stored of a reason that no person gave."""

    LATE_PLAYER = "code:player-late"
    LATE_STATION = "code:station-late"


LATE_PLAYER, LATE_STATION = Reason.LATE_PLAYER, Reason.LATE_STATION

_WORDS: dict[str, Promise | str] = {
    LATE_PLAYER: _("The player reported it after the year had been closed."),
    LATE_STATION: _("The roll of the station was taken after the year had been closed."),
}


def in_words(text: str) -> str:
    """Return the reader's words for a stored code, and any other text as it is."""
    return str(_WORDS.get(text, text))


def as_typed(text: str) -> str:
    """Return a reason as it is stored: a `Reason` as its code, what somebody typed never as one."""
    if isinstance(text, Reason):
        return text.value
    text = text.strip()
    if unicodedata.normalize("NFKC", text).casefold().startswith(_PREFIX):
        start = len(_PREFIX) - 1
        return f"{text[:start]}：{text[start + 1 :]}"
    return text
