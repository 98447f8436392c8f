"""The year of an organization in figures, read from the kept sums, not from the ledger or person by person.

All figures cover the organization and everything below it. Person-times are credits that stand; heads are
distinct people. Coverage is heads against the people who belong to the group now, and those who left after
learning. Of a closed year these are the sums as they stood when it was closed, with the units and names of
that day; what was entered late is counted separately (`Closing`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from foundation.calendar import this_year
from hours.closed_years import closing_of
from hours.models import DeliveryKind, ReportGroup, Subject, Tally, YearClosure, YearUnit
from hours.tallies import lines
from members.models import Member, MemberCategory, Organization, Role
from members.roles.permissions import organizations_of


@dataclass(frozen=True)
class Figures:
    """One row: `of` is the number of people who could have been reached, None where none is named."""

    name: str
    entries: int = 0
    people: int = 0
    hours: Decimal = Decimal(0)
    of: int | None = None

    @property
    def is_nought(self) -> bool:
        """Whether nothing is counted; what was taken back may leave hours below nought and no head."""
        return not (self.entries or self.people or self.hours)

    @property
    def coverage(self) -> Decimal | None:
        """Heads in per cent of `of`, with one decimal, rounded down; None where nobody could be reached."""
        return Decimal(self.people * 1000 // self.of) / 10 if self.of else None


@dataclass(frozen=True)
class UnitFigures(Figures):
    """The row of an organization right below."""

    organization: Organization | None = None


@dataclass(frozen=True)
class Closing:
    """That the year is closed: since when, what was entered late, and how far people had come then.

    The last three are None while they are being written down.
    """

    day: date
    late: Figures
    late_by_unit: list[UnitFigures]
    met: int | None = None
    unmet: int | None = None
    exempt: int | None = None


@dataclass(frozen=True)
class Statistics:
    """Everything that the page of an organization shows of a year."""

    organization: Organization
    year: int
    category: MemberCategory | None
    total: Figures
    groups: list[Figures]
    categories: list[Figures]
    units: list[UnitFigures]
    kinds: list[Figures]
    subjects: list[Figures]
    months: list[Figures]
    closing: Closing | None = None


class _Sums:
    """The rows of one organization and year by `who` and `line`."""

    def __init__(self, rows: Iterable[Tally]) -> None:
        self._rows = {(row.who, row.line): row for row in rows}

    def figures(self, name: str, who: str, line: str, of: int | None = None) -> Figures:
        row = self._rows.get((who, line))
        if row is None:
            return Figures(name, of=of)
        return Figures(name, row.entries, row.people, Decimal(row.hundredths) / 100, of)

    def reach(self, who: str) -> int:
        """People who belong to `who` now, and those who left but learned in the year."""
        return sum(
            self._rows[who, line].people for line in (lines.PEOPLE, lines.LEFT) if (who, line) in self._rows
        )


def units_for(viewer: Member | AnonymousUser) -> QuerySet[Organization]:
    """Return the organizations whose statistics `viewer` may see: those they answer for, and all below."""
    return organizations_of(viewer, *Role.RESPONSIBLE)


def years_of(organization: Organization) -> list[int]:
    """Return the years in which anybody learned there, and the current one, newest first."""
    found = Tally.objects.filter(
        organization=organization, who=lines.EVERYBODY, line=lines.ALL, entries__gt=0
    ).values_list("year", flat=True)
    return sorted({*found, this_year()}, reverse=True)


def statistics_of(
    organization: Organization, year: int, category: MemberCategory | None = None
) -> Statistics:
    """Return the statistics of `year`, of everybody or of one category. The same few queries for any unit."""
    closed = closing_of(year)
    # A closed year holds how many people there were by itself.
    rows = Tally.objects.filter(
        organization=organization, year__in=[year] if closed else [year, lines.ROSTER]
    )
    sums = _Sums(rows)
    who = lines.category(category.pk) if category else lines.EVERYBODY

    def row(name: str, line: str) -> Figures:
        return sums.figures(name, who, line)

    names = closed.names if closed and closed.names else names_of_lines()
    units = _units_then(organization, year, who) if closed else _units(organization, year, who)
    return Statistics(
        organization=organization,
        year=year,
        category=category,
        total=sums.figures(organization.name, who, lines.ALL, sums.reach(who)),
        groups=[_group(sums, pk, name) for pk, name in names["groups"]],
        categories=[
            sums.figures(name, lines.category(pk), lines.ALL, sums.reach(lines.category(pk)))
            for pk, name in names["categories"]
        ],
        units=units,
        kinds=[row(str(label), lines.kind(code)) for code, label in DeliveryKind.choices],
        subjects=[row(name, lines.subject(pk)) for pk, name in [*names["subjects"], (0, "")]],
        months=[row(str(number), lines.month(number)) for number in range(1, 13)],
        closing=_closing(sums, closed, organization, who) if closed else None,
    )


def names_of_lines() -> dict[str, list[list[Any]]]:
    """Return what the lines of the statistics are called today, as lists of [key, name] in their order."""
    return {
        "groups": [[each.pk, each.name] for each in ReportGroup.objects.all()],
        "categories": [[each.pk, each.name] for each in MemberCategory.objects.all()],
        "subjects": [[each.pk, each.name] for each in Subject.objects.all()],
    }


def _closing(sums: _Sums, closed: YearClosure, organization: Organization, who: str) -> Closing:
    told = (lines.MET, lines.UNMET, lines.EXEMPT) if closed.written_at and who == lines.EVERYBODY else ()
    return Closing(
        timezone.localdate(closed.closed_at, timezone.get_default_timezone()),
        sums.figures(organization.name, who, lines.LATE),
        [unit for unit in _units_then(organization, closed.year, who, lines.LATE) if not unit.is_nought],
        *(sums.figures("", who, line).people for line in told),
    )


def _group(sums: _Sums, pk: int, name: str) -> Figures:
    """Return a reported group's row; who left after learning stands among both numbers of people."""
    line = lines.group(pk)
    row = sums.figures(name, lines.EVERYBODY, line)
    now = sums.figures("", line, lines.PEOPLE).people
    return Figures(name, row.entries, row.people, row.hours, max(now, row.people))


def _units(organization: Organization, year: int, who: str) -> list[UnitFigures]:
    children = list(organization.get_children().order_by("path"))
    below = Tally.objects.filter(
        Q(year=year, line__in=[lines.ALL, lines.LEFT]) | Q(year=lines.ROSTER, line=lines.PEOPLE),
        organization__in=[child.pk for child in children],
        who=who,
    )
    return _rows([(child.pk, child.name, child) for child in children], below, who, lines.ALL)


def _units_then(organization: Organization, year: int, who: str, line: str = lines.ALL) -> list[UnitFigures]:
    """Return the rows of the units that stood right below `organization` when `year` was closed."""
    units = YearUnit.objects.filter(year=year)
    path = units.filter(organization=organization).values_list("path", flat=True).first()
    if path is None:
        return []
    children = (
        units.filter(path__startswith=path)
        .annotate(length=Length("path"))
        .filter(length=len(path) + Organization.steplen)
        .select_related("organization")
        .order_by("path")
    )
    below = Tally.objects.filter(
        organization__in=[child.organization_id for child in children],
        year=year,
        line__in=[line, lines.LEFT, lines.PEOPLE],
        who=who,
    )
    # A page that is no longer below this one is not offered: others answer for it.
    places = [
        (
            child.organization_id,
            child.name,
            child.organization if organization.contains(child.organization) else None,
        )
        for child in children
    ]
    return _rows(places, below, who, line)


def _rows(
    units: list[tuple[int, str, Organization | None]], tallies: Iterable[Tally], who: str, line: str
) -> list[UnitFigures]:
    """Return a row for each of `units`, given as primary key, name, and the organization to link to."""
    of_unit: dict[int, list[Tally]] = {pk: [] for pk, _name, _organization in units}
    for row in tallies:
        of_unit[row.organization_id].append(row)
    result = []
    for pk, name, organization in units:
        sums = _Sums(of_unit[pk])
        found = sums.figures(name, who, line, sums.reach(who))
        result.append(UnitFigures(name, found.entries, found.people, found.hours, found.of, organization))
    return result
