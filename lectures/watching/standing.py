"""Where a member stands with a lecture: what is credited, or why not yet, and what is still unseen."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hours.formatting import with_unit
from hours.ledger.credit_rules import NoCreditRuleError, rule_on
from hours.models import CreditEntry, DeliveryKind
from lectures.models import Lecture, WatchProgress
from members.models import Member

from . import intervals
from .intervals import Intervals
from .recording import year_of


class State(enum.Enum):
    """What the lecture's page says."""

    CREDITED = "credited"
    ELSEWHERE = "elsewhere"
    TOO_SHORT = "too_short"
    DONE_UNCREDITED = "done_uncredited"
    IN_PROGRESS = "in_progress"
    NOT_BEGUN = "not_begun"


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
    progress = WatchProgress.objects.filter(member=member, lecture_key=lecture.translation_key).first()
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
            lecture_key=lecture.translation_key,
            reverses=None,
            reversal=None,
        )
        .order_by("-pk")
        .first()
    )
    # What was completed in an earlier year is begun anew (see `watching`).
    fresh = progress is None or (progress.completed_at is not None and year_of(progress.completed_at) < year)
    film = lecture.film_seconds
    seen = [] if progress is None or fresh else intervals.normalise(progress.seen, film)
    state, sentence = _verdict(entry, None if fresh else progress, lecture, _percent(seen, film))
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
    rows = list(
        WatchProgress.objects.filter(
            member=member,
            completed_at=None,
            seconds_seen__gt=0,
            lecture_key__in=viewable.values("translation_key"),
        ).order_by("-updated_at")[:limit]
    )
    keys = [row.lecture_key for row in rows]
    lectures = {
        lecture.translation_key: lecture
        for lecture in viewable.filter(translation_key__in=keys).select_related("video__poster")
    }
    return [
        Begun(
            lectures[row.lecture_key],
            row.position,
            _percent(row.seen, lectures[row.lecture_key].film_seconds),
        )
        for row in rows
    ]


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
