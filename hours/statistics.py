"""The year of an organization in figures, read from the kept sums, not from the ledger or person by person.

All figures cover the organization and everything below it. Person-times are credits that stand; heads are
distinct people. Coverage is heads against the people who belong to the group now, and those who left after
learning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from members.models import Member, MemberCategory, Organization, Role
from members.permissions import organizations_of

from . import tally_lines as lines
from .models import DeliveryKind, ReportGroup, Subject, Tally
from .year_end import this_year


@dataclass(frozen=True)
class Figures:
    """One row: `of` is the number of people who could have been reached, None where none is named."""

    name: str
    entries: int = 0
    people: int = 0
    hours: Decimal = Decimal(0)
    of: int | None = None

    @property
    def coverage(self) -> Decimal | None:
        """Heads in per cent of `of`, with one decimal, rounded down; None where nobody could be reached."""
        return Decimal(self.people * 1000 // self.of) / 10 if self.of else None


@dataclass(frozen=True)
class UnitFigures(Figures):
    """The row of an organization right below."""

    organization: Organization | None = None


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
    rows = Tally.objects.filter(organization=organization, year__in=[year, lines.ROSTER])
    sums = _Sums(rows)
    who = lines.category(category.pk) if category else lines.EVERYBODY

    def row(name: str, line: str) -> Figures:
        return sums.figures(name, who, line)

    categories = list(MemberCategory.objects.all())
    subjects = [(subject.name, subject.pk) for subject in Subject.objects.all()]
    return Statistics(
        organization=organization,
        year=year,
        category=category,
        total=sums.figures(organization.name, who, lines.ALL, sums.reach(who)),
        groups=[_group(sums, group) for group in ReportGroup.objects.all()],
        categories=[
            sums.figures(each.name, lines.category(each.pk), lines.ALL, sums.reach(lines.category(each.pk)))
            for each in categories
        ],
        units=_units(organization, year, who),
        kinds=[row(str(label), lines.kind(code)) for code, label in DeliveryKind.choices],
        subjects=[row(name, lines.subject(pk)) for name, pk in [*subjects, ("", 0)]],
        months=[row(str(number), lines.month(number)) for number in range(1, 13)],
    )


def _group(sums: _Sums, group: ReportGroup) -> Figures:
    """Return a reported group's row; who left after learning stands among both numbers of people."""
    line = lines.group(group.pk)
    row = sums.figures(group.name, lines.EVERYBODY, line)
    now = sums.figures("", line, lines.PEOPLE).people
    return Figures(group.name, row.entries, row.people, row.hours, max(now, row.people))


def _units(organization: Organization, year: int, who: str) -> list[UnitFigures]:
    children = list(organization.get_children().order_by("path"))
    below = Tally.objects.filter(
        Q(year=year, line__in=[lines.ALL, lines.LEFT]) | Q(year=lines.ROSTER, line=lines.PEOPLE),
        organization__in=[child.pk for child in children],
        who=who,
    )
    of_child: dict[int, list[Tally]] = {child.pk: [] for child in children}
    for row in below:
        of_child[row.organization_id].append(row)
    result = []
    for child in children:
        sums = _Sums(of_child[child.pk])
        found = sums.figures(child.name, who, lines.ALL, sums.reach(who))
        result.append(UnitFigures(found.name, found.entries, found.people, found.hours, found.of, child))
    return result
