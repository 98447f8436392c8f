"""The roll of the room: who was there, and the hours that follow from it.

Ticks may come before the film is over; they wait and are credited when it is. Hours are written by
`hours.ledger` alone, once a person: what is credited is taken back there, by an officer, never here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hours import ledger
from hours.ledger.credit_rules import NoCreditRuleError
from hours.models import DeliveryKind
from lectures.watching import intervals
from members.models import Member

from .models import RollEntry, Screening, Station
from .pairing import may_keep, stations_of

# How long after the day the roll can still be taken: an operator may forget, a line may be down.
ROLL_DAYS = 7
Outcome = RollEntry.Outcome


class RollRefusedError(Exception):
    """Nothing of the roll was saved; the text says why, in the reader's language."""


@dataclass(frozen=True)
class RollResult:
    """How many of the people ticked now stand where."""

    counts: Counter[str]

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
    return Screening.objects.filter(station__in=stations_of(viewer), started_at__gte=start).select_related(
        "station", "station__organization"
    )


def people_of(station: Station, viewer: Member) -> QuerySet[Member]:
    """Return those who may stand on the station's roll, for whoever may take it; by unit and name.

    That are the people of the station's organization, by the one rule of all rolls (`confirmable_at`).
    """
    if not may_keep(viewer, station):
        return Member.objects.none()
    return Member.objects.confirmable_at(station.organization)


def take_roll(
    screening: Screening, operator: Member, *, present: Iterable[int], shown: Iterable[int]
) -> RollResult:
    """Save who of the people `shown` (member ids) was `present`, all or nothing, and credit who is due.

    Whoever was shown and is not present is taken off, unless already credited; nobody else is touched, so two
    phones with parts of a long list do not undo each other. Raises RollRefusedError for another's station,
    for people outside `people_of`, and for taking off somebody credited.
    """
    wanted, listed = set(present), set(shown)
    with transaction.atomic():
        screening = (
            Screening.objects.select_for_update(of=("self",))
            .select_related("station__organization", "subject")
            .get(pk=screening.pk)
        )
        allowed = people_of(screening.station, operator)
        people = {person.pk: person for person in allowed.filter(pk__in=wanted | listed)}
        if not may_keep(operator, screening.station) or (wanted - people.keys()):
            raise RollRefusedError(_("Somebody on this roll is not in your care. Nothing was saved."))
        entries = {entry.member_id: entry for entry in screening.roll.select_related("member")}
        gone = [entries[pk] for pk in (listed & people.keys()) - wanted if pk in entries]
        if credited := [entry.member.name for entry in gone if entry.outcome == Outcome.CREDITED]:
            raise RollRefusedError(
                _(
                    "%(names)s already has hours from this screening, so the name stays on the roll. "
                    "Your committee's officer can take wrong hours back. Nothing was saved."
                )
                % {"names": pgettext("between names", ", ").join(credited)}
            )
        RollEntry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
        for pk in sorted(wanted - entries.keys()):
            entries[pk] = RollEntry(screening=screening, member=people[pk], recorded_by=operator)
        due = [entries[pk] for pk in sorted(wanted)]
        _settle(screening, due)
    return RollResult(Counter(entry.outcome for entry in due))


def credit_waiting(screening: Screening) -> None:
    """Credit everybody on the roll who waited for the end. Called in the transaction that completes it."""
    _settle(screening, list(screening.roll.select_related("member", "recorded_by").order_by("pk")))


def _settle(screening: Screening, entries: list[RollEntry]) -> None:
    """Bring each entry to where it belongs now, and save it. What is credited stays as it is."""
    open_entries = [entry for entry in entries if entry.outcome != Outcome.CREDITED]
    ids = sorted(entry.member_id for entry in open_entries)
    # In one order, so that the rolls of two stations cannot credit one person side by side.
    list(Member.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    elsewhere = _elsewhere_at_that_time(screening, ids)
    for entry in open_entries:
        entry.outcome = Outcome.WAITING
        if entry.member_id in elsewhere:
            entry.outcome = Outcome.ELSEWHERE
        elif screening.completed_at is not None:
            _credit(screening, entry, screening.completed_at)
        entry.save()


def _credit(screening: Screening, entry: RollEntry, on: datetime) -> None:
    try:
        credit = ledger.credit(
            entry.member,
            lecture_key=screening.lecture_key,
            title=screening.title,
            minutes=screening.minutes,
            delivery_kind=DeliveryKind.STATION,
            earned_on=timezone.localdate(on, timezone.get_default_timezone()),
            basis={
                "screening": screening.pk,
                "station": screening.station.code,
                "seen_seconds": round(intervals.total(screening.seen)),
                "film_seconds": round(screening.duration),
            },
            subject=screening.subject,
            place=screening.station.name,
            recorded_by=entry.recorded_by,
            # Since the player was opened last: between two parts of a film the room may have seen another.
            taught=(screening.opened_at, on) if on > screening.opened_at else None,
            late_reason=_("The roll of the station was taken after the year had been closed."),
        )
    except NoCreditRuleError:
        return  # goes on waiting; the next saving of the roll tries again
    entry.outcome = Outcome(credit.outcome.value)
    entry.entry = credit.entry if entry.outcome == Outcome.CREDITED else None


def _elsewhere_at_that_time(screening: Screening, member_ids: list[int]) -> set[int]:
    """Return who of `member_ids` stands, waiting or credited, on another screening's roll at that time."""
    return set(
        RollEntry.objects.filter(
            member__in=member_ids,
            outcome__in=[Outcome.WAITING, Outcome.CREDITED],
            screening__started_at__lt=screening.last_beat_at,
            screening__last_beat_at__gt=screening.started_at,
        )
        .exclude(screening__station=screening.station)
        .values_list("member_id", flat=True)
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
