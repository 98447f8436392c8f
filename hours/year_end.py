"""Closing a year: from then on its books stand still, and what is still entered is late and says why.

Only a year that is over can be closed, and only by an administrator of the whole district. It is not opened
again: a late entry with its reason is the way to put something right. What stands still is in
`hours.freezing`.
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


class NamedError(YearClosedError):
    """The reason for a late entry holds who the member is; the ledger could never forget it."""

    def __init__(self) -> None:
        Exception.__init__(
            self,
            _(
                "Please leave the member's name and number out of the reason; what is written here stays for "
                "good."
            ),
        )


def is_closed(year: int) -> bool:
    """Return whether the books of `year` are closed. A year that is not over never is; no query then."""
    return year < this_year() and YearClosure.objects.filter(year=year).exists()


def closing_of(year: int) -> YearClosure | None:
    """Return the closing of `year` if its figures stand still since. A year that is not over has none."""
    if year >= this_year():
        return None
    return YearClosure.objects.filter(year=year, names__isnull=False).first()


def frozen_years() -> set[int]:
    """Return the years whose figures stand still. One query.

    Whoever writes sums asks after having taken their turn (`tally_rows.take_turn`), as closing does.
    """
    return set(YearClosure.objects.filter(names__isnull=False).values_list("year", flat=True))


def closed_years() -> set[int]:
    """Return the years whose books are closed. One query."""
    return set(YearClosure.objects.values_list("year", flat=True))


def may_close(viewer: Member | AnonymousUser) -> bool:
    """Return whether `viewer` may close years: an administrator at the top of the tree."""
    return any(may(viewer, Role.Kind.ADMINISTRATOR, top) for top in Organization.get_root_nodes())


def close(year: int, closed_by: Member) -> YearClosure:
    """Close `year` and let its figures stand still; a task then writes down each member's standing.

    Raises `ClosingRefusedError` for a year that is not over or is closed already, and while the sums differ
    from the ledger.
    """
    from . import freezing, recounting, tally_rows, tasks  # noqa: PLC0415  they ask this module what is closed

    if not may_close(closed_by):
        raise ClosingRefusedError(_("Only an administrator of the district can close a year."))
    if year >= this_year():
        raise ClosingRefusedError(_("The year %(year)s is not over yet.") % {"year": year})
    if recounting.last_fault():
        raise ClosingRefusedError(
            _("The sums of the statistics differ from the ledger. Please have them counted anew first.")
        )
    try:
        with transaction.atomic():
            # Whatever is credited or moved at the same moment comes wholly before or wholly after.
            tally_rows.take_turn()
            closure = YearClosure.objects.create(year=year, closed_by=closed_by)
            freezing.freeze(closure)
            transaction.on_commit(lambda: tasks.write_standings.enqueue(year))
            return closure
    except IntegrityError as fault:
        raise ClosingRefusedError(_("The year %(year)s is closed already.") % {"year": year}) from fault


def this_year() -> int:
    """Return the running calendar year in the district's time zone."""
    return today().year


def today() -> date:
    """Return the day in the district's time zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())
