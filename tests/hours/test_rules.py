"""Minutes become hours by the rule of the day, rounded down."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from pytest_django import DjangoAssertNumQueries

from hours.ledger.credit_rules import NoCreditRuleError, hours_for, rule_on
from hours.models import CreditRule

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [
        (0, "0"),
        (5, "0"),
        (11, "0"),
        (12, "0.25"),
        (22, "0.25"),
        (23, "0.50"),
        (44, "0.75"),
        (45, "1"),
        (46, "1"),
        (56, "1"),
        (57, "1.25"),
        (90, "2"),
        (480, "10.50"),
    ],
)
def test_hours_are_rounded_down_to_quarters_of_45_minutes(minutes: int, hours: str) -> None:
    assert hours_for(minutes, DAY) == Decimal(hours)


def test_the_rule_of_the_day_counts_not_the_newest() -> None:
    CreditRule.objects.create(valid_from=DAY, minutes_per_hour=60, step=Decimal("0.5"))
    assert hours_for(89, date(2026, 3, 4)) == Decimal("1.75")
    assert hours_for(89, DAY) == Decimal("1")
    assert hours_for(90, DAY) == Decimal("1.5")


def test_a_step_that_does_not_divide_the_hour_loses_nothing_to_binary_fractions() -> None:
    CreditRule.objects.create(valid_from=DAY, minutes_per_hour=50, step=Decimal("0.1"))
    assert [hours_for(minutes, DAY) for minutes in (5, 15, 35)] == [
        Decimal("0.1"),
        Decimal("0.3"),
        Decimal("0.7"),
    ]


def test_a_day_before_every_rule_is_an_error() -> None:
    with pytest.raises(NoCreditRuleError):
        hours_for(45, date(1999, 12, 31))


def test_negative_minutes_are_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        hours_for(-1, DAY)


@contextmanager
def request() -> Iterator[None]:
    """Do as within one request, on the connection that the test's transaction lives on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    request_started.send(sender=None, environ={})
    try:
        yield
    finally:
        request_finished.send(sender=None)
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def test_one_request_reads_the_rules_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with request(), django_assert_num_queries(1):
        for minutes in range(30):
            hours_for(minutes, DAY)


def test_a_rule_laid_down_within_a_request_counts_at_once() -> None:
    with request():
        assert rule_on(DAY).minutes_per_hour == 45
        CreditRule.objects.create(valid_from=DAY, minutes_per_hour=60)
        assert rule_on(DAY).minutes_per_hour == 60
    assert rule_on(DAY).minutes_per_hour == 60
