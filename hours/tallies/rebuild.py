"""Counting all sums anew from the ledger, and checking them against it.

Both are the same walk: people first (who moved unnoticed is counted where they belong now), then
organizations from the leaves to the root. What an organization's sums should be is what its own members'
entries give, plus the sums of the organizations right below it. A check notes what differs; a rebuild
replaces it. Years that are closed stand still and are passed over. Both go in small transactions, so that
hours can be credited meanwhile, and may be stopped and started again at any time.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models.functions import Left
from django.utils import timezone

from hours.closed_years import frozen_years
from hours.models import CountedMember, Recount, ReportGroup, Tally
from members.models import Member, Organization

from . import rows
from .counting import facts_of, settle
from .lines import Amounts, Key, Person, difference, portion

logger = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 2000
ORGANIZATIONS_AT_ONCE = 100
NIGHT = range(1, 5)  # hours of the clock at which the check may run
EVERY = timedelta(hours=20)
AT_LATEST = timedelta(hours=48)

Sums = dict[int, dict[Key, Amounts]]
_T = TypeVar("_T")


def check(run: Recount | None = None) -> Recount:
    """Compare all sums with the ledger; leave them as they are, and say loudly when they differ."""
    run = _walk(run or Recount(purpose=Recount.Purpose.CHECK), repair=False)
    if run.differing:
        logger.error(
            "The sums of %s organizations differ from the ledger of study hours; "
            "`manage.py rebuild_tallies` counts them anew.",
            run.differing,
        )
    return run


def rebuild(run: Recount | None = None) -> Recount:
    """Count all sums anew from the ledger."""
    return _walk(run or Recount(purpose=Recount.Purpose.REBUILD), repair=True)


def request_rebuild() -> Recount:
    """Have the workers count all sums anew; return the run, whose progress can be watched."""
    from hours.tasks import rebuild_tallies  # noqa: PLC0415  the task calls this module

    with transaction.atomic():
        run = Recount.objects.create(purpose=Recount.Purpose.REBUILD)
        transaction.on_commit(lambda: rebuild_tallies.enqueue(run.pk))
    return run


def is_due(now: datetime) -> bool:
    """Return whether the nightly check should run at `now`: at night, or by day if it is long overdue."""
    last = Recount.objects.filter(finished_at__isnull=False).first()
    if last is None:
        return True
    age = now - last.started_at
    return age >= AT_LATEST or (age >= EVERY and timezone.localtime(now).hour in NIGHT)


def last_fault() -> Recount | None:
    """Return the latest finished run if it left sums that differ from the ledger."""
    last = Recount.objects.filter(finished_at__isnull=False).first()
    return last if last and last.differing and last.purpose == Recount.Purpose.CHECK else None


def _walk(run: Recount, *, repair: bool) -> Recount:
    people = Member.objects.order_by("pk").values_list("pk", flat=True)
    depths = sorted(set(Organization.objects.order_by().values_list("depth", flat=True)), reverse=True)
    run.total = people.count() + Organization.objects.count()
    run.done = run.caught_up = run.differing = 0
    run.save()

    def step(amount: int) -> None:
        run.done += amount
        run.save(update_fields=["done", "caught_up", "differing"])

    _in_chunks(people.iterator(), PEOPLE_AT_ONCE, lambda ids: _catch_up(run, ids), step)
    for depth in depths:
        level = Organization.objects.filter(depth=depth).order_by("path")
        _in_chunks(
            level.iterator(),
            ORGANIZATIONS_AT_ONCE,
            lambda units: _recount(run, units, repair=repair),
            step,
        )
    run.finished_at = timezone.now()
    run.save()
    return run


def _in_chunks(
    items: Iterator[_T], size: int, work: Callable[[list[_T]], None], step: Callable[[int], None]
) -> None:
    chunk: list[_T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            work(chunk)
            step(len(chunk))
            chunk = []
    if chunk:
        work(chunk)
        step(len(chunk))


def _catch_up(run: Recount, ids: list[int]) -> None:
    run.caught_up += settle(ids)


def _recount(run: Recount, units: list[Organization], *, repair: bool) -> None:
    with transaction.atomic():
        rows.take_turn()
        frozen = frozen_years()
        due = _due(units, frozen)
        there = rows.stored((unit.pk for unit in units), but=frozen)
        for unit in units:
            change = difference(due.get(unit.pk, {}), there.get(unit.pk, {}))
            if not change:
                continue
            run.differing += 1
            if repair:
                rows.add_exactly({unit.pk: change})
        if repair:
            Tally.objects.filter(
                organization__in=[unit.pk for unit in units], entries=0, people=0, hundredths=0
            ).exclude(year__in=frozen).delete()


def _due(units: Iterable[Organization], frozen: set[int]) -> Sums:
    """Return what the sums of `units` should be, but for the years `frozen`, which stand still."""
    units = list(units)
    sums: Sums = {unit.pk: {} for unit in units}
    groups = list(ReportGroup.objects.all())
    counted = CountedMember.objects.filter(organization__in=sums)
    people = {
        row.pk: Person(row.organization_id, tuple(row.categories), row.is_secretary, row.has_left)
        for row in counted
    }
    facts = facts_of(counted.values("pk"))
    learned = set()
    for pk, theirs in facts:
        learned.add(pk)
        rows.merge(_of(sums, people[pk]), portion(people[pk], theirs, groups))
    for pk, person in people.items():
        if pk not in learned:
            rows.merge(_of(sums, person), portion(person, [], groups))
    parents = {unit.path: unit.pk for unit in units}
    below = Organization.objects.filter(depth=units[0].depth + 1).annotate(
        above=Left("path", units[0].depth * Organization.steplen)
    )
    children = {
        pk: parents[above]
        for pk, above in below.filter(above__in=parents).order_by().values_list("pk", "above")
    }
    for pk, theirs_too in rows.stored(children, but=frozen).items():
        rows.merge(sums[children[pk]], theirs_too)
    return sums


def _of(sums: Sums, person: Person) -> dict[Key, Amounts]:
    assert person.organization_id is not None  # noqa: S101  the query named organizations
    return sums[person.organization_id]
