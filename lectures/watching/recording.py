"""Taking in what players report, and crediting the hours.

A player reports intervals of film in heartbeats. What it says is a claim: a watch session can have accepted
at most as many film seconds as the server's clock accrued while heartbeats came (`clock.hear`), times the
fastest speed of the player (`settings.LECTURES_MAX_SPEED`). A member's sessions never overlap
(`sessions.open_session`), so all tabs and devices together earn no more than one clock. Only distinct seconds
of the film that plays count; seconds seen before cost nothing and earn nothing. Heartbeats may come late,
twice or in any order. A session earns nothing after the year it began in. What was begun in one year may be
finished in the next and counts for that; what was enough in the old year counts for the old year, even if the
new year's heartbeats come first.
"""

from dataclasses import dataclass, replace
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
from .intervals import Intervals
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


@dataclass(frozen=True)
class _Enough:
    """Seconds of film that are enough for the hours, and the latest moment at which they were watched."""

    seconds: float
    when: datetime
    of_earlier_year: bool


def record(token: PlayToken, raw: Any, position: float, number: int, now: datetime) -> Recorded:
    """Take in one heartbeat: claimed intervals `raw`, `position` in seconds, `number` counting up a session.

    Distinct seconds that the member had not seen are accepted as far as the session's clock allows. Once
    `settings.LECTURES_SEEN_SHARE` of the film is seen, the hours are credited, in a transaction of their own:
    whoever holds the session's row must not wait for the ledger. Were it lost between the two, the next
    heartbeat makes up for it. Raises `NoSuchSessionError`, `NotPlayingError` and `ReplacedError`.
    """
    recorded = _take_in(token, raw, position, number, now)
    if _enough(recorded.progress, recorded.lecture):
        recorded = replace(recorded, progress=_complete(recorded.progress.pk, recorded.lecture))
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
        accepted = _add(progress, session, intervals.normalise(raw, duration), spare, heard.watched)
        progress.seconds_seen = _seconds(progress.seen_in_all, duration)
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
    done_at = progress.completed_at
    if done_at is not None and year_of(done_at) < year_of(session.opened_at):
        progress.done_year, progress.completed_at = year_of(done_at), None
        _begin_anew(progress)
    of_later_film = progress.film_since is not None and session.opened_at < progress.film_since
    if progress.version != session.version and not of_later_film:
        progress.version, progress.film_since = session.version, session.opened_at
        _begin_anew(progress)
    return progress


def _begin_anew(progress: WatchProgress) -> None:
    progress.seen, progress.watched_at = [], None
    progress.seen_before, progress.before_at = None, None
    progress.seconds_seen, progress.position = 0, 0


def _feeds(session: WatchSession, progress: WatchProgress) -> bool:
    """Return whether what the session reports is of the film, and of a year that is not completed."""
    if progress.version != session.version:
        return False
    return progress.done_year is None or year_of(session.opened_at) > progress.done_year


def _add(
    progress: WatchProgress, session: WatchSession, claims: Intervals, spare: float, watched: datetime
) -> Intervals:
    """Add what is new of `claims` to what was seen in the session's year, and return that.

    At most `spare` film seconds are. `watched` is the latest moment at which they can have been watched.
    """
    year = year_of(session.opened_at)
    latest = year_of(progress.watched_at) if progress.watched_at else year
    if year < latest:
        before = progress.seen_before or []
        accepted = intervals.clip_to_budget(intervals.subtract(claims, before), spare)
        progress.seen_before = intervals.longest(intervals.merge(before, accepted), MOST_INTERVALS)
        if accepted:
            progress.before_at = max(watched, progress.before_at or watched)
        return accepted
    if year > latest:
        progress.seen_before = intervals.longest(intervals.merge([], progress.seen_in_all), MOST_INTERVALS)
        progress.before_at, progress.watched_at = progress.watched_at, None
        progress.seen = []
    accepted = intervals.clip_to_budget(intervals.subtract(claims, progress.seen), spare)
    progress.seen = intervals.longest(intervals.merge(progress.seen, accepted), MOST_INTERVALS)
    if accepted:
        progress.watched_at = max(watched, progress.watched_at or watched)
    return accepted


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


def _enough(progress: WatchProgress, lecture: Lecture) -> list[_Enough]:
    """Return what of the seconds seen is the share of the film which is asked, the earlier year first.

    What is completed is left out. Seconds of an earlier year that were enough by themselves count for that
    year alone; else all count together for the later one.
    """
    film = lecture.film_seconds
    if progress.version != lecture.film_version:
        return []
    before, seen = _seconds(progress.seen_before or [], film), _seconds(progress.seen, film)
    share = film * settings.LECTURES_SEEN_SHARE
    found = []
    if before >= share and (progress.completed_at is None or seen >= share):
        found.append(_Enough(before, progress.before_at or progress.updated_at, of_earlier_year=True))
    seconds = seen if before >= share else progress.seconds_seen
    if progress.completed_at is None and seconds >= share:
        found.append(_Enough(seconds, progress.watched_at or progress.updated_at, of_earlier_year=False))
    return found


def _seconds(seen: Intervals, film: float) -> float:
    """Return how many distinct seconds of a film, which is `film` seconds long, have been seen."""
    return intervals.total(intervals.normalise(seen, film))


def _complete(pk: int, lecture: Lecture) -> WatchProgress:
    """Note that the lecture is done, have its hours credited, and return the progress.

    The ledger's lock comes before the row of the progress, which is looked at again under it. Where no rule
    says what the lecture is worth, it stays as it is.
    """
    with transaction.atomic():
        rows.lock()
        progress = WatchProgress.objects.select_for_update(of=("self",)).select_related("member").get(pk=pk)
        for enough in _enough(progress, lecture):
            try:
                _credit(progress, lecture, enough)
            except NoCreditRuleError:
                continue
            if not enough.of_earlier_year or not progress.seen:
                progress.completed_at = enough.when
            if enough.of_earlier_year:
                progress.done_year = year_of(enough.when)
                progress.seen_before, progress.before_at = None, None
                progress.seconds_seen = _seconds(progress.seen, lecture.film_seconds)
            progress.save()
    return progress


def _credit(progress: WatchProgress, lecture: Lecture, enough: _Enough) -> None:
    film = lecture.film_seconds
    ledger.credit(
        progress.member,
        lecture_key=progress.lecture_key,
        title=lecture.title,
        minutes=lecture.minutes_that_count,
        delivery_kind=DeliveryKind.ONLINE,
        earned_on=day_of(enough.when),
        basis={
            "film_seconds": round(film),
            "seen_seconds": round(enough.seconds),
            "seen_share": round(enough.seconds / film, 3),
            "share_asked": settings.LECTURES_SEEN_SHARE,
        },
        subject=lecture.subject,
        late_reason=LATE_PLAYER,
    )
