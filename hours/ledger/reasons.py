"""Reasons that Guben itself gives for a late entry: stored as a code, said in the reader's language."""

from django.utils.translation import gettext as _

LATE_PLAYER = "code:player-late"
LATE_STATION = "code:station-late"


def in_words(text: str) -> str:
    """Return the sentence for a code of ours; what somebody typed stays as it is."""
    return {
        LATE_PLAYER: _("The player reported it after the year had been closed."),
        LATE_STATION: _("The roll of the station was taken after the year had been closed."),
    }.get(text, text)
