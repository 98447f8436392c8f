"""Taking the roll of a meeting: whoever answers for a unit enters what was taught and who was there.

Hours are written by `hours.ledger` alone, once a lesson, person and year, so that entering a meeting twice is
harmless. A floating member may be ticked by the host organization; the entry stands in the member's own
ledger, which the home keeps. What is wrong is taken back by an opposite entry with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from foundation.calendar import this_year
from hours import ledger
from hours.closed_years import NamedError
from hours.models import CreditEntry, Subject
from hours.permissions import may_reverse
from lectures.models import Lecture
from meetings.models import Attendance, Session
from members.models import Member, Organization, Role
from members.roles.permissions import may, organizations_of

Outcome = Attendance.Outcome


class AttendanceRefusedError(Exception):
    """Nothing was saved; the text says why, in the reader's language."""


@dataclass(frozen=True)
class Meeting:
    """What was taught, where and when. Without a lecture of ours the title says what it was."""

    organization: Organization
    lecture: Lecture | None
    title: str
    subject: Subject | None
    minutes: int
    delivery_kind: str
    starts_at: datetime
    place: str = ""
    late_reason: str = ""

    @property
    def lecture_key(self) -> UUID:
        """The lecture's stable key; a typed title is one lesson for its unit and day, however often typed."""
        if self.lecture is not None:
            return self.lecture.translation_key
        day = timezone.localdate(self.starts_at, timezone.get_default_timezone())
        title = "".join(self.title.split()).casefold()
        return uuid5(NAMESPACE_URL, f"guben:session:{self.organization.pk}:{day}:{title}")


def units_of(viewer: Member) -> QuerySet[Organization]:
    """Return the organizations whose rolls `viewer` may take: those they answer for."""
    return organizations_of(viewer, *Role.RESPONSIBLE).order_by("path")


def may_take_roll(viewer: Member, organization: Organization) -> bool:
    """Return whether `viewer` may say who was at a meeting of `organization`."""
    return may(viewer, Role.RESPONSIBLE, organization)


def sessions_of(viewer: Member) -> QuerySet[Session]:
    """Return the meetings whose roll `viewer` may take, newest first, with how many were there."""
    return (
        Session.objects.filter(organization__in=units_of(viewer))
        .select_related("organization", "subject", "recorded_by")
        .annotate(
            noted=Count("attendances"),
            credited=Count(
                "attendances",
                filter=Q(attendances__entry__reversal__isnull=True, attendances__outcome=Outcome.CREDITED),
            ),
        )
        .order_by("-starts_at", "-recorded_at")
    )


def hold(viewer: Member, meeting: Meeting, present: Iterable[int]) -> Session:
    """Enter `meeting` with the members `present` (ids), all or nothing, and return its session.

    The same meeting entered again adds whoever is new and changes nothing else. Raises
    `AttendanceRefusedError`, and what `ledger.credit` raises.
    """
    if meeting.starts_at > timezone.now():
        raise AttendanceRefusedError(_("This meeting has not begun yet."))
    with transaction.atomic():
        session, _created = Session.objects.get_or_create(
            organization=meeting.organization,
            lecture_key=meeting.lecture_key,
            starts_at=meeting.starts_at,
            defaults={
                "title": meeting.title,
                "subject": meeting.subject,
                "minutes": meeting.minutes,
                "delivery_kind": meeting.delivery_kind,
                "ends_at": meeting.starts_at + timedelta(minutes=meeting.minutes),
                "place": meeting.place,
                "late_reason": meeting.late_reason,
                "recorded_by": viewer,
            },
        )
        note(session, viewer, present)
    return session


def note(session: Session, viewer: Member, present: Iterable[int], late_reason: str = "") -> None:
    """Add the members `present` (ids) to the roll of `session`, all or nothing, and credit who is due.

    Who is credited already stays so; who was refused is tried again. Raises `AttendanceRefusedError` for
    another's meeting and for people not `confirmable_at` it. `late_reason` is needed where the year has been
    closed since the session was entered (`YearClosedError`).
    """
    wanted = set(present)
    with transaction.atomic():
        allowed = Member.objects.confirmable_at(session.organization)
        people = {one.pk: one for one in allowed.filter(pk__in=wanted)}
        if not may_take_roll(viewer, session.organization) or wanted - people.keys():
            raise AttendanceRefusedError(_("Somebody on this roll is not in your care. Nothing was saved."))
        noted = {each.member_id: each for each in session.attendances.all()}
        for pk in sorted(wanted):
            attendance = noted.get(pk) or Attendance(session=session, member=people[pk], recorded_by=viewer)
            if attendance.outcome != Outcome.CREDITED:
                try:
                    _credit(attendance, people[pk], viewer, late_reason or session.late_reason)
                except NamedError as refusal:
                    raise AttendanceRefusedError(str(refusal)) from refusal
                attendance.save()


def may_correct(viewer: Member, attendance: Attendance) -> bool:
    """Return whether `viewer` may take back what came of `attendance`.

    That may an officer above the member, and for settings.LECTURES_CORRECTION_DAYS whoever ticked wrongly.
    """
    entry = attendance.entry
    if entry is None or CreditEntry.objects.filter(reverses=entry).exists():
        return False
    own = ticked_lately(viewer, entry) and may_take_roll(viewer, attendance.session.organization)
    return own or may_reverse(viewer, entry)


def ticked_lately(viewer: Member, entry: CreditEntry) -> bool:
    """Return whether `viewer` made `entry` so lately that a slip of the finger may be put right."""
    since = timezone.now() - timedelta(days=settings.LECTURES_CORRECTION_DAYS)
    return entry.recorded_by_id == viewer.pk and entry.recorded_at > since


def correct(viewer: Member, attendance: Attendance, reason: str) -> None:
    """Take the hours of `attendance` back by an opposite entry; logged.

    Raises `AttendanceRefusedError` where `viewer` may not, `ledger.ReversalRefusedError` without a reason.
    """
    if attendance.entry is None or not may_correct(viewer, attendance):
        raise AttendanceRefusedError(
            _("You can no longer take these hours back yourself; the officer of your committee can.")
        )
    reversal = ledger.reverse(attendance.entry, reason=reason, recorded_by=viewer)
    log(attendance.entry, "hours.reverse", user=viewer, data={"reversal": reversal.pk})


def earliest_day() -> date:
    """Return the first day that a meeting can be entered for: the beginning of last year."""
    return date(this_year() - 1, 1, 1)


def _credit(attendance: Attendance, member: Member, viewer: Member, late_reason: str) -> None:
    """Have the hours entered and note on `attendance` what came of it."""
    session = attendance.session
    day = timezone.localdate(session.starts_at, timezone.get_default_timezone())
    credit = ledger.credit(
        member,
        lecture_key=session.lecture_key,
        title=session.title,
        minutes=session.minutes,
        delivery_kind=session.delivery_kind,
        earned_on=day,
        basis={
            "session": str(session.pk),
            "organization": session.organization.code,
            "attended_minutes": session.minutes,
        },
        subject=session.subject,
        place=session.place or session.organization.name,
        recorded_by=viewer,
        taught=(session.starts_at, session.ends_at),
        late_reason=late_reason,
    )
    attendance.outcome = Outcome(credit.outcome.value)
    attendance.entry = credit.entry if attendance.outcome == Outcome.CREDITED else None
