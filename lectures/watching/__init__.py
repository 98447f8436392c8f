"""Watching a lecture: the watch session, the intervals seen, and the credit that follows.

Only distinct seconds within the server's clock count, whatever a player says.
A player that begins to play opens a session; its heartbeats arrive in `views`.
"""

from .clock import year_of
from .lessons import NotPlayingError, ReplacedError
from .recording import Recorded, record
from .sessions import HEAD_START, NoSuchSessionError, begin, open_session
from .tokens import PageToken, PlayToken

__all__ = [
    "HEAD_START",
    "NoSuchSessionError",
    "NotPlayingError",
    "PageToken",
    "PlayToken",
    "Recorded",
    "ReplacedError",
    "begin",
    "open_session",
    "record",
    "year_of",
]
