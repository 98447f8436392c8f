"""The ledger: once per lesson and year, undone only by opposite entries."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hours import ledger
from hours.ledger import ALREADY, CREDITED, TOO_SHORT, Credit, ReversalRefusedError, credit, reverse
from hours.models import CreditEntry, DeliveryKind, Subject
from members.models import Member
from tests import builders

pytestmark = pytest.mark.django_db
LESSON = UUID("7c9a1d9e-0000-4000-8000-000000000001")


def give(member: Member, lesson: UUID = LESSON, **facts: Any) -> Credit:
    """Credit a lesson of 45 minutes watched on 5 March 2026, except where `facts` say otherwise."""
    usual: dict[str, Any] = {
        "title": "白菜怎么种",
        "minutes": 45,
        "delivery_kind": DeliveryKind.ONLINE,
        "earned_on": date(2026, 3, 5),
        "basis": {"seconds_seen": 2700},
    }
    return credit(member, lecture_key=lesson, **(usual | facts))


def test_a_credit_stores_every_fact(member: Member) -> None:
    subject = Subject.objects.get(code="farming")
    secretary = builders.make_member(member.organization)
    given_credit = give(
        member,
        subject=subject,
        place="青禾村站点",
        delivery_kind=DeliveryKind.STATION,
        minutes=50,
        recorded_by=secretary,
    )
    assert given_credit.outcome is CREDITED
    entry = CreditEntry.objects.get()
    assert entry == given_credit.entry
    assert (entry.member, entry.year, entry.lecture_key, entry.title) == (member, 2026, LESSON, "白菜怎么种")
    assert (entry.subject, entry.place, entry.delivery_kind) == (subject, "青禾村站点", "station")
    assert (entry.minutes, entry.hours, entry.earned_on) == (50, Decimal("1.00"), date(2026, 3, 5))
    assert (entry.basis, entry.recorded_by, entry.reverses, entry.reason) == (
        {"seconds_seen": 2700},
        secretary,
        None,
        "",
    )


def test_a_lesson_counts_once_a_year_however_it_was_taken(member: Member) -> None:
    first = give(member)
    again = give(member, delivery_kind=DeliveryKind.STATION, earned_on=date(2026, 12, 31), minutes=90)
    assert again == Credit(ALREADY, first.entry)
    assert CreditEntry.objects.count() == 1


def test_another_year_another_lesson_and_another_member_count(member: Member) -> None:
    neighbour = builders.make_member(member.organization)
    outcomes = [
        give(member).outcome,
        give(member, earned_on=date(2027, 1, 1)).outcome,
        give(member, uuid4()).outcome,
        give(neighbour).outcome,
    ]
    assert outcomes == [CREDITED] * 4


def test_too_short_writes_nothing(member: Member) -> None:
    assert give(member, minutes=5) == Credit(TOO_SHORT, None)
    assert CreditEntry.objects.count() == 0


def test_the_year_is_the_districts(member: Member) -> None:
    # 16:30 UTC on New Year's Eve is half past midnight in Shanghai.
    entry = give(member, earned_on=datetime(2026, 12, 31, 16, 30, tzinfo=UTC)).entry
    assert entry is not None
    assert (entry.year, entry.earned_on) == (2027, date(2027, 1, 1))


def test_a_reversal_is_an_opposite_entry_of_the_same_year(member: Member) -> None:
    secretary = builders.make_member(member.organization)
    entry = give(member).entry
    assert entry is not None
    back = reverse(entry, reason=" 登记错了人 ", recorded_by=secretary)
    assert (back.hours, back.year, back.earned_on) == (Decimal("-1.00"), 2026, entry.earned_on)
    assert (back.reverses, back.reason, back.recorded_by) == (entry, "登记错了人", secretary)
    assert CreditEntry.objects.aggregate(sum=Sum("hours"))["sum"] == 0
    long_ago = give(member, earned_on=date(2020, 6, 1)).entry
    assert long_ago is not None
    assert reverse(long_ago, reason="登记错了人", recorded_by=secretary).year == 2020


def test_after_a_reversal_the_lesson_counts_again_once(member: Member) -> None:
    entry = give(member).entry
    assert entry is not None
    reverse(entry, reason="登记错了人", recorded_by=None)
    assert ledger.credited_lectures(member, 2026) == set()
    assert [give(member).outcome, give(member).outcome] == [CREDITED, ALREADY]
    assert ledger.credited_lectures(member, 2026) == {LESSON}


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reversal_needs_a_reason(member: Member, reason: str) -> None:
    entry = give(member).entry
    assert entry is not None
    with pytest.raises(ReversalRefusedError):
        reverse(entry, reason=reason, recorded_by=None)
    assert CreditEntry.objects.count() == 1


def test_nothing_is_reversed_twice_and_no_reversal_is_reversed(member: Member) -> None:
    entry = give(member).entry
    assert entry is not None
    back = reverse(entry, reason="登记错了人", recorded_by=None)
    for wrong in (entry, back):
        with pytest.raises(ReversalRefusedError):
            reverse(wrong, reason="再来一次", recorded_by=None)
    assert CreditEntry.objects.count() == 2


def test_a_fault_other_than_a_second_credit_is_not_hidden(member: Member) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        give(member, title=None)
    assert CreditEntry.objects.count() == 0


def test_credited_lectures_are_the_members_own_of_that_year(member: Member) -> None:
    neighbour = builders.make_member(member.organization)
    other = uuid4()
    give(member)
    give(member, other, earned_on=date(2025, 6, 1))
    give(neighbour, uuid4())
    assert ledger.credited_lectures(member, 2026) == {LESSON}
    assert ledger.credited_lectures(member, 2025) == {other}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["credit", "reverse"]),
        st.integers(0, 2),  # lesson
        st.sampled_from([2025, 2026]),
        st.integers(0, 200),  # minutes
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_nobody_is_credited_twice(
    branch: Any, steps: list[tuple[str, int, int, int]]
) -> None:
    lessons = [uuid4() for _ in range(3)]
    member = builders.make_member(branch)
    held: dict[tuple[UUID, int], CreditEntry] = {}
    for action, number, year, minutes in steps:
        slot = (lessons[number], year)
        if action == "credit":
            result = give(member, slot[0], minutes=minutes, earned_on=date(year, 5, 5))
            if minutes < 12:
                assert result.outcome is TOO_SHORT
            elif slot in held:
                assert result == Credit(ALREADY, held[slot])
            else:
                assert result.outcome is CREDITED
                assert result.entry is not None
                held[slot] = result.entry
        elif slot in held:
            reverse(held.pop(slot), reason="更正", recorded_by=None)

    rows = CreditEntry.objects.filter(member=member)
    for year in (2025, 2026):
        expected = {lesson for lesson, of in held if of == year}
        assert ledger.credited_lectures(member, year) == expected
        total = rows.filter(year=year).aggregate(sum=Sum("hours"))["sum"] or Decimal(0)
        assert total == sum((e.hours for (_, of), e in held.items() if of == year), Decimal(0))
