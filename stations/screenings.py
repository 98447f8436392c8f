"""Showing a lecture in a station's room: starting it, and adding up what was really shown.

The rule is that of watching alone (`lectures.watching`): what counts are distinct seconds of the film that
plays, and no more of them than the server's clock accrued while heartbeats came. A room watches at normal
speed. The clock gives no allowance on top: the screening opens before its page is sent, so an honest TV is
always behind it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hours.models import DeliveryKind
from hours.tallies import rows
from lectures.models import Lecture
from lectures.watching import intervals
from lectures.watching.clock import hear, year_ends
from meetings.models import Session

from . import programme, roll
from .models import Screening, Station

# A player that stands this close to the end, in seconds, is at the end.
NEAR_END = 5.0
# A power cut leaves many short intervals; what is stored stays small.
MOST_INTERVALS = 200
# A screening lasts a day at most; the TV may hand in what it showed on the day after.
TOKEN_DAYS = 2
_SPEED = 1.0
_SALT = "stations.heartbeat"


@dataclass(frozen=True)
class Heartbeat:
    """What the token of a heartbeat stands for: the screening, and the film that the TV plays."""

    screening: Screening
    version: str


def start_screening(station: Station, lecture: Lecture, now: datetime) -> Screening:
    """Open `lecture` on the station's screen and return its screening.

    Closes the station's other open screening. An unfinished screening of the same lecture of the same day
    (a power cut, another film in between) goes on where it stopped, or from the beginning where the film was
    replaced meanwhile. The lecture must have a film.
    """
    if lecture.video is None:
        raise ValueError("A lecture without a film cannot be screened.")
    with transaction.atomic():
        # One start at a time for each station.
        Station.objects.select_for_update(no_key=True).get(pk=station.pk)
        earlier = (
            Screening.objects.filter(
                station=station,
                session__lecture_key=lecture.lesson_key,
                session__closed_at__isnull=True,
            )
            .select_related("session")
            .order_by("-session__starts_at")
            .first()
        )
        if earlier and timezone.localdate(earlier.session.starts_at) != timezone.localdate(now):
            earlier = None
        Screening.objects.filter(station=station, closed_at__isnull=True).exclude(
            pk__in=[earlier.pk] if earlier else []
        ).update(closed_at=now)
        if earlier:
            # As its heartbeats left it, and none comes in between.
            earlier = _locked(earlier.pk)
        session = (
            earlier.session
            if earlier
            else Session(
                organization_id=station.organization_id,
                lecture_key=lecture.lesson_key,
                delivery_kind=DeliveryKind.STATION,
                starts_at=now,
                ends_at=now,
                place=station.name,
            )
        )
        session.title = lecture.title
        session.subject = lecture.subject
        session.minutes = lecture.minutes_that_count
        session.save()
        screening = earlier or Screening(station=station, session=session)
        if screening.version != lecture.film_version:
            _begin_anew(screening, lecture)
        screening.opened_at = screening.heard_at = now
        screening.granted = screening.spare = 0
        screening.closed_at = None
        screening.save()
    return screening


def record(
    screening: Screening, raw: Any, now: datetime, position: float = 0, version: str | None = None
) -> Screening:
    """Add the intervals `raw` (`[[from, to], …]`, seconds of film, by the TV) and return the screening.

    Claims are clipped to what accrued on the server's clock since the player was opened, less what was
    granted since. Heartbeats may come late, twice and in any order. At settings.LECTURES_SEEN_SHARE of the
    film the screening is complete, and everybody on the roll who waits for it is credited, in a transaction
    of its own: the ledger's lock comes before any row. Were it lost, the next heartbeat makes up for it.
    What comes for a closed screening is clipped to the time until it was closed. `position` is the film
    second where the player stands, `version` the film that it plays (None: the screening's): a film that has
    replaced the screening's is begun anew, of one that was replaced nothing is taken.
    """
    kept = _take_in(screening.pk, raw, now, position, version)
    if not kept.is_complete and _is_enough(kept):
        kept = _complete(kept.pk)
    return kept


def _take_in(pk: int, raw: Any, now: datetime, position: float, version: str | None) -> Screening:
    with transaction.atomic():
        kept = _locked(pk)
        session = kept.session
        if version is not None and version != kept.version and not session.closed_at:
            lecture = playing_lecture(kept, version)
            if lecture is not None:
                _begin_anew(kept, lecture)
        heard = hear(
            kept.heard_at or kept.opened_at,
            now,
            (kept.closed_at, year_ends(kept.opened_at)),
            settings.LECTURES_HEARTBEAT_GAP_SECONDS,
        )
        kept.heard_at = heard.until
        spare = (kept.spare or 0) + heard.seconds * _SPEED
        if version is None or version == kept.version:
            new = intervals.subtract(intervals.normalise(raw, kept.duration), kept.seen)
            granted = intervals.clip_to_budget(new, spare)
            kept.granted += intervals.total(granted)
            spare -= intervals.total(granted)
            kept.seen = intervals.longest(intervals.merge(kept.seen, granted), MOST_INTERVALS)
            kept.position = min(max(position, 0.0), kept.duration)
            session.ends_at = max(session.ends_at, heard.watched)
        kept.spare = spare
        session.save(update_fields=["ends_at"])
        kept.save()
    return kept


def _complete(pk: int) -> Screening:
    """Close the session of a film that was shown, and credit who waits. The ledger's lock comes first."""
    with transaction.atomic():
        rows.lock()
        kept = _locked(pk)
        if not kept.is_complete and _is_enough(kept):
            kept.session.closed_at = kept.session.ends_at
            kept.session.save(update_fields=["closed_at"])
            roll.credit_waiting(kept)
    return kept


def _locked(pk: int) -> Screening:
    return (
        Screening.objects.select_for_update(of=("self",), no_key=True)
        .select_related("station", "session__organization", "session__subject")
        .get(pk=pk)
    )


def _begin_anew(screening: Screening, lecture: Lecture) -> None:
    """Have the screening show the film that `lecture` plays, of which nothing has been shown."""
    screening.version = lecture.film_version
    screening.duration = lecture.film_seconds
    screening.seen, screening.position = [], 0.0


def _is_enough(screening: Screening) -> bool:
    return share_seen(screening) >= settings.LECTURES_SEEN_SHARE


def playing_lecture(screening: Screening, version: str | None = None) -> Lecture | None:
    """Return a page of the screening's lesson that may be shown; None where none may (any more).

    With `version` only one that plays this film; else the one that plays the screening's, if there is one.
    """
    pages: QuerySet[Lecture] = programme.playable().filter(lesson_key=screening.session.lecture_key)
    found = list(pages.select_related("video", "subject").order_by("pk"))
    wanted = screening.version if version is None else version
    same = next((page for page in found if page.film_version == wanted), None)
    return same or (found[0] if found and version is None else None)


def share_seen(screening: Screening) -> float:
    """Return the share of the film that was shown, from 0 to 1."""
    return intervals.total(screening.seen) / screening.duration if screening.duration else 0.0


def resume_at(screening: Screening, version: str | None = None) -> float:
    """Return the film second to go on from: where the player stood, or at the film's end what was missed.

    A film `version` that has replaced the screening's begins anew.
    """
    if version is not None and version != screening.version:
        return 0.0
    if screening.position < screening.duration - NEAR_END:
        return screening.position
    gaps = intervals.unseen(screening.seen, screening.duration)
    if screening.is_complete or not gaps:
        return 0.0
    # Fractions of a second are lost at each start; what is worth going back to is longer.
    return next((start for start, end in gaps if end - start > NEAR_END), gaps[0][0])


def is_over(screening: Screening, now: datetime) -> bool:
    """Return whether the screening can earn nothing more: its year is over."""
    return now > year_ends(screening.opened_at)


def heartbeat_token(screening: Screening, version: str | None = None) -> str:
    """Return what each heartbeat must carry: proof that this server opened this player.

    `version` is the film that the player was given; None: the screening's.
    """
    return signing.dumps([screening.pk, version or screening.version], salt=_SALT)


def heartbeat_of(token: str, station: Station) -> Heartbeat | None:
    """Return what `token` was made for, if it is a screening of `station` and not too old; else None."""
    try:
        screening_id, version = signing.loads(token, salt=_SALT, max_age=TOKEN_DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    screening = Screening.objects.filter(pk=screening_id, station=station).select_related("session").first()
    return Heartbeat(screening, version) if screening else None
