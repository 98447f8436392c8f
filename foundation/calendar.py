"""Days and years in the district's time zone."""

from datetime import date, datetime

from django.utils import timezone


def today() -> date:
    """Return the present day in the district's time zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def this_year() -> int:
    """Return the present calendar year in the district's time zone."""
    return today().year


def day_of(moment: datetime) -> date:
    """Return the day in the district's time zone on which the aware `moment` lies."""
    return timezone.localdate(moment, timezone.get_default_timezone())
