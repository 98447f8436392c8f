"""What a station's screen offers: today's programme, the newest films, the subjects."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from wagtail.images import get_image_model

from hours.models import Subject
from lectures.models import Lecture
from local_videos.models import LocalVideo

from .models import Screening, ScreeningPlan, Station

NEWEST = 24
POSTER = "fill-640x360"


@dataclass(frozen=True)
class Showing:
    """A tile of today's row: a planned lecture, or one that was broken off."""

    lecture: Lecture
    starts_at: datetime | None
    """None: not planned, but begun today and not finished."""
    done: bool
    begun: bool

    @property
    def ends_at(self) -> datetime | None:
        """When the film ends if it starts in time."""
        if self.starts_at is None or self.lecture.video is None:
            return None
        return self.starts_at + timedelta(seconds=self.lecture.video.duration)


@dataclass(frozen=True)
class Programme:
    """The three rows, and which tile of today is next."""

    today: list[Showing]
    next_index: int
    """Index into `today` of the tile that has the focus at first."""
    films: list[Lecture]
    subjects: list[Subject]
    subject: Subject | None


def playable() -> QuerySet[Lecture]:
    """Return the lectures that a station may show: published, open to everybody, with a film that plays."""
    # `live()` leaves out drafts, `public()` what an editor has closed to some.
    return Lecture.objects.live().public().filter(video__current_job__isnull=False, video__duration__gt=0)


def programme_of(station: Station, now: datetime, subject_code: str = "") -> Programme:
    """Return what the station's screen offers at `now`. Runs the same number of queries whatever is in it.

    An unknown `subject_code` is as if none was chosen.
    """
    subjects = list(
        Subject.objects.filter(Exists(playable().filter(subject=OuterRef("pk")))).order_by(
            "sort_order", "name"
        )
    )
    subject = next((each for each in subjects if each.code == subject_code), None)
    films = playable().order_by("-first_published_at", "-pk")
    if subject:
        films = films.filter(subject=subject)
    today = _today(station, now)
    return Programme(today, _next(today, now), list(_with_films(films)[:NEWEST]), subjects, subject)


def _today(station: Station, now: datetime) -> list[Showing]:
    day = timezone.localdate(now)
    plans = list(ScreeningPlan.objects.filter(station=station, day=day).order_by("starts_at", "pk"))
    begun = {
        screening.session.lecture_key: screening
        for screening in Screening.objects.filter(station=station, session__starts_at__range=_span(day))
        .select_related("session")
        .order_by("session__starts_at")
    }
    broken_off = [
        screening for screening in begun.values() if screening.closed_at is None and not screening.is_complete
    ]
    keys = {screening.session.lecture_key for screening in broken_off}
    wanted = {plan.lecture_id for plan in plans}
    offered = playable().filter(pk__in=wanted) | playable().filter(lesson_key__in=keys)
    found = list(_with_films(offered.order_by("-pk")))
    by_pk = {lecture.pk: lecture for lecture in found}
    # Of several pages of a lesson: the earliest that plays the film which was broken off, else the earliest.
    by_key = {lecture.lesson_key: lecture for lecture in found}
    by_film: dict[tuple[UUID, str | None], Lecture] = {
        (lecture.lesson_key, lecture.film_version): lecture for lecture in found
    }
    planned = [
        Showing(
            lecture=lecture,
            starts_at=timezone.make_aware(datetime.combine(day, plan.starts_at)),
            done=bool(screening and screening.is_complete),
            begun=bool(screening and not screening.is_complete),
        )
        for plan in plans
        if (lecture := by_pk.get(plan.lecture_id))
        for screening in [begun.get(lecture.lesson_key)]
    ]
    on_plan = {showing.lecture.lesson_key for showing in planned}
    unplanned = [
        Showing(lecture=lecture, starts_at=None, done=False, begun=True)
        for screening in broken_off
        for key in [screening.session.lecture_key]
        if (lecture := by_film.get((key, screening.version)) or by_key.get(key)) and key not in on_plan
    ]
    return unplanned + planned


def _next(today: list[Showing], now: datetime) -> int:
    """Return the tile to begin with: what was broken off, else what is due or comes next, else the first."""
    for index, showing in enumerate(today):
        if showing.begun:
            return index
    for index, showing in enumerate(today):
        if not showing.done and showing.ends_at is not None and showing.ends_at > now:
            return index
    for index, showing in enumerate(today):
        if not showing.done:
            return index
    return 0


def _with_films(lectures: QuerySet[Lecture]) -> QuerySet[Lecture]:
    """Add film, poster and the poster's small rendition in a fixed number of queries."""
    posters = get_image_model().objects.prefetch_renditions(POSTER)
    return lectures.prefetch_related(
        Prefetch("video", LocalVideo.objects.prefetch_related(Prefetch("poster", posters)))
    )


def _span(day: date) -> tuple[datetime, datetime]:
    """Return the first and last moment of `day` in the district's time zone."""
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return start, start + timedelta(days=1) - timedelta(microseconds=1)
