"""Many at once: the database file is real, and so are the threads."""

from datetime import date
from functools import partial
from itertools import cycle, islice
from uuid import uuid4

import pytest

from hours.ledger import Outcome, ReversalRefusedError, credit, reverse
from hours.models import CreditEntry
from members.models import Member
from tests import builders
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AT_ONCE = 50


def test_the_same_lesson_from_many_sides_gives_one_entry() -> None:
    member = builders.make_member(builders.make_branch(builders.make_district()))
    lesson = uuid4()

    def watch_or_attend(kind: str) -> Outcome:
        return credit(
            Member(pk=member.pk),
            lecture_key=lesson,
            title="春耕",
            minutes=45,
            delivery_kind=kind,
            earned_on=date(2026, 4, 1),
            basis={},
        ).outcome

    kinds = islice(cycle(["online", "station", "field"]), AT_ONCE)
    outcomes = at_once(*[partial(watch_or_attend, kind) for kind in kinds])
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

    def take_back() -> CreditEntry:
        return reverse(CreditEntry.objects.get(pk=entry.pk), reason="更正", recorded_by=None)

    outcomes = at_once(*[take_back] * AT_ONCE, refusals=(ReversalRefusedError,))
    assert sum(isinstance(outcome, CreditEntry) for outcome in outcomes) == 1
    assert CreditEntry.objects.count() == 2
