"""A lesson that earned a member nothing says why on its own page, and leads to objecting."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hours.cases.decisions import lesson_token
from hours.models import CreditEntry, DeliveryKind
from lectures.models import Lecture, WatchProgress
from lectures.watching.clock import year_of
from lectures.watching.standing import Standing, State
from meetings.models import Attendance
from members.models import Member

_SETTLED = {State.CREDITED, State.ELSEWHERE}


@dataclass(frozen=True)
class WithoutHours:
    """Where the member was noted without hours, a sentence each; `token` leads to the form for objecting."""

    sentences: list[str]
    token: str


def without_hours(
    member: Member, lecture: Lecture, standing: Standing | None, now: datetime
) -> WithoutHours | None:
    """Return why `lecture` earned `member` nothing in the year of `now`; None where it did.

    None also where nothing was done. `standing` is what the member has seen of the film, None without a
    film. Two queries at most.
    """
    year, key = year_of(now), lecture.lesson_key
    credits = CreditEntry.objects.filter(member=member, year=year, lecture_key=key)
    if standing.state in _SETTLED if standing else credits.in_force().exists():
        return None
    noted = list(
        Attendance.objects.filter(member=member, session__lecture_key=key, session__starts_at__year=year)
        .filter(Q(session__withdrawn_at__isnull=True) | Q(entry__isnull=False))
        .exclude(Attendance.stands_at())
        .select_related("session", "entry__reversal")
        .order_by("-session__starts_at")
    )
    enough = round(settings.LECTURES_SEEN_SHARE * 100)
    # Seen to the end, if of a film that was replaced since.
    watched = standing and (standing.percent >= enough or standing.state == State.DONE_UNCREDITED)
    if not noted and not watched:
        return None
    kind, day, minutes = DeliveryKind.ONLINE.value, timezone.localdate(now), lecture.minutes_that_count
    if noted:
        session = noted[0].session
        kind, day, minutes = session.delivery_kind, timezone.localdate(session.starts_at), session.minutes
    token = lesson_token(
        lecture_key=key,
        title=lecture.title,
        minutes=minutes,
        delivery_kind=kind,
        earned_on=day,
        subject_id=lecture.subject_id,
    )
    return WithoutHours([_sentence(one) for one in noted], token)


def seen_without_hours(member: Member, year: int) -> list[tuple[Lecture, datetime]]:
    """Return the lectures that `member` finished in `year` and that were too short for hours, and when.

    Two queries. Hours that were taken back are no such case: they stand in the ledger.
    """
    entered = CreditEntry.objects.filter(member=member, year=year).order_by().values("lecture_key")
    rows = (
        WatchProgress.objects.filter(member=member, completed_at__year=year)
        .exclude(lecture_key__in=entered)
        .values_list("lecture_key", "completed_at")
    )
    finished = {key: when for key, when in rows if when is not None}
    pages = Lecture.objects.live().filter(lesson_key__in=finished).select_related("video").order_by("-pk")
    # A lesson that stands on several pages is one; the earliest speaks for it.
    lectures = {page.lesson_key: page for page in pages}
    return [(lecture, finished[key]) for key, lecture in lectures.items()]


def _sentence(noted: Attendance) -> str:
    day = date_format(timezone.localdate(noted.session.starts_at))
    if noted.taken_back and noted.entry is not None:
        return _("You were at the meeting on %(day)s; its hours were taken back: %(reason)s") % {
            "day": day,
            "reason": noted.entry.reversal.reason,
        }
    return _("You were noted at the meeting on %(day)s without hours: %(reason)s.") % {
        "day": day,
        "reason": noted.get_outcome_display(),
    }
