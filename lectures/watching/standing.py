"""Where a member stands with a lecture: what is credited, or why not yet, and what is still unseen."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hours.formatting import with_unit
from hours.ledger.credit_rules import NoCreditRuleError, rule_on
from hours.models import CreditEntry, DeliveryKind
from lectures.models import Lecture, WatchProgress
from local_videos.models import playing_version
from members.models import Member

from . import intervals
from .clock import year_of
from .intervals import Intervals


class State(enum.Enum):
    """What the lecture's page says."""

    CREDITED = "credited"
    ELSEWHERE = "elsewhere"
    TOO_SHORT = "too_short"
    DONE_UNCREDITED = "done_uncredited"
    IN_PROGRESS = "in_progress"
    NOT_BEGUN = "not_begun"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Standing:
    """What the page shows to one member. Intervals and positions are in seconds of the film."""

    state: State
    sentence: str
    seen: Intervals = field(default_factory=list)
    unseen: Intervals = field(default_factory=list)
    position: float = 0
    percent: int = 0


@dataclass(frozen=True)
class Begun:
    """A lecture that the member has begun and not finished."""

    lecture: Lecture
    position: float
    percent: int


def status_for(member: Member, lecture: Lecture, now: datetime) -> Standing:
    """Return where `member` stands with `lecture` in the district's year of `now`. Two queries."""
    progress = WatchProgress.objects.filter(member=member, lecture_key=lecture.lesson_key).first()
    return standing_from(progress, member.pk, lecture, now)


def standing_from(
    progress: WatchProgress | None, member_id: int, lecture: Lecture, now: datetime
) -> Standing:
    """Return the same from a `progress` at hand. One query."""
    year = year_of(now)
    entry = (
        CreditEntry.objects.filter(
            member_id=member_id,
            year=year,
            lecture_key=lecture.lesson_key,
            reverses=None,
            reversal=None,
        )
        .order_by("-pk")
        .first()
    )
    # What was completed in an earlier year, or seen of another film, is begun anew (see `watching`).
    done_at = progress.completed_at if progress is not None else None
    past = done_at is not None and year_of(done_at) < year
    replaced = progress is not None and not past and not shows_film_of(progress, lecture)
    fresh = progress is None or past or replaced
    film = lecture.film_seconds
    seen = [] if progress is None or fresh else intervals.normalise(progress.seen_in_all, film)
    state, sentence = _verdict(entry, None if past else progress, lecture, _percent(seen, film))
    if replaced and progress is not None and progress.seconds_seen and state == State.NOT_BEGUN:
        state, sentence = State.REPLACED, _replaced(lecture)
    return Standing(
        state=state,
        sentence=sentence,
        seen=seen,
        unseen=intervals.unseen(seen, film) if film > 0 else [],
        position=0 if progress is None or fresh else min(progress.position, film),
        percent=_percent(seen, film),
    )


def in_progress(member: Member, limit: int) -> list[Begun]:
    """Return at most `limit` lectures begun and not finished, the latest first. Three to four queries."""
    viewable = Lecture.objects.viewable_by(member).filter(video__current_job__isnull=False)
    playing = viewable.alias(playing=playing_version("video__")).filter(
        lesson_key=OuterRef("lecture_key"), playing=OuterRef("version")
    )
    rows = list(
        WatchProgress.objects.filter(
            Exists(playing), member=member, completed_at=None, seconds_seen__gt=0
        ).order_by("-updated_at")[:limit]
    )
    keys = [row.lecture_key for row in rows]
    # Of several pages with the film, the earliest.
    pages = viewable.filter(lesson_key__in=keys).select_related("video__poster").order_by("-pk")
    lectures = {(page.lesson_key, page.film_version): page for page in pages}
    return [
        Begun(lecture, row.position, _percent(intervals.normalise(row.seen_in_all, film), film))
        for row in rows
        for lecture in [lectures[row.lecture_key, row.version]]
        for film in [lecture.film_seconds]
    ]


def shows_film_of(progress: WatchProgress, lecture: Lecture) -> bool:
    """Return whether what was seen was seen of the film that the lecture plays."""
    return progress.version == lecture.film_version


def _percent(seen: Intervals, film: float) -> int:
    """Return whole percent seen, rounded down: 100 means all of it."""
    return int(100 * min(1, intervals.total(seen) / film)) if film > 0 else 0


def _verdict(
    entry: CreditEntry | None, progress: WatchProgress | None, lecture: Lecture, percent: int
) -> tuple[State, str]:
    """Return the state and the one sentence that tells it."""
    asked = round(settings.LECTURES_SEEN_SHARE * 100)
    facts: dict[str, object] = {"hours": with_unit(lecture.hours), "percent": percent, "asked": asked}
    if entry is not None:
        facts |= {"hours": with_unit(entry.hours), "day": date_format(entry.earned_on), "year": entry.year}
        if DeliveryKind(entry.delivery_kind).is_online:
            return State.CREDITED, _("Credited on %(day)s: %(hours)s.") % facts
        facts["kind"] = entry.get_delivery_kind_display()
        return State.ELSEWHERE, (
            _(
                "In %(year)s this lecture has already been credited to you as %(kind)s with %(hours)s; "
                "it counts once a year. You are welcome to watch it again."
            )
            % facts
        )
    if progress is not None and progress.completed_at is not None:
        return State.DONE_UNCREDITED, _why_uncredited(progress, progress.completed_at)
    if not lecture.hours:
        return State.TOO_SHORT, _without_worth()
    if not percent:
        return State.NOT_BEGUN, (
            _("This lecture is worth %(hours)s, credited when %(asked)s%% of it have been seen.") % facts
        )
    return State.IN_PROGRESS, (
        _(
            "You have seen %(percent)s%%. At %(asked)s%% you are credited with %(hours)s; "
            "the light parts of the strip are still to be seen."
        )
        % facts
    )


def _replaced(lecture: Lecture) -> str:
    """Return why what was seen of the lecture no longer counts."""
    return _(
        "The film of this lecture was replaced after you had begun it, so it begins anew. It is worth "
        "%(hours)s, credited when %(asked)s%% of the new film have been seen."
    ) % {"hours": with_unit(lecture.hours), "asked": round(settings.LECTURES_SEEN_SHARE * 100)}


def _without_worth() -> str:
    """Return why a lecture is worth no hours today."""
    try:
        rule_on(timezone.localdate())
    except NoCreditRuleError:
        return _("No hours can be credited yet: the district has laid down no rule for today.")
    return _("This lecture is too short for credit hours; watch it for its own sake.")


def _why_uncredited(progress: WatchProgress, completed_at: datetime) -> str:
    """Return why a lecture that was seen holds no credit: the hours were taken back, or there were none."""
    reversal = (
        CreditEntry.objects.filter(
            member_id=progress.member_id,
            lecture_key=progress.lecture_key,
            year=year_of(completed_at),
            reverses__isnull=False,
        )
        .order_by("-pk")
        .first()
    )
    if reversal is not None:
        return _("You have seen this lecture; its hours were taken back on %(day)s: %(reason)s") % {
            "day": date_format(timezone.localtime(reversal.recorded_at)),
            "reason": reversal.reason,
        }
    return _(
        "You have seen this lecture. On %(day)s, when you finished it, it was too short for credit hours."
    ) % {"day": date_format(timezone.localtime(completed_at))}
