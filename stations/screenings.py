"""Showing a lecture in a station's room: starting it, and adding up what was really shown.

The rule is that of watching alone (`lectures.watching.intervals`): what counts are distinct seconds of film,
and no more of them than the server's clock permits. A room watches at normal speed. As there, the clock gives
no allowance on top: the screening opens before its page is sent, so an honest TV is always behind it.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from hours.models import DeliveryKind
from lectures.models import Lecture
from lectures.watching import intervals
from meetings.models import Session

from . import roll
from .models import Screening, Station

# A player that stands this close to the end, in seconds, is at the end.
NEAR_END = 5.0
# A power cut leaves many short intervals; what is stored stays small.
MOST_INTERVALS = 200
_SALT = "stations.heartbeat"


def start_screening(station: Station, lecture: Lecture, now: datetime) -> Screening:
    """Open `lecture` on the station's screen and return its screening.

    Closes the station's other open screening. An unfinished screening of the same lecture of the same day
    (a power cut, another film in between) goes on where it stopped. The lecture must have a film.
    """
    if lecture.video is None:
        raise ValueError("A lecture without a film cannot be screened.")
    with transaction.atomic():
        Station.objects.select_for_update().get(pk=station.pk)  # one start at a time for each station
        earlier = (
            Screening.objects.filter(
                station=station,
                session__lecture_key=lecture.translation_key,
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
        session = (
            earlier.session
            if earlier
            else Session(
                organization_id=station.organization_id,
                lecture_key=lecture.translation_key,
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
        screening.duration = lecture.video.duration
        screening.opened_at = now
        screening.granted = 0
        screening.closed_at = None
        screening.save()
    return screening


def record(screening: Screening, raw: Any, now: datetime, position: float = 0) -> Screening:
    """Add the intervals `raw` (`[[from, to], …]`, seconds of film, by the TV) and return the screening.

    Claims are clipped to the time on the server's clock since the player was opened, less what was granted
    since. Heartbeats may come late, twice and in any order. At settings.LECTURES_SEEN_SHARE of the film the
    screening is complete, and everybody on the roll who waits for it is credited in the same transaction.
    What comes for a closed screening is clipped to the time until it was closed. `position` is the film
    second where the player stands.
    """
    with transaction.atomic():
        kept = (
            Screening.objects.select_for_update(of=("self",))
            .select_related("station", "session__organization", "session__subject")
            .get(pk=screening.pk)
        )
        session = kept.session
        until = min(now, kept.closed_at) if kept.closed_at else now
        claimed = intervals.normalise(raw, kept.duration)
        new = intervals.subtract(claimed, kept.seen)
        budget = (until - kept.opened_at).total_seconds() - kept.granted
        granted = intervals.clip_to_budget(new, budget)
        kept.granted += intervals.total(granted)
        kept.seen = intervals.longest(intervals.merge(kept.seen, granted), MOST_INTERVALS)
        kept.position = min(max(position, 0.0), kept.duration)
        session.ends_at = max(session.ends_at, until)
        completes = session.closed_at is None and share_seen(kept) >= settings.LECTURES_SEEN_SHARE
        if completes:
            session.closed_at = until
        session.save(update_fields=["ends_at", "closed_at"])
        kept.save()
        if completes:
            roll.credit_waiting(kept)
    return kept


def share_seen(screening: Screening) -> float:
    """Return the share of the film that was shown, from 0 to 1."""
    return intervals.total(screening.seen) / screening.duration if screening.duration else 0.0


def resume_at(screening: Screening) -> float:
    """Return the film second to go on from: where the player stood, or at the film's end what was missed."""
    if screening.position < screening.duration - NEAR_END:
        return screening.position
    gaps = intervals.unseen(screening.seen, screening.duration)
    if screening.is_complete or not gaps:
        return 0.0
    # Fractions of a second are lost at each start; what is worth going back to is longer.
    return next((start for start, end in gaps if end - start > NEAR_END), gaps[0][0])


def heartbeat_token(screening: Screening) -> str:
    """Return what each heartbeat must carry: proof that this server opened this player."""
    return signing.dumps(screening.pk, salt=_SALT)


def screening_for_heartbeat(token: str, station: Station) -> Screening | None:
    """Return the screening that `token` was made for, if it is one of `station`; else None."""
    try:
        screening_id = int(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Screening.objects.filter(pk=screening_id, station=station).select_related("session").first()
