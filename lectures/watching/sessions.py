"""Watch sessions: begun when a film is first played, one at a time for each member."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from lectures.models import Lecture, WatchSession
from members.models import Member

from .clock import year_begins, year_of
from .lessons import NotPlayingError, page_playing
from .tokens import PageToken

# The film plays while its player still asks for a session over a slow line.
HEAD_START = timedelta(seconds=5)


class NoSuchSessionError(LookupError):
    """There is no such watch session, or its member may not sign in (any more)."""


def begin(page: PageToken, now: datetime) -> WatchSession:
    """Begin a watch session for the player on the page that was given `page`; see `open_session`.

    Raises `NoSuchSessionError` for a member who may not sign in, `NotPlayingError` and `ReplacedError`.
    """
    lecture = page_playing(page.lecture_key, page.version)
    member = Member.objects.filter(pk=page.member_id, is_active=True).first()
    if member is None:
        raise NoSuchSessionError
    return open_session(member, lecture, now, since=page.given_at)


def open_session(
    member: Member, lecture: Lecture, now: datetime, *, since: datetime | None = None
) -> WatchSession:
    """Open a watch session of `member` to `lecture` at `now` and close the one open elsewhere, if any.

    It begins `HEAD_START` before `now`, but neither in an earlier year nor before `since`, when the page was
    given to the player, nor before the latest moment up to which any other session of the member has been, or
    could be, accrued; the open one is closed at that same moment. The sessions of a member so follow one
    another without a common moment, and a head start cannot be had twice. Raises `NotPlayingError` for an
    unpublished lecture and for one without a film that plays.
    """
    if not lecture.live or not lecture.has_film:
        raise NotPlayingError
    with transaction.atomic():
        # Two tabs that begin at once take turns here; the unique constraint is the second lock.
        Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        # Locked, because a heartbeat may be moving `heard_at`.
        list(WatchSession.objects.select_for_update().filter(member=member, closed_at=None).values_list("pk"))
        taken = WatchSession.objects.filter(member=member).aggregate(
            until=Max(Coalesce("closed_at", Greatest("opened_at", Coalesce("heard_at", "opened_at"))))
        )["until"]
        known = [moment for moment in (since, taken) if moment is not None]
        opened_at = max(now - HEAD_START, year_begins(year_of(now)), *known)
        WatchSession.objects.filter(member=member, closed_at=None).update(closed_at=opened_at)
        return WatchSession.objects.create(
            member=member,
            lecture_key=lecture.lesson_key,
            version=lecture.film_version,
            opened_at=opened_at,
            heard_at=opened_at,
            spare=0,
        )
