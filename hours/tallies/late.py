"""The line "late" of closed years: what was entered or taken back since, beside figures that stand still.

A late credit is one person-time, a late reversal takes one off. Whoever has more late person-times than
nought is a head, in everybody's line and in that of each category held at the closing. Where it counts is
the unit of that day; for whoever came later it is fixed with the first late entry (`LateMember`).
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q, Sum

from hours.models import CountedMember, CreditEntry, LateMember, Tally, YearStanding
from hours.models.entries import CreditEntryQuerySet
from members.models import Organization

from . import rows
from .lines import EVERYBODY, LATE, Amounts, Key, category, difference, hundredths_of

Sums = dict[int, dict[Key, Amounts]]
_Place = tuple[list[int], list[int]]  # units, categories


def count_entry(entry: CreditEntry) -> None:
    """Count a late entry that was just written for a year with a snapshot. Call `rows.lock` before."""
    units, categories = _places(entry.year, [entry.member_id])[entry.member_id]
    sign = 1 if entry.hours > 0 else -1
    theirs = _late_entries(entry.year).filter(member=entry.member_id).values_list("reverses_id", flat=True)
    times = sum(1 if reverses is None else -1 for reverses in theirs)
    head = int(times > 0) - int(times - sign > 0)
    rows.add_exactly(_share(entry.year, units, categories, (sign, head, hundredths_of(entry.hours))))


def compare(years: Iterable[int]) -> Sums:
    """Return what has to be added to the line "late" of the closed `years` to agree with the ledger.

    Call `rows.lock` before.
    """
    years = list(years)
    wanted: Sums = defaultdict(dict)
    stored: Sums = defaultdict(dict)
    for year in years:
        for pk, portion in _expected(year).items():
            rows.merge(wanted[pk], portion)
    for row in Tally.objects.filter(year__in=years, line=LATE):
        stored[row.organization_id][row.year, row.who, LATE] = (row.entries, row.people, row.hundredths)
    changes = {pk: difference(wanted.get(pk, {}), stored.get(pk, {})) for pk in {*wanted, *stored}}
    return {pk: change for pk, change in changes.items() if change}


def _expected(year: int) -> Sums:
    """Return the line of `year` as the ledger gives it. Holds those with late entries alone."""
    sums = {
        row["member_id"]: (row["times"], int(row["times"] > 0), hundredths_of(row["earned"]))
        for row in _late_entries(year)
        .order_by("member_id")
        .values("member_id")
        .annotate(times=Count("pk", filter=Q(reverses__isnull=True)) - Count("reverses"), earned=Sum("hours"))
    }
    found: Sums = defaultdict(dict)
    for pk, (units, categories) in _places(year, sums).items():
        for unit, portion in _share(year, units, categories, sums[pk]).items():
            rows.merge(found[unit], portion)
    return found


def _late_entries(year: int) -> CreditEntryQuerySet:
    return CreditEntry.objects.filter(year=year).exclude(late_reason="")


def _places(year: int, members: Iterable[int]) -> dict[int, _Place]:
    """Return where the late entries of each of `members` count; no units for whoever belonged to none."""
    ids = list(members)
    units: dict[int | None, list[int]] = {None: []}

    def above(organization_id: int | None) -> list[int]:
        if organization_id not in units:
            assert organization_id is not None  # noqa: S101  None is known
            units[organization_id] = rows.units_above(year, organization_id)
        return units[organization_id]

    found: dict[int, _Place] = {
        row.member_id: (above(row.organization_id), row.categories)
        for row in YearStanding.objects.filter(member__in=ids, year=year)
    }
    since = {row.member_id: row for row in LateMember.objects.filter(member__in=ids, year=year)}
    new = [pk for pk in ids if pk not in found and pk not in since]
    counted = {row.pk: row for row in CountedMember.objects.filter(pk__in=new)}
    for pk in new:
        row = counted.get(pk)
        since[pk] = LateMember.objects.create(
            member_id=pk,
            year=year,
            units=above(row.organization_id) if row else [],
            categories=row.categories if row else [],
        )
    named = {unit for row in since.values() for unit in row.units}
    standing = set(Organization.objects.filter(pk__in=named).values_list("pk", flat=True))
    return found | {
        pk: ([unit for unit in row.units if unit in standing], row.categories) for pk, row in since.items()
    }


def _share(
    year: int, units: list[int], categories: list[int], amounts: Amounts
) -> dict[int, dict[Key, Amounts]]:
    share = {(year, who, LATE): amounts for who in (EVERYBODY, *map(category, categories))}
    return dict.fromkeys(units, share)
