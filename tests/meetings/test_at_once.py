"""Each two that can touch one roll or one person, at once: real threads, on both databases."""

from functools import partial
from itertools import combinations
from typing import Any

import pytest
from django.db import connection

from hours.models import CreditEntry
from hours.tallies import rebuild, rows
from meetings.attendance.roll import Ticks
from meetings.models import Session
from meetings.sessions.entering import enter
from members.models import Member
from stations.roll import take_roll
from tests.threads import at_once

from .acts import ACTS, REFUSALS, Act, World, begin_watching, make_world
from .rolls import ids, meeting

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]
_THE_LOCK = "the ledger's lock"
_AT_ONCE = 4


def together(world: World, *acts: Act) -> None:
    """Do the acts at once; each ends, or is refused."""
    at_once(*[partial(act, world) for act in acts], refusals=REFUSALS)


def agrees() -> bool:
    run = rebuild.check()
    return (run.differing_organizations, run.corrected_members) == (0, 0)


def _meetings_of_all() -> list[list[Act]]:
    """Return groups of four acts in which each act meets each, itself included, at least once."""
    names = range(len(ACTS))
    left = set(combinations(names, 2))
    groups = [[one, one, other, other] for one, other in zip(names[::2], names[1::2], strict=True)]
    while left:
        group = list(min(left))
        while len(group) < _AT_ONCE:
            rest = [name for name in names if name not in group]
            group.append(max(rest, key=lambda new: sum((*sorted((new, one)),) in left for one in group)))
        left -= set(combinations(sorted(group), 2))
        groups.append(group)
    return [[ACTS[name] for name in group] for group in groups]


@pytest.mark.parametrize("acts", _meetings_of_all(), ids=lambda acts: "-".join(act.__name__ for act in acts))
def test_no_two_stop_each_other_and_the_sums_agree(acts: list[Act]) -> None:
    world = make_world()
    world.renew()
    together(world, *acts)
    assert agrees()


def test_all_at_once_end_as_well() -> None:
    world = make_world()
    world.renew()
    together(world, *ACTS)
    assert agrees()


def test_one_meeting_from_many_phones_is_one_meeting_with_everybody() -> None:
    world = make_world()
    world.renew()
    held = meeting(world.branch, world.session.starts_at, title="同一次")

    def save(person: Member) -> Act:
        def act(world: World) -> None:
            enter(world.secretary, held, ids(person, world.people[0]))

        return act

    together(world, *[save(person) for person in world.people])
    session = Session.objects.get(title="同一次")
    assert session.attendances.count() == len(world.people)


def test_one_station_roll_saved_from_many_phones_credits_everybody_once() -> None:
    world = make_world()
    world.renew()
    everybody = ids(*world.people)

    def save(world: World) -> None:
        take_roll(world.screening, world.chief, Ticks(everybody), shown=everybody)

    together(world, *[save] * 4)
    credits = CreditEntry.objects.filter(lecture_key=world.screening.session.lecture_key)
    assert sorted(credits.values_list("member", flat=True)) == sorted(everybody)


# Who begins to watch has no business with the ledger.
@pytest.mark.parametrize(
    "act", [act for act in ACTS if act is not begin_watching], ids=lambda act: act.__name__
)
def test_the_ledger_s_lock_comes_before_any_row(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the threads meet by chance only is read from what each transaction does, on either database."""
    world = make_world()
    world.renew()
    transactions: list[tuple[Any, list[str]]] = []
    take_lock = rows.lock

    def note(done: str) -> None:
        if connection.in_atomic_block:
            outermost = connection.atomic_blocks[0]
            if not transactions or transactions[-1][0] is not outermost:
                transactions.append((outermost, []))
            transactions[-1][1].append(done)

    def noted_lock() -> None:
        # SQLite is asked nothing for it, so the call is noted, not a statement.
        note(_THE_LOCK)
        take_lock()

    def noted_statement(execute: Any, sql: str, *rest: Any) -> Any:
        note(sql)
        return execute(sql, *rest)

    monkeypatch.setattr(rows, "lock", noted_lock)
    with connection.execute_wrapper(noted_statement):
        act(world)
    locking = [done for _block, done in transactions if _THE_LOCK in done]
    assert locking
    for done in locking:
        assert [sql for sql in done[: done.index(_THE_LOCK)] if _locks(sql)] == []


def _locks(sql: str) -> bool:
    return sql.startswith(("INSERT", "UPDATE", "DELETE")) or "FOR UPDATE" in sql or "FOR NO KEY" in sql
