"""Template filters of this room."""

from django import template

register = template.Library()


@register.filter
def minutes_and_seconds(seconds: float) -> str:
    """Write a length in seconds as 12:05, or 1:12:05 from one hour on."""
    minutes, rest = divmod(round(seconds or 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
