"""Entering a meeting that was held: whoever answers for a unit says what was taught and who attended.

What is entered twice with the same facts is one meeting; with other facts it is refused, so that nothing
typed is passed over in silence. `correcting` changes a meeting that is entered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from foundation.calendar import day_of, this_year
from hours.models import DeliveryKind, Subject
from hours.tallies import rows
from lectures.models import Lecture
from meetings.attendance import roll
from meetings.attendance.refusals import RollRefusedError, told_as_refusals
from meetings.attendance.roll import CreditFacts, Saved, Ticks
from meetings.models import Attendance, Session
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


class MeetingDiffersError(RollRefusedError):
    """The meeting is entered already, with other facts; `session` is what is stored."""

    def __init__(self, session: Session, *, names: str) -> None:
        self.session = session
        super().__init__(
            _(
                "This meeting is entered already, with other facts: %(facts)s. Nothing was saved. If what "
                "you wrote is right, correct the meeting."
            )
            % {"facts": names}
        )


def sessions_of(viewer: Member) -> QuerySet[Session]:
    """Return the meetings whose roll `viewer` may take, newest first, with how many were there.

    Screenings are not among them: a station's operator takes their roll.
    """
    return (
        Session.objects.filter(organization__in=roll.units_of(viewer))
        .exclude(delivery_kind=DeliveryKind.STATION)
        .select_related("organization", "subject", "recorded_by", "withdrawn_by")
        .annotate(
            noted=Count("attendances", filter=Attendance.present_at("attendances__")),
            credited=Count("attendances", filter=Attendance.stands_at("attendances__")),
        )
        .order_by("-starts_at", "-recorded_at")
    )


def enter(viewer: Member, meeting: Meeting, present: Iterable[int]) -> Session:
    """Enter `meeting` with the members `present` (ids), all or nothing, and return its session.

    The same meeting entered again adds whoever is new and changes nothing else. Raises `RollRefusedError`,
    and `MeetingDiffersError` where it is entered with other facts.
    """
    now = timezone.now()
    if meeting.starts_at > now:
        raise RollRefusedError(_("This meeting has not begun yet."), "day")
    with told_as_refusals(), transaction.atomic():
        rows.lock()
        session = same_meeting(meeting, meeting.lecture_key)
        if session is None:
            session = Session(organization=meeting.organization, recorded_by=viewer)
            write_facts(session, meeting, meeting.lecture_key)
            session.late_reason = meeting.late_reason
            session.closed_at = now
            session.save(force_insert=True)
        elif names := _differences(session, meeting):
            raise MeetingDiffersError(session, names=names)
        add_present(session, viewer, Ticks(list(present)), meeting.late_reason)
    return session


def add_present(session: Session, viewer: Member, ticks: Ticks, late_reason: str = "") -> Saved:
    """Add the members ticked to the roll of `session`, all or nothing, and credit who is due.

    Raises `RollRefusedError` for another's meeting, for one that is withdrawn, for people who are not
    `confirmable_at` it, and where the year has been closed since it was entered and `late_reason` is empty.
    """
    with told_as_refusals(), transaction.atomic():
        session = locked(session)
        if session.withdrawn_at is not None:
            raise RollRefusedError(_("This meeting has been withdrawn. Nobody can be added to it."))
        allowed = Member.objects.confirmable_at(session.organization, day_of(session.starts_at))
        if not roll.may_take_roll(viewer, session.organization):
            raise RollRefusedError(_("Somebody on this roll is not in your care. Nothing was saved."))
        return roll.add(session, viewer, ticks, allowed=allowed, facts=facts_of(session, late_reason))


def locked(session: Session) -> Session:
    """Take the ledger's lock, then the session's row, and return it as it stands now."""
    rows.lock()
    return (
        Session.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization", "subject")
        .get(pk=session.pk)
    )


def same_meeting(meeting: Meeting, lecture_key: UUID) -> Session | None:
    """Return the session of the same unit, lesson and moment, locked; None for none, or a withdrawn one."""
    return (
        Session.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization", "subject")
        .exclude(delivery_kind=DeliveryKind.STATION)
        .filter(
            organization=meeting.organization,
            lecture_key=lecture_key,
            starts_at=meeting.starts_at,
            withdrawn_at__isnull=True,
        )
        .first()
    )


def write_facts(session: Session, meeting: Meeting, lecture_key: UUID) -> None:
    """Set what `meeting` says of the session; saves nothing."""
    session.lecture_key = lecture_key
    session.title, session.subject, session.minutes = meeting.title, meeting.subject, meeting.minutes
    session.delivery_kind, session.place = meeting.delivery_kind, meeting.place
    session.starts_at = meeting.starts_at
    session.ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)


def facts_of(session: Session, late_reason: str = "") -> CreditFacts:
    """Return what the hours of a meeting rest on."""
    return CreditFacts(
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


def earliest_day() -> date:
    """Return the first day that a meeting can be entered for: the beginning of last year."""
    return date(this_year() - 1, 1, 1)


def _differences(session: Session, meeting: Meeting) -> str:
    """Return in words what is stored otherwise than `meeting` says; a place or subject not said is none."""
    found = []
    if session.minutes != meeting.minutes:
        text = ngettext("%(n)d minute", "%(n)d minutes", session.minutes)
        found.append(text % {"n": session.minutes})
    if "".join(session.title.split()).casefold() != "".join(meeting.title.split()).casefold():
        found.append(pgettext("title of a meeting", "“%(title)s”") % {"title": session.title})
    if session.delivery_kind != meeting.delivery_kind:
        found.append(session.get_delivery_kind_display())
    if meeting.subject is not None and session.subject != meeting.subject:
        found.append(_("subject %(name)s") % {"name": session.subject or _("not said")})
    if meeting.place and session.place != meeting.place:
        found.append(_("place %(name)s") % {"name": session.place or _("not said")})
    return pgettext("between names", ", ").join(found)
