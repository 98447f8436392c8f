"""How much film can have been shown between two reports of a player, by the server's clock alone.

Pure functions, no database; shared by watching alone and by the screens of stations. Time accrues only
while heartbeats come: each settles the time since the one before, at most as much as a player has in its
buffer, and never beyond the moment at which its session ends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Heard:
    """What a heartbeat tells of time."""

    until: datetime
    """Up to here the clock is settled; the next heartbeat accrues from here."""
    watched: datetime
    """The latest moment at which what the heartbeat reports can have been watched."""
    seconds: float
    """Seconds of the clock that accrue with this heartbeat, never negative."""


def hear(heard_at: datetime, now: datetime, ends: tuple[datetime | None, ...], gap: float) -> Heard:
    """Return what a heartbeat that comes at `now` accrues after the one that came at `heard_at`.

    `ends` are the moments, as far as they are known, after which nothing is watched in this session. `gap`
    are the seconds that a player goes on for from its buffer without being heard.
    """
    until = min(now, *(end for end in ends if end is not None))
    watched = min(until, heard_at + timedelta(seconds=gap))
    return Heard(
        until=max(until, heard_at),
        watched=watched,
        seconds=max((watched - heard_at).total_seconds(), 0.0),
    )


def year_of(moment: datetime) -> int:
    """Return the calendar year of `moment` in the district's time zone."""
    return timezone.localtime(moment, timezone.get_default_timezone()).year


def year_begins(year: int) -> datetime:
    """Return the first moment of `year` in the district's time zone."""
    return datetime(year, 1, 1, tzinfo=timezone.get_default_timezone())


def year_ends(moment: datetime) -> datetime:
    """Return the last moment of the year in which `moment` lies, in the district's time zone."""
    return year_begins(year_of(moment) + 1) - timedelta(microseconds=1)
