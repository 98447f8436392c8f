"""Counting all sums anew from the ledger, and checking them against it.

Both go through people first (who moved unnoticed is counted where they belong now), then through
organizations from the leaves to the root. What an organization's sums should be is what its own members'
entries give, plus the sums of the organizations right below it. A check notes what differs; a rebuild
replaces it. Of closed years with a snapshot only the line of late entries is compared: nothing else of them
can be counted anew. Both run in small transactions, so that hours can
be credited meanwhile, and may be stopped and started again at any time.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models.functions import Left
from django.utils import timezone

from hours.closed_years import snapshot_years
from hours.models import CountedMember, Tally, TallyCheck
from members.models import Member, Organization

from . import late, rows
from .counting import count_members, facts_of, report_groups
from .lines import Amounts, Key, Person, contribution, difference

logger = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 2000
ORGANIZATIONS_AT_ONCE = 100
NIGHT = range(1, 5)  # hours of the clock at which the check may run
EVERY = timedelta(hours=20)
AT_LATEST = timedelta(hours=48)

Sums = dict[int, dict[Key, Amounts]]
_T = TypeVar("_T")


def check(run: TallyCheck | None = None) -> TallyCheck:
    """Compare all sums with the ledger; leave them as they are, and say loudly when they differ."""
    run = _run(run or TallyCheck(purpose=TallyCheck.Purpose.CHECK), repair=False)
    if run.differing_organizations:
        logger.error(
            "The sums of %s organizations differ from the ledger of study hours; "
            "`manage.py rebuild_tallies` counts them anew.",
            run.differing_organizations,
        )
    return run


def rebuild(run: TallyCheck | None = None) -> TallyCheck:
    """Count all sums anew from the ledger."""
    return _run(run or TallyCheck(purpose=TallyCheck.Purpose.REBUILD), repair=True)


def is_due(now: datetime) -> bool:
    """Return whether the nightly check should run at `now`: at night, or by day if it is long overdue."""
    last = TallyCheck.objects.filter(finished_at__isnull=False).first()
    if last is None:
        return True
    age = now - last.started_at
    return age >= AT_LATEST or (age >= EVERY and timezone.localtime(now).hour in NIGHT)


def last_fault() -> TallyCheck | None:
    """Return the latest finished run if it left sums that differ from the ledger."""
    last = TallyCheck.objects.filter(finished_at__isnull=False).first()
    return (
        last if last and last.differing_organizations and last.purpose == TallyCheck.Purpose.CHECK else None
    )


def _run(run: TallyCheck, *, repair: bool) -> TallyCheck:
    people = Member.objects.order_by("pk").values_list("pk", flat=True)
    depths = sorted(set(Organization.objects.order_by().values_list("depth", flat=True)), reverse=True)
    run.total = people.count() + Organization.objects.count()
    run.done = run.corrected_members = run.differing_organizations = 0
    run.save()

    def progress(amount: int) -> None:
        run.done += amount
        run.save(update_fields=["done", "corrected_members", "differing_organizations"])

    _in_chunks(people.iterator(), PEOPLE_AT_ONCE, lambda ids: _correct_members(run, ids), progress)
    for depth in depths:
        level = Organization.objects.filter(depth=depth).order_by("path")
        _in_chunks(
            level.iterator(),
            ORGANIZATIONS_AT_ONCE,
            lambda units: _compare(run, units, repair=repair),
            progress,
        )
    _compare_late(run, repair=repair)
    run.finished_at = timezone.now()
    run.save()
    return run


def _in_chunks(
    items: Iterator[_T], size: int, work: Callable[[list[_T]], None], progress: Callable[[int], None]
) -> None:
    chunk: list[_T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            work(chunk)
            progress(len(chunk))
            chunk = []
    if chunk:
        work(chunk)
        progress(len(chunk))


def _correct_members(run: TallyCheck, ids: list[int]) -> None:
    run.corrected_members += count_members(ids)


def _compare(run: TallyCheck, units: list[Organization], *, repair: bool) -> None:
    with transaction.atomic():
        rows.lock()
        kept = snapshot_years()
        expected = _expected(units, kept)
        stored = rows.read_sums((unit.pk for unit in units), but=kept)
        for unit in units:
            change = difference(expected.get(unit.pk, {}), stored.get(unit.pk, {}))
            if not change:
                continue
            run.differing_organizations += 1
            if repair:
                rows.add_exactly({unit.pk: change})
        if repair:
            Tally.objects.filter(
                organization__in=[unit.pk for unit in units], entries=0, people=0, hundredths=0
            ).exclude(year__in=kept).delete()


def _compare_late(run: TallyCheck, *, repair: bool) -> None:
    with transaction.atomic():
        rows.lock()
        changes = late.compare(snapshot_years())
        run.differing_organizations += len(changes)
        if repair:
            rows.add_exactly(changes)


def _expected(units: Iterable[Organization], kept: set[int]) -> Sums:
    """Return what the sums of `units` should be, without the years `kept`, of which there are snapshots."""
    units = list(units)
    sums: Sums = {unit.pk: {} for unit in units}
    groups = report_groups()
    counted = CountedMember.objects.filter(organization__in=sums)
    people = {
        row.pk: Person(row.organization_id, tuple(row.categories), row.is_secretary, row.has_left)
        for row in counted
    }
    facts = facts_of(counted.values("pk"))
    learned = set()
    for pk, theirs in facts:
        learned.add(pk)
        rows.merge(_of(sums, people[pk]), contribution(people[pk], theirs, groups))
    for pk, person in people.items():
        if pk not in learned:
            rows.merge(_of(sums, person), contribution(person, [], groups))
    parents = {unit.path: unit.pk for unit in units}
    below = Organization.objects.filter(depth=units[0].depth + 1).annotate(
        above=Left("path", units[0].depth * Organization.steplen)
    )
    children = {
        pk: parents[above]
        for pk, above in below.filter(above__in=parents).order_by().values_list("pk", "above")
    }
    for pk, below_sums in rows.read_sums(children, but=kept).items():
        rows.merge(sums[children[pk]], below_sums)
    return sums


def _of(sums: Sums, person: Person) -> dict[Key, Amounts]:
    assert person.organization_id is not None  # noqa: S101  the query named organizations
    return sums[person.organization_id]
