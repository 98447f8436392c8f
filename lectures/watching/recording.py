"""Watching a lecture: opening a watch session, taking in what was seen, and crediting the hours.

A player reports intervals of film in heartbeats. What it says is a claim: a watch session can have accepted
at most as many film seconds as the server's clock ran while it was open, times the fastest speed of the
player (`settings.LECTURES_MAX_SPEED`). A member has one open watch session, so all tabs and devices together
earn no more than one clock. Only distinct seconds count; seconds seen before cost nothing and earn nothing.
Heartbeats may come late, twice or in any order. There is no allowance on top of the clock: the watch session
opens before its page is sent, so an honest player is always behind it, and an allowance could be had again
with every reload.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hours import ledger
from hours.ledger.credit_rules import NoCreditRuleError
from hours.models import DeliveryKind
from lectures.models import Lecture, WatchProgress, WatchSession
from members.models import Member

from . import intervals

# A phone may come back from weeks without a network and still report what it watched.
TOKEN_DAYS = 40
# Far beyond any honest viewer; keeps a forger's crumbs from filling the database.
MOST_INTERVALS = 500
_SALT = "lectures.watching.play"


class NotPlayingError(Exception):
    """The lecture cannot be watched: it is not published (any more) or has no film that plays."""


class NoSuchSessionError(LookupError):
    """There is no such watch session of this member."""


@dataclass(frozen=True)
class PlayToken:
    """Who reports on which watch session. Signed, it stands for the member in place of a session look-up."""

    session_id: UUID
    member_id: int

    def sign(self) -> str:
        """Return the token as text that only this site can have made."""
        return signing.dumps([self.session_id.hex, self.member_id], salt=_SALT)

    @classmethod
    def read(cls, text: Any) -> "PlayToken":
        """Return the token in `text`; raise `signing.BadSignature` for a forged or outdated one."""
        if not isinstance(text, str):
            raise signing.BadSignature
        session_id, member_id = signing.loads(text, salt=_SALT, max_age=TOKEN_DAYS * 86_400)
        return cls(UUID(session_id), member_id)


@dataclass(frozen=True)
class Recorded:
    """What a heartbeat led to."""

    lecture: Lecture
    progress: WatchProgress
    elsewhere: bool
    """The member has opened a lesson in another tab or on another device since; this player should stop."""


def open_session(member: Member, lecture: Lecture, now: datetime) -> WatchSession:
    """Open a watch session of `member` to `lecture` at `now` and close the one open elsewhere, if any.

    Raises `NotPlayingError` for an unpublished lecture and for one without a film that plays.
    """
    if not lecture.live or not lecture.has_film:
        raise NotPlayingError
    with transaction.atomic():
        # Two tabs that open at once take turns here; the unique constraint is the second lock.
        Member.objects.select_for_update().get(pk=member.pk)
        WatchSession.objects.filter(member=member, closed_at=None).update(closed_at=now)
        return WatchSession.objects.create(member=member, lecture_key=lecture.translation_key, opened_at=now)


@transaction.atomic
def record(token: PlayToken, raw: Any, position: float, number: int, now: datetime) -> Recorded:
    """Take in one heartbeat: claimed intervals `raw`, `position` in seconds, `number` counting up a session.

    Distinct seconds that the member had not seen are accepted as far as the session's clock allows, and the
    hours are credited in the same transaction once `settings.LECTURES_SEEN_SHARE` of the film is seen.
    Raises `NoSuchSessionError` and `NotPlayingError`.
    """
    session = (
        WatchSession.objects.select_for_update(of=("self",))
        .filter(pk=token.session_id, member_id=token.member_id, member__is_active=True)
        .first()
    )
    if session is None:
        raise NoSuchSessionError
    lecture = lecture_of(session.lecture_key)
    until = min(now, session.closed_at) if session.closed_at else now
    progress = _progress_of(session)
    duration = lecture.film_seconds

    new = intervals.subtract(intervals.normalise(raw, duration), progress.seen)
    accepted = intervals.clip_to_budget(new, budget(session, now))
    progress.seen = intervals.longest(intervals.merge(progress.seen, accepted), MOST_INTERVALS)
    progress.seconds_seen = intervals.total(intervals.normalise(progress.seen, duration))
    if number > session.last_heartbeat:
        if not _watched_later(session):
            progress.position = min(max(position, 0), duration)
        session.last_heartbeat = number
    session.granted += intervals.total(accepted)
    session.save(update_fields=["granted", "last_heartbeat"])
    progress.updated_at = max(until, progress.updated_at)
    if progress.completed_at is None and progress.seconds_seen >= duration * settings.LECTURES_SEEN_SHARE:
        _complete(progress, lecture, until)
    progress.save()
    return Recorded(lecture, progress, elsewhere=session.closed_at is not None)


def budget(session: WatchSession, now: datetime) -> float:
    """Return the film seconds that `session` may still have accepted at `now`."""
    until = min(now, session.closed_at) if session.closed_at else now
    return (until - session.opened_at).total_seconds() * settings.LECTURES_MAX_SPEED - session.granted


def lecture_of(key: UUID) -> Lecture:
    """Return the published lecture with this `translation_key`; raise `NotPlayingError` if none plays."""
    lecture = Lecture.objects.live().filter(translation_key=key).select_related("video", "subject").first()
    if lecture is None or not lecture.has_film:
        raise NotPlayingError
    return lecture


def year_of(moment: datetime) -> int:
    """Return the calendar year of `moment` in the district's time zone."""
    return timezone.localtime(moment, timezone.get_default_timezone()).year


def _progress_of(session: WatchSession) -> WatchProgress:
    """Return the locked progress that the watch session adds to.

    A lesson counts once a year. What was completed in an earlier year is begun anew, so that the new year's
    hours rest on watching in the new year.
    """
    progress, _created = WatchProgress.objects.select_for_update().get_or_create(
        member_id=session.member_id,
        lecture_key=session.lecture_key,
        defaults={"updated_at": session.opened_at},
    )
    if progress.completed_at and year_of(progress.completed_at) < year_of(session.opened_at):
        progress.seen, progress.completed_at = [], None
    return progress


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


def _complete(progress: WatchProgress, lecture: Lecture, when: datetime) -> None:
    """Note that the lecture is done and have its hours credited; without a credit rule, not yet."""
    film = lecture.film_seconds
    try:
        ledger.credit(
            progress.member,
            lecture_key=progress.lecture_key,
            title=lecture.title,
            minutes=lecture.minutes_that_count,
            delivery_kind=DeliveryKind.ONLINE,
            earned_on=timezone.localtime(when, timezone.get_default_timezone()).date(),
            basis={
                "film_seconds": round(film),
                "seen_seconds": round(progress.seconds_seen),
                "seen_share": round(progress.seconds_seen / film, 3),
                "share_asked": settings.LECTURES_SEEN_SHARE,
            },
            subject=lecture.subject,
            late_reason=_("The player reported it after the year had been closed."),
        )
    except NoCreditRuleError:
        return
    progress.completed_at = when
