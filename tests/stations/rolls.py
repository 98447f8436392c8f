"""What the tests of rolls do again and again."""

from collections import Counter
from collections.abc import Collection

from meetings.attendance.roll import Ticks
from members.models import Member
from stations.models import Screening
from stations.roll import take_roll
from stations.screenings import record
from tests.lectures.films import after


def finish(screening: Screening) -> Screening:
    """Show the second half of a film of ten minutes."""
    return record(screening, [[300, 600]], after(600), 600)


def take(
    screening: Screening,
    operator: Member,
    present: list[Member],
    shown: list[Member],
    taken_back: Collection[int] = (),
) -> Counter[str]:
    """Save a roll and return how many stand where; `taken_back` are entries that the page showed so."""
    ticks = Ticks([each.pk for each in present], taken_back)
    return take_roll(screening, operator, ticks, shown=[each.pk for each in shown]).counts
