"""Filters for lengths of films and for shares; known in every template."""

from django import template

from foundation import durations

register = template.Library()
register.filter(durations.minutes)
register.filter(durations.clock)


@register.filter
def percent(share: float) -> int:
    """Return a share from 0 to 1 in whole percent, rounded down: 100 means all of it."""
    return int(share * 100)
