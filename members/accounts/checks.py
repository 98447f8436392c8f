"""Refuses to start with a setting of the second factor that is not valid."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register
def staff_second_factor(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Return an error unless staff "may" or "must" have a second factor."""
    if settings.MEMBERS_STAFF_SECOND_FACTOR in ("may", "must"):
        return []
    return [
        Error(
            'MEMBERS_STAFF_SECOND_FACTOR is neither "may" nor "must".',
            hint="Set GUBEN_STAFF_SECOND_FACTOR to one of the two, or leave it out.",
            id="members.E001",
        )
    ]
