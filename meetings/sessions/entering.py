"""Entering a meeting that was held: whoever answers for a unit says what was taught and who attended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.calendar import day_of, this_year
from hours.closed_years import NamesMemberError
from hours.models import DeliveryKind, Subject
from lectures.models import Lecture
from meetings.attendance import roll
from meetings.attendance.roll import CreditFacts, Outcome, RollRefusedError
from meetings.models import Session
from members.models import Member, Organization


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
            return self.lecture.lesson_key
        title = "".join(self.title.split()).casefold()
        name = f"guben:session:{self.organization.pk}:{day_of(self.starts_at)}:{title}"
        return uuid5(NAMESPACE_URL, name)


def sessions_of(viewer: Member) -> QuerySet[Session]:
    """Return the meetings whose roll `viewer` may take, newest first, with how many were there.

    Screenings are not among them: a station's operator takes their roll.
    """
    return (
        Session.objects.filter(organization__in=roll.units_of(viewer))
        .exclude(delivery_kind=DeliveryKind.STATION)
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


def enter(viewer: Member, meeting: Meeting, present: Iterable[int]) -> Session:
    """Enter `meeting` with the members `present` (ids), all or nothing, and return its session.

    The same meeting entered again adds whoever is new and changes nothing else. Raises `RollRefusedError`,
    and what `ledger.credit` raises.
    """
    now = timezone.now()
    if meeting.starts_at > now:
        raise RollRefusedError(_("This meeting has not begun yet."))
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
                "closed_at": now,
                "place": meeting.place,
                "late_reason": meeting.late_reason,
                "recorded_by": viewer,
            },
        )
        add_present(session, viewer, present)
    return session


def add_present(session: Session, viewer: Member, present: Iterable[int], late_reason: str = "") -> None:
    """Add the members `present` (ids) to the roll of `session`, all or nothing, and credit who is due.

    Raises `RollRefusedError` for another's meeting and for people not `confirmable_at` it. `late_reason` is
    needed where the year has been closed since the session was entered (`YearClosedError`).
    """
    allowed = Member.objects.confirmable_at(session.organization)
    if not roll.may_take_roll(viewer, session.organization):
        allowed = allowed.none()
    facts = CreditFacts(
        earned_on=day_of(session.starts_at),
        basis={
            "session": str(session.pk),
            "organization": session.organization.code,
            "attended_minutes": session.minutes,
        },
        place=session.place or session.organization.name,
        taught=(session.starts_at, session.ends_at),
        late_reason=late_reason or session.late_reason,
    )
    try:
        roll.add(session, viewer, present, allowed=allowed, facts=facts)
    except NamesMemberError as refusal:
        raise RollRefusedError(str(refusal)) from refusal


def earliest_day() -> date:
    """Return the first day that a meeting can be entered for: the beginning of last year."""
    return date(this_year() - 1, 1, 1)
