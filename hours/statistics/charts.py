"""Charts drawn by the server as SVG: their geometry only; templates draw, tables say the same in words."""

from dataclasses import dataclass
from decimal import Decimal

from hours.formatting import bare

from .figures import Statistics

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 28, 30


@dataclass(frozen=True)
class Column:
    """One month: the place of its bar, in the chart's own units, and what is written at it."""

    label: str
    value: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Where the words stand."""
        return self.x + self.width // 2


@dataclass(frozen=True)
class MonthChart:
    """The hours of a year by month."""

    columns: list[Column]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - _BOTTOM
    label_y: int = HEIGHT - 8

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(column.height for column in self.columns)


def months(statistics: Statistics) -> MonthChart:
    """Return the chart of the hours earned in each month."""
    most = max((each.hours for each in statistics.months), default=Decimal(0))
    pitch = (WIDTH - _LEFT - _RIGHT) / len(statistics.months)
    space = HEIGHT - _TOP - _BOTTOM
    columns = []
    for place, each in enumerate(statistics.months):
        height = int(space * each.hours / most) if most else 0
        columns.append(
            Column(
                label=each.name,
                value=short(each.hours) if each.hours else "",
                x=round(_LEFT + place * pitch + pitch * 0.16),
                y=HEIGHT - _BOTTOM - height,
                width=round(pitch * 0.68),
                height=height,
            )
        )
    return MonthChart(columns)


def short(hours: Decimal) -> str:
    """Write hours so that twelve of them fit side by side: 87.5, 1204, 35k."""
    thousand = 1000
    if hours < thousand // 10:
        return bare(hours)
    return bare(Decimal(round(hours))) if hours < 10 * thousand else f"{hours / thousand:.0f}k"
