"""How sums are written: added to in one statement, for a unit and all above it, by one writer at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection

from hours.models import Tally, YearUnit
from members.models import Organization

from .lines import Amounts, Key

_TABLE = Tally._meta.db_table
_ROWS_AT_ONCE = 400  # seven values each; well below SQLite's limit of values in one statement
_LOCK = 0x6755_0005  # any number that no other advisory lock of this database uses


def lock() -> None:
    """Wait until no other transaction is writing sums, and keep others waiting until this one ends.

    All writers share the rows of the district, in no agreed order within one transaction (a roll credits
    people of several branches): one lock before all others keeps them from waiting for each other in a
    circle. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def chain(path: str) -> list[str]:
    """Return the tree paths from the root down to `path`."""
    step = Organization.steplen
    return [path[:end] for end in range(step, len(path) + 1, step)]


def units_above(year: int, organization_id: int) -> list[int]:
    """Return the primary keys of an organization and those above it, as they stood when `year` was closed.

    For an organization that came later, as they stand now.
    """
    units: Any = YearUnit.objects.filter(year=year)
    path = units.filter(organization=organization_id).values_list("path", flat=True).first()
    if path is not None:
        return list(units.filter(path__in=chain(path)).values_list("organization", flat=True))
    path = Organization.objects.values_list("path", flat=True).get(pk=organization_id)
    return list(Organization.objects.filter(path__in=chain(path)).values_list("pk", flat=True))


def add(changes: Mapping[int, Mapping[Key, Amounts]]) -> None:
    """Add to the sums of each organization (by primary key) and all above it. Needs an open transaction."""
    changes = {pk: portion for pk, portion in changes.items() if portion}
    if not changes:
        return
    add_exactly(_with_those_above(changes))


def add_exactly(changes: Mapping[int, Mapping[Key, Amounts]]) -> None:
    """Add to the sums of just these organizations. Needs an open transaction."""
    rows = [
        (pk, *key, *amounts)
        for pk, portion in sorted(changes.items())
        for key, amounts in sorted(portion.items())
        if any(amounts)
    ]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            cursor.execute(_upsert(len(part)), [value for row in part for value in row])


def _upsert(count: int) -> str:
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * count)
    sums = ", ".join(
        f"{name} = {_TABLE}.{name} + EXCLUDED.{name}" for name in ("entries", "people", "hundredths")
    )
    return (
        f"INSERT INTO {_TABLE} (organization_id, year, who, line, entries, people, hundredths) "  # noqa: S608  our own names
        f"VALUES {values} ON CONFLICT (organization_id, year, who, line) DO UPDATE SET {sums}"
    )


def _with_those_above(changes: Mapping[int, Mapping[Key, Amounts]]) -> dict[int, dict[Key, Amounts]]:
    """Return `changes`, added up along the tree."""
    paths = dict(Organization.objects.filter(pk__in=changes).values_list("pk", "path"))
    wanted = {above for path in paths.values() for above in chain(path)}
    ids = dict(Organization.objects.filter(path__in=wanted).values_list("path", "pk"))
    result: dict[int, dict[Key, Amounts]] = defaultdict(dict)
    for pk, portion in changes.items():
        for above in chain(paths[pk]):
            merge(result[ids[above]], portion)
    return result


def merge(into: dict[Key, Amounts], portion: Mapping[Key, Amounts]) -> None:
    """Add `portion` to `into`, key by key."""
    for key, (entries, people, hundredths) in portion.items():
        before = into.get(key)
        into[key] = (
            (before[0] + entries, before[1] + people, before[2] + hundredths)
            if before
            else (entries, people, hundredths)
        )


def read_sums(organizations: Iterable[int], *, but: Collection[int] = ()) -> dict[int, dict[Key, Amounts]]:
    """Return the sums of these organizations as they stand in the database, without those that are nought.

    `but` names years to leave out.
    """
    result: dict[int, dict[Key, Amounts]] = defaultdict(dict)
    rows = (
        Tally.objects.filter(organization__in=list(organizations))
        .exclude(year__in=but)
        .values_list("organization_id", "year", "who", "line", "entries", "people", "hundredths")
    )
    for pk, year, who, line, entries, people, hundredths in rows.iterator():
        if entries or people or hundredths:
            result[pk][year, who, line] = (entries, people, hundredths)
    return result
