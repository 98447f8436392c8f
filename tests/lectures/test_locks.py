"""Heartbeats, beginnings, completions and rolls of the same people at once: no deadlock, one credit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from hours import ledger
from hours.models import CreditEntry, DeliveryKind
from hours.tallies import rows
from lectures.models import Lecture, WatchProgress, WatchSession
from lectures.watching import open_session, record
from members.models import Member
from tests.builders import make_branch, make_district, make_member
from tests.threads import at_once

from .films import after, make_film_lecture, open_at

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ROUNDS = 6


def credit_from_a_roll(member: Member, lecture: Lecture) -> None:
    ledger.credit(
        member,
        lecture_key=lecture.lesson_key,
        title=lecture.title,
        minutes=45,
        delivery_kind=DeliveryKind.GROUP_STUDY,
        earned_on=after(0).date(),
        basis={},
    )


def closing(work: Callable[[], object]) -> None:
    """Do `work` on a connection of its own."""
    try:
        work()
    finally:
        connection.close()


def test_the_last_heartbeat_the_next_lesson_and_a_roll_at_once() -> None:
    member = make_member(make_branch(make_district()))
    following = make_film_lecture(100, "下一讲")
    for n in range(ROUNDS):
        lecture = make_film_lecture(100, f"第{n}讲", credit_minutes=45)
        token = open_at(member, lecture, after(1000 * n))
        last = partial(record, token, [[0, 100]], 100, 1, after(1000 * n + 80))
        at_once(
            last,
            last,
            partial(open_session, member, following, after(1000 * n + 90)),
            partial(credit_from_a_roll, member, lecture),
        )
        assert CreditEntry.objects.filter(lecture_key=lecture.lesson_key).count() == 1
        assert WatchProgress.objects.get(lecture_key=lecture.lesson_key).completed_at is not None
    assert WatchSession.objects.filter(closed_at=None).count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer, who waits for nobody.")
def test_who_waits_for_the_ledger_holds_no_watch_session() -> None:
    """While somebody writes into the ledger, a heartbeat that completes waits and the next lesson begins."""
    member = make_member(make_branch(make_district()))
    token = open_at(member, make_film_lecture(100, credit_minutes=45), after(0))
    following = make_film_lecture(100, "下一讲")
    locked, begun = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            rows.lock()
            locked.set()
            assert begun.wait(60)

    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(closing, write)
        assert locked.wait(60)
        completing = pool.submit(closing, partial(record, token, [[0, 100]], 100, 1, after(80)))
        while not WatchProgress.objects.filter(seconds_seen=100).exists():
            assert not completing.done()
        assert not CreditEntry.objects.exists()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '20s'")
            open_session(member, following, after(90))
        begun.set()
        writing.result(60)
        completing.result(60)
    assert CreditEntry.objects.count() == 1
