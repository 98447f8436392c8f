"""Watching a lecture: the watch session, the intervals seen, and the credit that follows.

Only distinct seconds within the server's clock count, whatever a player says.
The lecture's page opens a session; the player's heartbeats arrive in `views`.
"""

from .recording import (
    NoSuchSessionError,
    NotPlayingError,
    PlayToken,
    Recorded,
    budget,
    lecture_of,
    open_session,
    record,
    year_of,
)

__all__ = [
    "NoSuchSessionError",
    "NotPlayingError",
    "PlayToken",
    "Recorded",
    "budget",
    "lecture_of",
    "open_session",
    "record",
    "year_of",
]
