"""Reasons for late entries that the site gives itself: stored as a code, shown in the reader's language."""

from django.utils.translation import gettext as _

LATE_PLAYER = "code:player-late"
LATE_STATION = "code:station-late"


def in_words(text: str) -> str:
    """Return a stored reason as the reader reads it: a code in words, what somebody wrote as it is."""
    if text == LATE_PLAYER:
        return _("The player's reports came after the year had been closed.")
    if text == LATE_STATION:
        return _("The roll of the station was taken after the year had been closed.")
    return text
