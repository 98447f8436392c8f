"""The roll as the operator's phone shows it: one line a person, with what came of each tick."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from members.models import Member

from .models import RollEntry, Screening
from .roll import people_of

# More lines than a phone can scroll with patience; a station of a whole committee looks names up instead.
MOST_ROWS = 300


@dataclass(frozen=True)
class SheetRow:
    """One person of the room."""

    member: Member
    entry: RollEntry | None
    ticked: bool
    guest: bool

    @property
    def fixed(self) -> bool:
        """Whether the tick stands for good: hours have been credited."""
        return self.entry is not None and self.entry.outcome == RollEntry.Outcome.CREDITED


@dataclass(frozen=True)
class Sheet:
    """The lines shown. `complete` is False when a long list was cut and names must be looked up."""

    rows: list[SheetRow]
    complete: bool
    people: int
    query: str


def with_counts(screenings: QuerySet[Screening]) -> QuerySet[Screening]:
    """Add to each screening how many are on its roll (`noted`) and how many of them are credited."""
    return screenings.annotate(
        noted=Count("roll"),
        credited=Count("roll", filter=Q(roll__outcome=RollEntry.Outcome.CREDITED)),
    )


def sheet_of(
    screening: Screening, operator: Member, *, query: str = "", ticked: Iterable[int] | None = None
) -> Sheet:
    """Return the roll of `screening` as far as `operator` may see it.

    `query` is part of a name, for long lists. `ticked` are ticks that could not be saved and shall not be
    lost; None: those that are stored.
    """
    query = query.strip()
    entries = {entry.member_id: entry for entry in screening.roll.select_related("entry__reversal")}
    kept = set(entries) if ticked is None else set(ticked) | _credited(entries.values())
    everybody = people_of(screening.station, operator)
    count = everybody.count()
    people = everybody
    if count > MOST_ROWS:
        people = everybody.filter(Q(name__icontains=query) | Q(pk__in=kept)) if query else everybody
    organization = screening.station.organization
    rows = [
        SheetRow(
            member=person,
            entry=entries.get(person.pk),
            ticked=person.pk in kept,
            guest=person.is_guest_of(organization),
        )
        for person in people[:MOST_ROWS]
    ]
    if count > MOST_ROWS:
        listed = {row.member.pk for row in rows}
        rows += [
            SheetRow(
                member=person,
                entry=entries.get(person.pk),
                ticked=True,
                guest=person.is_guest_of(organization),
            )
            for person in everybody.filter(pk__in=kept - listed)
        ]
    rows.sort(key=lambda row: row.guest)  # the unit's own first
    return Sheet(rows, complete=count <= MOST_ROWS, people=count, query=query)


def _credited(entries: Iterable[RollEntry]) -> set[int]:
    return {entry.member_id for entry in entries if entry.outcome == RollEntry.Outcome.CREDITED}
