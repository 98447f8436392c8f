"""Which calendar years are closed, and the errors of entries for them."""

from django.utils.translation import gettext as _

from foundation.calendar import this_year
from hours.models import YearClosure


class YearClosedError(Exception):
    """The entry belongs to a closed year and gives no reason for being late."""

    def __init__(self, year: int) -> None:
        super().__init__(
            _("The year %(year)s is closed. An entry for it needs a reason for being late.") % {"year": year}
        )


class NamesMemberError(YearClosedError):
    """Words for the ledger hold who the member is; it could never forget them."""

    def __init__(self) -> None:
        Exception.__init__(
            self,
            _(
                "Please leave the member's name and number out of what you write here; it stays in the "
                "ledger for good."
            ),
        )


def is_closed(year: int) -> bool:
    """Return whether the books of `year` are closed. A year that is not over never is; no query then."""
    return year < this_year() and YearClosure.objects.filter(year=year).exists()


def closing_of(year: int) -> YearClosure | None:
    """Return the closing of `year` if it has a snapshot. A year that is not over has none."""
    if year >= this_year():
        return None
    return YearClosure.objects.filter(year=year, names__isnull=False).first()


def snapshot_years() -> set[int]:
    """Return the closed years of which there is a snapshot, so that their sums no longer change. One query.

    Whoever writes sums calls `hours.tallies.rows.lock` before asking, as closing does.
    """
    return set(YearClosure.objects.filter(names__isnull=False).values_list("year", flat=True))


def closed_years() -> set[int]:
    """Return the years whose books are closed. One query."""
    return set(YearClosure.objects.values_list("year", flat=True))
