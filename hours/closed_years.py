"""Which calendar years of the books are closed."""

from django.utils.translation import gettext as _

from foundation.calendar import this_year
from hours.models import YearClosure


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
