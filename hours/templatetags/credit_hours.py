"""Filters that write hours; known in every template."""

from decimal import Decimal

from django import template

from hours import formatting

register = template.Library()


@register.filter
def hours(number: Decimal | str | None) -> str:
    """Write hours bare: 26, 2.5, 0.75; the unit stands in the sentence."""
    return formatting.bare(number)


@register.filter
def credit_hours(number: Decimal | str | None) -> str:
    """Write hours with their unit: "2.5 credit hours"."""
    return formatting.with_unit(number)
