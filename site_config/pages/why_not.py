"""Lessons at which a member was noted and that earned no hours, and why not."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from hours.cases.decisions import lesson_token
from hours.models import DeliveryKind
from meetings.models import Attendance
from members.models import Member

from .without_hours import seen_without_hours

SHOWN = 10


@dataclass(frozen=True)
class Unearned:
    """One lesson without hours. `token` leads to the form for objecting to it."""

    title: str
    day: date
    reason: str
    token: str


def unearned_by(member: Member, year: int) -> list[Unearned]:
    """Return where `member` was noted in `year` without being credited, newest first. Three queries."""
    found = []
    attended = Attendance.objects.filter(member=member, session__starts_at__year=year)
    # Hours that were taken back stand in the ledger with the reason; of a meeting that was withdrawn nothing
    # is left to object to.
    unearned = attended.filter(entry__isnull=True, session__withdrawn_at__isnull=True)
    for one in unearned.select_related("session"):
        found.append(_unearned(one))
    for lecture, finished in seen_without_hours(member, year):
        day = timezone.localdate(finished)
        token = lesson_token(
            lecture_key=lecture.lesson_key,
            title=lecture.title,
            minutes=lecture.minutes_that_count,
            delivery_kind=DeliveryKind.ONLINE,
            earned_on=day,
            subject_id=lecture.subject_id,
        )
        found.append(Unearned(lecture.title, day, _("seen to the end, but too short for hours"), token))
    return sorted(found, key=lambda one: one.day, reverse=True)[:SHOWN]


def _unearned(attendance: Attendance) -> Unearned:
    session = attendance.session
    day = timezone.localdate(session.starts_at)
    token = lesson_token(
        lecture_key=session.lecture_key,
        title=session.title,
        minutes=session.minutes,
        delivery_kind=session.delivery_kind,
        earned_on=day,
        subject_id=session.subject_id,
    )
    return Unearned(session.title, day, attendance.get_outcome_display(), token)
