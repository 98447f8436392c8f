"""How minutes become credit hours (学时), by the rule that was valid on the day.

Hours are Decimals in multiples of the rule's step, rounded down: 44 minutes at 45 a credit hour and a step of
0.25 are 0.75 hours. Rules are data with a date (`CreditRule`), because regions differ.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from asgiref.local import Local
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from hours.models import CreditRule

# The rules while one request is answered, so that a list of lectures asks the database once.
_remembered = Local()


class NoCreditRuleError(LookupError):
    """No `CreditRule` is valid on the day; an administrator has to enter one first."""


def hours_for(minutes: int, on: date) -> Decimal:
    """Return the credit hours for `minutes` of study on the day `on`; 0 when they are too few for one step.

    Raises `NoCreditRuleError` for a day before the first rule and `ValueError` for negative minutes.
    """
    if minutes < 0:
        msg = "minutes cannot be negative"
        raise ValueError(msg)
    rule = rule_on(on)
    return Decimal(minutes) // (rule.minutes_per_hour * rule.step) * rule.step


def rule_on(day: date) -> CreditRule:
    """Return the latest rule that is valid on `day`; raise `NoCreditRuleError` if there is none."""
    for rule in _rules():
        if rule.valid_from <= day:
            return rule
    msg = f"no credit rule is valid on {day}"
    raise NoCreditRuleError(msg)


def _rules() -> list[CreditRule]:
    """Return all rules, newest first."""
    remembered: dict[str, list[CreditRule]] | None = getattr(_remembered, "of_request", None)
    if remembered is None:
        return list(CreditRule.objects.order_by("-valid_from"))
    if "rules" not in remembered:
        remembered["rules"] = list(CreditRule.objects.order_by("-valid_from"))
    return remembered["rules"]


@receiver(request_started)
def _remember(**kwargs: Any) -> None:
    _remembered.of_request = {}


@receiver(request_finished)
def _forget(**kwargs: Any) -> None:
    _remembered.of_request = None


@receiver([post_save, post_delete], sender=CreditRule)
def _rules_changed(**kwargs: Any) -> None:
    if getattr(_remembered, "of_request", None) is not None:
        _remembered.of_request = {}
