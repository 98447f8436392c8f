"""Many at once: the database file is real, and so are the threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle, islice
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from hours.ledger import Outcome, ReversalRefusedError, credit, reverse
from hours.models import CreditEntry
from members.models import Member
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AT_ONCE = 50


def test_the_same_lesson_from_many_sides_gives_one_entry() -> None:
    member = builders.make_member(builders.make_branch(builders.make_district()))
    lesson = uuid4()
    start = Barrier(AT_ONCE)

    def watch_and_attend(kind: str) -> Outcome:
        start.wait()
        try:
            return credit(
                Member(pk=member.pk),
                lecture_key=lesson,
                title="春耕",
                minutes=45,
                delivery_kind=kind,
                earned_on=date(2026, 4, 1),
                basis={},
            ).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(watch_and_attend, islice(cycle(["online", "station", "field"]), AT_ONCE)))
    assert sorted(outcome.value for outcome in outcomes) == ["already"] * (AT_ONCE - 1) + ["credited"]
    assert CreditEntry.objects.count() == 1


def test_the_same_entry_is_taken_back_once() -> None:
    member = builders.make_member(builders.make_branch(builders.make_district()))
    entry = credit(
        member,
        lecture_key=uuid4(),
        title="春耕",
        minutes=45,
        delivery_kind="online",
        earned_on=date(2026, 4, 1),
        basis={},
    ).entry
    assert entry is not None
    start = Barrier(AT_ONCE)

    def take_back(n: int) -> bool:
        start.wait()
        try:
            reverse(CreditEntry.objects.get(pk=entry.pk), reason=f"更正{n}", recorded_by=None)
        except ReversalRefusedError:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(take_back, range(AT_ONCE))) == 1
    assert CreditEntry.objects.count() == 2
