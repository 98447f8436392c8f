"""Closing a year: from then on its books stand still, and what is still entered is late and says why.

Only a year that is over can be closed, and only by an administrator of the whole district. It is not opened
again: a late entry with its reason is the way to put something right.
"""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member, Organization, Role
from members.permissions import may

from .models import YearClosure


class ClosingRefusedError(Exception):
    """The year cannot be closed; the message is a sentence for the person who asked."""


class YearClosedError(Exception):
    """The entry belongs to a closed year and gives no reason for being late."""

    def __init__(self, year: int) -> None:
        super().__init__(
            _("The year %(year)s is closed. An entry for it needs a reason for being late.") % {"year": year}
        )


def is_closed(year: int) -> bool:
    """Return whether the books of `year` are closed. A year that is not over never is; no query then."""
    return year < this_year() and YearClosure.objects.filter(year=year).exists()


def closed_years() -> set[int]:
    """Return the years whose books are closed. One query."""
    return set(YearClosure.objects.values_list("year", flat=True))


def may_close(viewer: Member | AnonymousUser) -> bool:
    """Return whether `viewer` may close years: an administrator at the top of the tree."""
    return any(may(viewer, Role.Kind.ADMINISTRATOR, top) for top in Organization.get_root_nodes())


def close(year: int, closed_by: Member) -> YearClosure:
    """Close `year`. Raises `ClosingRefusedError` for a year that is not over, or is closed already."""
    if not may_close(closed_by):
        raise ClosingRefusedError(_("Only an administrator of the district can close a year."))
    if year >= this_year():
        raise ClosingRefusedError(_("The year %(year)s is not over yet.") % {"year": year})
    try:
        with transaction.atomic():
            return YearClosure.objects.create(year=year, closed_by=closed_by)
    except IntegrityError as fault:
        raise ClosingRefusedError(_("The year %(year)s is closed already.") % {"year": year}) from fault


def this_year() -> int:
    """Return the running calendar year in the district's time zone."""
    return today().year


def today() -> date:
    """Return the day in the district's time zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())
