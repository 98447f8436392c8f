"""Lessons at which a member was noted and that earned no hours, and why not."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from hours.cases.decisions import lesson_token
from hours.models import DeliveryKind
from meetings.models import Attendance, Session
from members.models import Member
from stations.models import RollEntry, Screening

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
    """Return where `member` was noted in `year` without being credited, newest first. Four queries."""
    found = []
    meetings = Attendance.objects.filter(member=member, session__starts_at__year=year)
    for one in meetings.exclude(outcome=Attendance.Outcome.CREDITED).select_related("session"):
        session, reason = one.session, one.get_outcome_display()
        found.append(_unearned(session, session.starts_at, session.delivery_kind, reason))
    rolls = RollEntry.objects.filter(member=member, screening__started_at__year=year)
    for entry in rolls.exclude(outcome=RollEntry.Outcome.CREDITED).select_related("screening"):
        screening, reason = entry.screening, entry.get_outcome_display()
        found.append(_unearned(screening, screening.started_at, DeliveryKind.STATION, reason))
    for lecture, finished in seen_without_hours(member, year):
        day = timezone.localdate(finished)
        token = lesson_token(
            lecture_key=lecture.translation_key,
            title=lecture.title,
            minutes=lecture.minutes_that_count,
            delivery_kind=DeliveryKind.ONLINE,
            earned_on=day,
            subject_id=lecture.subject_id,
        )
        found.append(Unearned(lecture.title, day, _("seen to the end, but too short for hours"), token))
    return sorted(found, key=lambda one: one.day, reverse=True)[:SHOWN]


def _unearned(held: Session | Screening, began: datetime, kind: str, reason: str) -> Unearned:
    day = timezone.localdate(began)
    token = lesson_token(
        lecture_key=held.lecture_key,
        title=held.title,
        minutes=held.minutes,
        delivery_kind=kind,
        earned_on=day,
        subject_id=held.subject_id,
    )
    return Unearned(held.title, day, reason, token)
