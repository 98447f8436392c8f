"""The roll of a station's room: whose it is, and on what its hours rest.

Ticks may come before the film is over; they wait and are credited when it is. What is credited is taken back
in the ledger, by an officer, never here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from foundation.calendar import day_of
from hours.ledger.reasons import LATE_STATION
from hours.models import DeliveryKind
from hours.tallies import rows
from lectures.watching import intervals
from meetings.attendance import roll, roll_sheet
from meetings.attendance.refusals import RollRefusedError, told_as_refusals
from meetings.attendance.roll import CreditFacts, Outcome, Ticks
from meetings.models import Attendance, Session
from members.models import Member

from .models import Screening, Station
from .pairing import may_keep, stations_of

# How long after the day the roll can still be taken: an operator may forget, a line may be down.
ROLL_DAYS = 7


@dataclass(frozen=True)
class RollResult:
    """How many of the people ticked now stand where; `warning` names who was ticked on a page out of date."""

    counts: Counter[str]
    warning: str = ""

    def sentence(self) -> str:
        """Return the result as one line for the operator."""
        parts = [
            text % {"n": self.counts[outcome]}
            for outcome, text in (
                (Outcome.CREDITED, _credited(self.counts[Outcome.CREDITED])),
                (Outcome.WAITING, _waiting(self.counts[Outcome.WAITING])),
                (Outcome.ALREADY, _already(self.counts[Outcome.ALREADY])),
                (Outcome.ELSEWHERE, _elsewhere(self.counts[Outcome.ELSEWHERE])),
                (Outcome.TOO_SHORT, _too_short(self.counts[Outcome.TOO_SHORT])),
            )
            if self.counts[outcome]
        ]
        return (
            pgettext("between clauses", ", ").join(parts) + pgettext("end of a sentence", ".")
            if parts
            else _("Nobody is on the roll.")
        )


def screenings_of(viewer: Member, now: datetime) -> QuerySet[Screening]:
    """Return the screenings, newest first, whose roll `viewer` may take: of their stations, of this week."""
    first = timezone.localdate(now) - timedelta(days=ROLL_DAYS)
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    return Screening.objects.filter(
        station__in=stations_of(viewer), session__starts_at__gte=start
    ).select_related("station__organization", "session__organization")


def with_counts(screenings: QuerySet[Screening]) -> QuerySet[Screening]:
    """Add to each screening how many are on its roll (`noted`) and how many of them are credited."""
    there = "session__attendances"
    return screenings.annotate(
        noted=Count(there, filter=Attendance.present_at(f"{there}__")),
        credited=Count(there, filter=Attendance.stands_at(f"{there}__")),
    )


def people_of(station: Station, viewer: Member, day: date) -> QuerySet[Member]:
    """Return those who may stand on the station's roll of `day`, for whoever may take it; by unit and name.

    That are the people of the station's organization, by the one rule of all rolls (`confirmable_at`).
    """
    if not may_keep(viewer, station):
        return Member.objects.none()
    return Member.objects.confirmable_at(station.organization, day)


def sheet_of(
    screening: Screening, operator: Member, *, query: str = "", ticks: Ticks | None = None
) -> roll_sheet.Sheet:
    """Return the roll of `screening` as far as `operator` may see it; see `roll_sheet.sheet_to_replace`."""
    allowed = people_of(screening.station, operator, day_of(screening.session.starts_at))
    return roll_sheet.sheet_to_replace(screening.session, allowed, query=query, ticks=ticks)


def take_roll(screening: Screening, operator: Member, ticks: Ticks, *, shown: Iterable[int]) -> RollResult:
    """Save who of the people `shown` (member ids) was present, all or nothing, and credit who is due.

    Raises RollRefusedError for another's station, and as `roll.replace` does.
    """
    with told_as_refusals(), transaction.atomic():
        rows.lock()
        screening = (
            Screening.objects.select_for_update(of=("self",), no_key=True)
            .select_related("station__organization", "session__organization", "session__subject")
            .get(pk=screening.pk)
        )
        if not may_keep(operator, screening.station):
            raise RollRefusedError(_("Somebody on this roll is not in your care. Nothing was saved."))
        saved = roll.replace(
            screening.session,
            operator,
            ticks,
            shown=shown,
            allowed=people_of(screening.station, operator, day_of(screening.session.starts_at)),
            facts=_facts(screening),
        )
    return RollResult(Counter(each.outcome for each in saved.attendances), saved.warning)


def credit_waiting(screening: Screening) -> None:
    """Credit everybody on the roll who waited for the end. Called in the transaction that completes it."""
    waiting = screening.session.attendances.select_related("member", "recorded_by").order_by("pk")
    roll.settle(screening.session, list(waiting), _facts(screening))


def _facts(screening: Screening) -> CreditFacts:
    """Return what the hours of the screening rest on."""
    session, station = screening.session, screening.station
    completed_at = session.closed_at
    in_room = completed_at is not None and completed_at > screening.opened_at
    return CreditFacts(
        earned_on=day_of(completed_at or session.starts_at),
        basis={
            "screening": screening.pk,
            "station": station.code,
            "seen_seconds": round(intervals.total(screening.seen)),
            "film_seconds": round(screening.duration),
        },
        place=station.name,
        # Since the player was opened last: between two parts of a film the room may have seen another.
        taught=(screening.opened_at, completed_at) if completed_at and in_room else None,
        late_reason=LATE_STATION,
        others=Session.objects.filter(delivery_kind=DeliveryKind.STATION).exclude(screening__station=station),
        waits_for_rule=True,
    )


def _credited(n: int) -> str:
    return ngettext("%(n)d person has been credited", "%(n)d people have been credited", n)


def _waiting(n: int) -> str:
    return ngettext(
        "%(n)d person is noted and waits for the end of the film",
        "%(n)d people are noted and wait for the end of the film",
        n,
    )


def _already(n: int) -> str:
    return ngettext(
        "%(n)d person had this lesson earlier this year", "%(n)d people had this lesson earlier this year", n
    )


def _elsewhere(n: int) -> str:
    return ngettext(
        "%(n)d person was somewhere else at the same time",
        "%(n)d people were somewhere else at the same time",
        n,
    )


def _too_short(n: int) -> str:
    return ngettext(
        "%(n)d person was noted, but the lesson is too short for hours",
        "%(n)d people were noted, but the lesson is too short for hours",
        n,
    )
