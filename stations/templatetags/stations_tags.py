"""How this room's pages write lengths of time."""

from django import template

register = template.Library()


@register.filter
def film_minutes(seconds: float) -> int:
    """Return `seconds` of film as whole minutes, at least one."""
    return max(1, round(seconds / 60))


@register.filter
def percent(share: float) -> int:
    """Return a share from 0 to 1 in whole percent, rounded down: 100 means all of it."""
    return int(share * 100)
