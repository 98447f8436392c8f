"""Each two that can touch one roll or one person, at once: real threads, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from hours.models import CreditEntry
from hours.tallies import rebuild
from meetings.attendance.roll import Ticks
from meetings.models import Session
from meetings.sessions.entering import enter
from members.models import Member
from stations.roll import take_roll

from . import at_once
from .rolls import ids, meeting

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]


def together(world: at_once.World, *acts: Callable[[at_once.World], None]) -> list[str]:
    """Run the acts at once; return the faults of those that failed by more than a refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[at_once.World], None]) -> str:
        try:
            connection.ensure_connection()
            start.wait()
            act(world)
        except at_once.REFUSALS:
            return ""
        except Exception as fault:
            return f"{act.__name__}: {fault!r}"
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return [fault for fault in pool.map(run, acts) if fault]


def agrees() -> bool:
    run = rebuild.check()
    return (run.differing_organizations, run.corrected_members) == (0, 0)


@pytest.mark.parametrize("first", at_once.ACTS, ids=lambda act: act.__name__)
def test_no_two_stop_each_other_and_the_sums_agree(first: Callable[[at_once.World], None]) -> None:
    world = at_once.make_world()
    faults = {}
    pairs = [pair for pair in combinations_with_replacement(at_once.ACTS, 2) if pair[0] is first]
    for _first, second in pairs:
        world.renew()
        if found := together(world, first, second):
            faults[second.__name__] = found
    assert faults == {}
    assert agrees()


def test_all_at_once_end_as_well() -> None:
    world = at_once.make_world()
    world.renew()
    assert together(world, *at_once.ACTS) == []
    assert agrees()


def test_one_meeting_from_many_phones_is_one_meeting_with_everybody() -> None:
    world = at_once.make_world()
    world.renew()
    held = meeting(world.branch, world.session.starts_at, title="同一次")

    def save(person: Member) -> Callable[[at_once.World], None]:
        def act(world: at_once.World) -> None:
            enter(world.secretary, held, ids(person, world.people[0]))

        return act

    assert together(world, *[save(person) for person in world.people]) == []
    session = Session.objects.get(title="同一次")
    assert session.attendances.count() == len(world.people)


def test_one_station_roll_saved_from_many_phones_credits_everybody_once() -> None:
    world = at_once.make_world()
    world.renew()
    everybody = ids(*world.people)

    def save(world: at_once.World) -> None:
        take_roll(world.screening, world.chief, Ticks(everybody), shown=everybody)

    assert together(world, *[save] * 4) == []
    credits = CreditEntry.objects.filter(lecture_key=world.screening.session.lecture_key)
    assert sorted(credits.values_list("member", flat=True)) == sorted(everybody)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer and needs no lock")
@pytest.mark.parametrize("act", at_once.ACTS, ids=lambda act: act.__name__)
def test_the_ledger_s_lock_comes_before_any_row(act: Callable[[at_once.World], None]) -> None:
    """What the threads meet by chance only is read from the statements of each transaction."""
    world = at_once.make_world()
    world.renew()
    transactions: list[tuple[Any, list[str]]] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if connection.in_atomic_block:
            outermost = connection.atomic_blocks[0]
            if not transactions or transactions[-1][0] is not outermost:
                transactions.append((outermost, []))
            transactions[-1][1].append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        act(world)
    locking = [sqls for _block, sqls in transactions if any("advisory" in sql for sql in sqls)]
    assert locking
    for sqls in locking:
        before = sqls[: next(n for n, sql in enumerate(sqls) if "advisory" in sql)]
        assert [sql for sql in before if _locks(sql)] == []


def _locks(sql: str) -> bool:
    return sql.startswith(("INSERT", "UPDATE", "DELETE")) or "FOR UPDATE" in sql or "FOR NO KEY" in sql
