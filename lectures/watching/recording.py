"""Taking in what players report, and crediting the hours.

A player reports intervals of film in heartbeats. What it says is a claim: a watch session can have accepted
at most as many film seconds as the server's clock accrued while heartbeats came (`clock.hear`), times the
fastest speed of the player (`settings.LECTURES_MAX_SPEED`). A member's sessions never overlap
(`sessions.open_session`), so all tabs and devices together earn no more than one clock. Only distinct seconds
of the film that plays count; seconds seen before cost nothing and earn nothing. Heartbeats may come late,
twice or in any order. A session earns nothing after the year it began in, so that what was watched in one
year never counts for another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from foundation.calendar import day_of
from hours import ledger
from hours.ledger.credit_rules import NoCreditRuleError
from hours.ledger.reasons import LATE_PLAYER
from hours.models import DeliveryKind
from hours.tallies import rows
from lectures.models import Lecture, WatchProgress, WatchSession

from . import intervals
from .clock import hear, year_ends, year_of
from .lessons import page_playing
from .sessions import NoSuchSessionError
from .tokens import PlayToken

# Far beyond any honest viewer; keeps a forger's crumbs from filling the database.
MOST_INTERVALS = 500


@dataclass(frozen=True)
class Recorded:
    """What a heartbeat led to."""

    lecture: Lecture
    progress: WatchProgress
    elsewhere: bool
    """The member plays a lesson in another tab or on another device since; this player should stop."""
    ended: bool
    """The year is over in which the session began; the player should begin another session."""


def record(token: PlayToken, raw: Any, position: float, number: int, now: datetime) -> Recorded:
    """Take in one heartbeat: claimed intervals `raw`, `position` in seconds, `number` counting up a session.

    Distinct seconds that the member had not seen are accepted as far as the session's clock allows. Once
    `settings.LECTURES_SEEN_SHARE` of the film is seen, the hours are credited, in a transaction of their own:
    whoever holds the session's row must not wait for the ledger. Were it lost between the two, the next
    heartbeat makes up for it. Raises `NoSuchSessionError`, `NotPlayingError` and `ReplacedError`.
    """
    recorded = _take_in(token, raw, position, number, now)
    if recorded.progress.completed_at is None and _is_enough(recorded.progress, recorded.lecture):
        recorded.progress.completed_at = _complete(recorded.progress, recorded.lecture)
    return recorded


@transaction.atomic
def _take_in(token: PlayToken, raw: Any, position: float, number: int, now: datetime) -> Recorded:
    session = (
        WatchSession.objects.select_for_update(of=("self",))
        .filter(pk=token.session_id, member_id=token.member_id, member__is_active=True)
        .first()
    )
    if session is None:
        raise NoSuchSessionError
    lecture = page_playing(session.lecture_key, session.version)
    duration = lecture.film_seconds
    last_moment = year_ends(session.opened_at)
    heard = hear(
        _heard_at(session),
        now,
        (session.closed_at, last_moment),
        settings.LECTURES_HEARTBEAT_GAP_SECONDS,
    )
    session.heard_at = heard.until
    spare = (session.spare or 0) + heard.seconds * settings.LECTURES_MAX_SPEED
    progress = _progress_of(session)
    if _feeds(session, progress):
        new = intervals.subtract(intervals.normalise(raw, duration), progress.seen)
        accepted = intervals.clip_to_budget(new, spare)
        if accepted:
            progress.watched_at = max(heard.watched, progress.watched_at or heard.watched)
        progress.seen = intervals.longest(intervals.merge(progress.seen, accepted), MOST_INTERVALS)
        progress.seconds_seen = intervals.total(intervals.normalise(progress.seen, duration))
        session.granted += intervals.total(accepted)
        spare -= intervals.total(accepted)
        if number > session.last_heartbeat and not _watched_later(session):
            progress.position = min(max(position, 0), duration)
        progress.updated_at = max(heard.watched, progress.updated_at)
        progress.save()
    session.spare, session.last_heartbeat = spare, max(number, session.last_heartbeat)
    session.save(update_fields=["heard_at", "spare", "granted", "last_heartbeat"])
    elsewhere = session.closed_at is not None
    return Recorded(lecture, progress, elsewhere=elsewhere, ended=not elsewhere and now > last_moment)


def _heard_at(session: WatchSession) -> datetime:
    """Return up to when the session's time has accrued.

    One from before this was noted has at least spent what it was granted.
    """
    if session.heard_at is not None:
        return session.heard_at
    return session.opened_at + timedelta(seconds=session.granted / settings.LECTURES_MAX_SPEED)


def _progress_of(session: WatchSession) -> WatchProgress:
    """Return the locked progress that the watch session adds to, begun anew where that is due.

    A lesson counts once a year: what was completed in an earlier year is begun anew, so that the new year's
    hours rest on watching in the new year. Seconds of one film say nothing about another: where the film was
    replaced the lesson is begun anew, and stays completed if it was.
    """
    progress, _created = WatchProgress.objects.select_for_update(of=("self",)).get_or_create(
        member_id=session.member_id,
        lecture_key=session.lecture_key,
        defaults={"updated_at": session.opened_at, "version": session.version},
    )
    if progress.begun_at is not None and session.opened_at < progress.begun_at:
        return progress
    new_film = progress.version != session.version
    new_year = progress.completed_at is not None and year_of(progress.completed_at) < year_of(
        session.opened_at
    )
    if new_film or new_year:
        progress.begun_at = session.opened_at
        progress.version = session.version
        progress.seen, progress.seconds_seen, progress.position = [], 0, 0
        progress.watched_at = None
    if new_year:
        progress.completed_at = None
    return progress


def _feeds(session: WatchSession, progress: WatchProgress) -> bool:
    """Return whether what the session reports is of the film and not from before the year begun anew."""
    if progress.version != session.version:
        return False
    return progress.begun_at is None or year_of(session.opened_at) >= year_of(progress.begun_at)


def _watched_later(session: WatchSession) -> bool:
    """Return whether a later watch session of the same lecture has already said where the member is."""
    return (
        session.closed_at is not None
        and WatchSession.objects.filter(
            member_id=session.member_id,
            lecture_key=session.lecture_key,
            opened_at__gt=session.opened_at,
            last_heartbeat__gt=0,
        ).exists()
    )


def _is_enough(progress: WatchProgress, lecture: Lecture) -> bool:
    """Return whether the share that is asked has been seen of the film that plays."""
    return (
        progress.version == lecture.film_version
        and progress.seconds_seen >= lecture.film_seconds * settings.LECTURES_SEEN_SHARE
    )


def _complete(seen: WatchProgress, lecture: Lecture) -> datetime | None:
    """Note that the lecture is done, have its hours credited, and return the moment; None without a rule.

    The ledger's lock comes before the row of the progress, which is looked at again under it.
    """
    with transaction.atomic():
        rows.lock()
        progress = (
            WatchProgress.objects.select_for_update(of=("self",)).select_related("member").get(pk=seen.pk)
        )
        if progress.completed_at is not None or not _is_enough(progress, lecture):
            return progress.completed_at
        when = progress.watched_at or progress.updated_at
        try:
            _credit(progress, lecture, when)
        except NoCreditRuleError:
            return None
        progress.completed_at = when
        progress.save(update_fields=["completed_at"])
    return when


def _credit(progress: WatchProgress, lecture: Lecture, when: datetime) -> None:
    film = lecture.film_seconds
    ledger.credit(
        progress.member,
        lecture_key=progress.lecture_key,
        title=lecture.title,
        minutes=lecture.minutes_that_count,
        delivery_kind=DeliveryKind.ONLINE,
        earned_on=day_of(when),
        basis={
            "film_seconds": round(film),
            "seen_seconds": round(progress.seconds_seen),
            "seen_share": round(progress.seconds_seen / film, 3),
            "share_asked": settings.LECTURES_SEEN_SHARE,
        },
        subject=lecture.subject,
        late_reason=LATE_PLAYER,
    )
