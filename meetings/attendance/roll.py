"""The roll of a session: who attended, and the hours that follow from it.

One roll for meetings that a unit enters and for screenings in a station. Hours are written by `hours.ledger`
alone, once a lesson, person and year, so that saving a roll twice is harmless. While a session runs, those on
its roll wait; they are credited when it has ended. A floating member may be ticked by the host organization;
the entry stands in the member's own ledger. What is wrong is taken back by an opposite entry with a reason;
from then on the tick counts for nothing until somebody who knows of that ticks anew.

Whoever saves a roll holds the ledger's lock and the session's row before reading it (`docs/architecture.md`,
"Locks"), so that two savings at once come after each other.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log

from hours import ledger
from hours.ledger.credit_rules import NoCreditRuleError
from hours.models import CreditEntry
from hours.permissions import may_reverse
from hours.tallies import rows
from meetings.models import Attendance, Session
from members.models import NAMELESS, Member, Organization, Role
from members.roles.permissions import may, organizations_of

from .refusals import RollRefusedError, told_as_refusals

Outcome = Attendance.Outcome


@dataclass(frozen=True)
class CreditFacts:
    """What the hours of a session rest on. `taught` is when people sat there (aware moments), if known.

    `others` are sessions elsewhere: whoever waits or is credited at one of them at the same time attended
    there. With `waits_for_rule` people wait where no credit rule covers the day; else that is an error.
    """

    earned_on: date
    basis: dict[str, Any]
    place: str
    taught: tuple[datetime, datetime] | None
    late_reason: str = ""
    others: QuerySet[Session] = field(default_factory=Session.objects.none)
    waits_for_rule: bool = False


@dataclass(frozen=True)
class Ticks:
    """What a phone sent: the members `present` (ids), and what its page had shown.

    `taken_back` are the ledger entries (ids) that the page showed as taken back: whoever is ticked on such a
    line is credited anew on purpose. Whose hours were taken back since the page was loaded is not.
    """

    present: Collection[int]
    taken_back: Collection[int] = ()


@dataclass(frozen=True)
class Saved:
    """What came of a roll: the attendances of those present, and of those ticked on a page out of date."""

    attendances: list[Attendance]
    outdated: list[Attendance]

    @property
    def warning(self) -> str:
        """A sentence that names those whose hours were taken back meanwhile; empty where there are none."""
        if not self.outdated:
            return ""
        return _(
            "Not credited again, because their hours were taken back after your page had been loaded: "
            "%(names)s. The reason stands beside each name; tick again what is right."
        ) % {"names": _names(self.outdated)}


def units_of(viewer: Member) -> QuerySet[Organization]:
    """Return the organizations whose rolls `viewer` may take: those they answer for."""
    return organizations_of(viewer, *Role.RESPONSIBLE).order_by("path")


def may_take_roll(viewer: Member, organization: Organization) -> bool:
    """Return whether `viewer` may say who was at a meeting of `organization`."""
    return may(viewer, Role.RESPONSIBLE, organization)


def add(
    session: Session,
    recorded_by: Member,
    ticks: Ticks,
    *,
    allowed: QuerySet[Member],
    facts: CreditFacts,
) -> Saved:
    """Add the members ticked to the roll, all or nothing, and credit who is due.

    Who is credited already stays so; who was refused hours is tried again. Raises `RollRefusedError` where
    somebody is neither among the `allowed` nor on the roll, and what `ledger.credit` raises. The row of the
    session must be locked.
    """
    wanted = set(ticks.present)
    noted = _noted(session)
    on_it = {pk: each.member for pk, each in noted.items() if each.member.name != NAMELESS}
    people = on_it | _people(wanted - on_it.keys(), wanted, allowed)
    return _save(session, recorded_by, ticks, noted=noted, people=people, facts=facts)


def replace(
    session: Session,
    recorded_by: Member,
    ticks: Ticks,
    *,
    shown: Iterable[int],
    allowed: QuerySet[Member],
    facts: CreditFacts,
) -> Saved:
    """Save who of the people `shown` (member ids) was present, all or nothing, and credit who is due.

    Whoever was shown and is not present is taken off, unless their hours stand; nobody else is touched, so
    two phones with parts of a long list do not undo each other. A line whose hours were taken back stays, as
    the trace of that. The session's row must be locked. Raises `RollRefusedError` for people who are not
    `allowed`, and for taking off somebody whose hours stand.
    """
    wanted, listed = set(ticks.present), set(shown)
    noted = _noted(session)
    people = _people(wanted, wanted | listed, allowed)
    gone = [noted[pk] for pk in (listed & people.keys()) - wanted if pk in noted]
    if credited := [each for each in gone if each.stands]:
        raise RollRefusedError(
            _(
                "%(names)s already has hours from this screening, so the name stays on the roll. "
                "Your committee's officer can take wrong hours back. Nothing was saved."
            )
            % {"names": _names(credited)}
        )
    with transaction.atomic():
        Attendance.objects.filter(pk__in=[each.pk for each in gone if not each.taken_back]).delete()
        return _save(session, recorded_by, ticks, noted=noted, people=people, facts=facts)


def settle(session: Session, attendances: Iterable[Attendance], facts: CreditFacts) -> None:
    """Bring each attendance to what it comes to now, and save it. Hours that stand stay as they are.

    Takes the ledger's lock: whoever calls it holds that already, or no row.
    """
    with transaction.atomic():
        rows.lock()
        due = [each for each in attendances if not each.stands]
        elsewhere = _attending(facts.others, session, [each.member_id for each in due])
        for attendance in due:
            attendance.outcome, attendance.entry = Outcome.WAITING, None
            if attendance.member_id in elsewhere:
                attendance.outcome = Outcome.ELSEWHERE
            elif session.closed_at is not None:
                _credit(session, attendance, facts)
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
    return entry.recorded_by_id == viewer.pk and is_recent(entry.recorded_at)


def is_recent(moment: datetime) -> bool:
    """Return whether something was entered so lately that whoever did may put it right alone."""
    return moment > timezone.now() - timedelta(days=settings.LECTURES_CORRECTION_DAYS)


def correct(viewer: Member, attendance: Attendance, reason: str) -> None:
    """Take the hours of `attendance` back by an opposite entry; logged.

    Raises `RollRefusedError` where `viewer` may not, without a reason, and where they are taken back already.
    """
    with told_as_refusals(), transaction.atomic():
        rows.lock()
        if attendance.entry is None or not may_correct(viewer, attendance):
            raise RollRefusedError(
                _("You can no longer take these hours back yourself; the officer of your committee can.")
            )
        reversal = ledger.reverse(attendance.entry, reason=reason, recorded_by=viewer)
        log(attendance.entry, "hours.reverse", user=viewer, data={"reversal": reversal.pk})


def _save(
    session: Session,
    recorded_by: Member,
    ticks: Ticks,
    *,
    noted: dict[int, Attendance],
    people: dict[int, Member],
    facts: CreditFacts,
) -> Saved:
    due, outdated = [], []
    for pk in sorted(set(ticks.present)):
        attendance = noted.get(pk) or Attendance(session=session, member=people[pk], recorded_by=recorded_by)
        if attendance.taken_back and attendance.entry_id not in ticks.taken_back:
            outdated.append(attendance)
            continue
        if not attendance.stands:
            attendance.recorded_by = recorded_by  # whoever tries again answers for the hours
        due.append(attendance)
    settle(session, due, facts)
    return Saved(due, outdated)


def _noted(session: Session) -> dict[int, Attendance]:
    """Return the roll as it is stored, by member."""
    return {each.member_id: each for each in session.attendances.select_related("member", "entry__reversal")}


def _people(wanted: set[int], named: set[int], allowed: QuerySet[Member]) -> dict[int, Member]:
    """Return those of the people `named` who may be; refuse who is `wanted` and may not be named here."""
    people = {one.pk: one for one in allowed.filter(pk__in=named)}
    if wanted - people.keys():
        raise RollRefusedError(_("Somebody on this roll is not in your care. Nothing was saved."))
    return people


def _names(attendances: Iterable[Attendance]) -> str:
    return pgettext("between names", ", ").join(str(each.member) for each in attendances)


def _attending(others: QuerySet[Session], session: Session, member_ids: list[int]) -> set[int]:
    """Return who of `member_ids` waits or is credited at another session at the time of this one."""
    at_that_time = others.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
    there = Attendance.objects.occupying().filter(member__in=member_ids, session__in=at_that_time)
    return set(there.values_list("member_id", flat=True))


def _credit(session: Session, attendance: Attendance, facts: CreditFacts) -> None:
    """Have the hours entered and note on `attendance` what came of it."""
    try:
        credit = ledger.credit(
            attendance.member,
            lecture_key=session.lecture_key,
            title=session.title,
            minutes=session.minutes,
            delivery_kind=session.delivery_kind,
            earned_on=facts.earned_on,
            basis=facts.basis,
            subject=session.subject,
            place=facts.place,
            recorded_by=attendance.recorded_by,
            taught=facts.taught,
            late_reason=facts.late_reason,
        )
    except NoCreditRuleError:
        if not facts.waits_for_rule:
            raise
        return  # the next saving of the roll tries again
    attendance.outcome = Outcome(credit.outcome.value)
    attendance.entry = credit.entry if attendance.outcome == Outcome.CREDITED else None
