"""Closing a year: from then on its figures no longer change, and what is still entered is late and says why.

Only a year that is over and has entries can be closed, and only by an administrator of the whole district. It
is not opened again: a late entry with its reason corrects what was wrong. What is kept is in
`hours.years.snapshot`.
"""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.calendar import this_year
from hours.models import CreditEntry, YearClosure
from hours.tallies import rebuild, rows
from members.models import Member, Organization, Role
from members.roles.permissions import may

from . import snapshot
from .tasks import request_standings


class ClosingRefusedError(Exception):
    """The year cannot be closed; the message is a sentence for the person who asked."""


def may_close(viewer: Member | AnonymousUser) -> bool:
    """Return whether `viewer` may close years: an administrator at the top of the tree."""
    return any(may(viewer, Role.Kind.ADMINISTRATOR, top) for top in Organization.get_root_nodes())


def close(year: int, closed_by: Member) -> YearClosure:
    """Close `year` and take a snapshot of its figures; a task then writes down each member's standing.

    Raises `ClosingRefusedError` for a year that is not over, is closed already or has no entries, and while
    the sums differ from the ledger.
    """
    if not may_close(closed_by):
        raise ClosingRefusedError(_("Only an administrator of the district can close a year."))
    if rebuild.last_fault():
        raise ClosingRefusedError(
            _("The sums of the statistics differ from the ledger. Please have them counted anew first.")
        )
    with transaction.atomic():
        # Whatever is credited or moved at the same moment comes wholly before or wholly after.
        rows.lock()
        _refuse(year)
        closure = YearClosure.objects.create(year=year, closed_by=closed_by)
        snapshot.take_snapshot(closure)
        request_standings(closure)
        return closure


def _refuse(year: int) -> None:
    """Raise `ClosingRefusedError` unless `year` is over, open and has entries. Needs the lock."""
    if year >= this_year():
        raise ClosingRefusedError(_("The year %(year)s is not over yet.") % {"year": year})
    if YearClosure.objects.filter(year=year).exists():
        raise ClosingRefusedError(_("The year %(year)s is closed already.") % {"year": year})
    if not CreditEntry.objects.filter(year=year).exists():
        raise ClosingRefusedError(
            _("The ledger holds nothing of %(year)s; there is nothing to close.") % {"year": year}
        )
