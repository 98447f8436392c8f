"""The roll of a session: who attended, and the hours that follow from it.

One roll for meetings that a unit enters and for screenings in a station. Hours are written by `hours.ledger`
alone, once a lesson, person and year, so that saving a roll twice is harmless. While a session runs, those on
its roll wait; they are credited when it has ended. A floating member may be ticked by the host organization;
the entry stands in the member's own ledger. What is wrong is taken back by an opposite entry with a reason.
"""

from collections.abc import Iterable
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
from meetings.models import Attendance, Session
from members.models import Member, Organization, Role
from members.roles.permissions import may, organizations_of

Outcome = Attendance.Outcome


class RollRefusedError(Exception):
    """Nothing was saved; the text says why, in the reader's language."""


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


def units_of(viewer: Member) -> QuerySet[Organization]:
    """Return the organizations whose rolls `viewer` may take: those they answer for."""
    return organizations_of(viewer, *Role.RESPONSIBLE).order_by("path")


def may_take_roll(viewer: Member, organization: Organization) -> bool:
    """Return whether `viewer` may say who was at a meeting of `organization`."""
    return may(viewer, Role.RESPONSIBLE, organization)


def add(
    session: Session,
    recorded_by: Member,
    present: Iterable[int],
    *,
    allowed: QuerySet[Member],
    facts: CreditFacts,
) -> None:
    """Add the members `present` (ids) to the roll, all or nothing, and credit who is due.

    Who is credited already stays so; who was refused hours is tried again. Raises `RollRefusedError` where
    somebody is not among the `allowed`, and what `ledger.credit` raises.
    """
    wanted = set(present)
    with transaction.atomic():
        people = _people(wanted, wanted, allowed)
        noted = {each.member_id: each for each in session.attendances.select_related("member")}
        due = [_attendance(session, noted, people, pk, recorded_by) for pk in sorted(wanted)]
        for attendance in due:
            attendance.recorded_by = recorded_by  # whoever tries again answers for the hours
        settle(session, due, facts)


def replace(
    session: Session,
    recorded_by: Member,
    *,
    present: Iterable[int],
    shown: Iterable[int],
    allowed: QuerySet[Member],
    facts: CreditFacts,
) -> list[Attendance]:
    """Save who of the people `shown` (member ids) was `present`, all or nothing, and credit who is due.

    Whoever was shown and is not present is taken off, unless already credited; nobody else is touched, so two
    phones with parts of a long list do not undo each other. The session's row must be locked. Raises
    `RollRefusedError` for people who are not `allowed`, and for taking off somebody credited. Returns the
    attendances of those present.
    """
    wanted, listed = set(present), set(shown)
    with transaction.atomic():
        people = _people(wanted, wanted | listed, allowed)
        noted = {each.member_id: each for each in session.attendances.select_related("member")}
        gone = [noted[pk] for pk in (listed & people.keys()) - wanted if pk in noted]
        if credited := [each.member.name for each in gone if each.outcome == Outcome.CREDITED]:
            raise RollRefusedError(
                _(
                    "%(names)s already has hours from this screening, so the name stays on the roll. "
                    "Your committee's officer can take wrong hours back. Nothing was saved."
                )
                % {"names": pgettext("between names", ", ").join(credited)}
            )
        Attendance.objects.filter(pk__in=[each.pk for each in gone]).delete()
        due = [_attendance(session, noted, people, pk, recorded_by) for pk in sorted(wanted)]
        settle(session, due, facts)
    return due


def settle(session: Session, attendances: Iterable[Attendance], facts: CreditFacts) -> None:
    """Bring each attendance to what it comes to now, and save it. What is credited stays as it is."""
    due = [each for each in attendances if each.outcome != Outcome.CREDITED]
    ids = sorted(each.member_id for each in due)
    # In one order, so that the rolls of two sessions cannot credit one person side by side.
    list(Member.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    elsewhere = _attending(facts.others, session, ids)
    for attendance in due:
        attendance.outcome = Outcome.WAITING
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
    since = timezone.now() - timedelta(days=settings.LECTURES_CORRECTION_DAYS)
    return entry.recorded_by_id == viewer.pk and entry.recorded_at > since


def correct(viewer: Member, attendance: Attendance, reason: str) -> None:
    """Take the hours of `attendance` back by an opposite entry; logged.

    Raises `RollRefusedError` where `viewer` may not, `ledger.ReversalRefusedError` without a reason.
    """
    if attendance.entry is None or not may_correct(viewer, attendance):
        raise RollRefusedError(
            _("You can no longer take these hours back yourself; the officer of your committee can.")
        )
    reversal = ledger.reverse(attendance.entry, reason=reason, recorded_by=viewer)
    log(attendance.entry, "hours.reverse", user=viewer, data={"reversal": reversal.pk})


def _people(wanted: set[int], named: set[int], allowed: QuerySet[Member]) -> dict[int, Member]:
    people = {one.pk: one for one in allowed.filter(pk__in=named)}
    if wanted - people.keys():
        raise RollRefusedError(_("Somebody on this roll is not in your care. Nothing was saved."))
    return people


def _attendance(
    session: Session, noted: dict[int, Attendance], people: dict[int, Member], pk: int, recorded_by: Member
) -> Attendance:
    return noted.get(pk) or Attendance(session=session, member=people[pk], recorded_by=recorded_by)


def _attending(others: QuerySet[Session], session: Session, member_ids: list[int]) -> set[int]:
    """Return who of `member_ids` waits or is credited at another session at the time of this one."""
    at_that_time = others.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
    return set(
        Attendance.objects.filter(
            member__in=member_ids,
            outcome__in=[Outcome.WAITING, Outcome.CREDITED],
            session__in=at_that_time,
        ).values_list("member_id", flat=True)
    )


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
