"""A pen that draws rounded strokes and flat shapes on a square of 100 by 100 units."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from .palette import INK

Point = tuple[float, float]
_FINER = 3


class Pen:
    """Draws at three times the size; `picture()` gives the smooth result."""

    def __init__(self, size: int) -> None:
        """Prepare an empty square of `size` pixels."""
        self._size = size
        self._scale = size * _FINER / 100
        self._image = Image.new("RGBA", (size * _FINER, size * _FINER), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    def picture(self) -> Image.Image:
        """Return what was drawn."""
        return self._image.reduce(_FINER)

    def line(self, *points: Point, color: str = INK, width: float = 4) -> None:
        """Draw a stroke through `points` with round ends and corners."""
        spots = [self._spot(point) for point in points]
        self._draw.line(spots, fill=color, width=round(width * self._scale), joint="curve")
        for x, y in spots:
            r = width * self._scale / 2
            self._draw.ellipse((x - r, y - r, x + r, y + r), fill=color)

    def shape(self, *points: Point, fill: str, outline: str = INK, width: float = 4) -> None:
        """Draw a filled shape with an outline; no outline when `width` is 0."""
        self._draw.polygon([self._spot(point) for point in points], fill=fill)
        if width:
            self.line(*points, points[0], color=outline, width=width)

    def circle(
        self, x: float, y: float, r: float, *, fill: str = "", width: float = 4, outline: str = INK
    ) -> None:
        """Draw a circle, filled if `fill` is given."""
        self.oval(x, y, r, r, fill=fill, width=width, outline=outline)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        *,
        fill: str = "",
        width: float = 4,
        outline: str = INK,
        turn: float = 0,
    ) -> None:
        """Draw an ellipse around `x`, `y`, turned by `turn` degrees."""
        points = [turned((rx * math.cos(a / 30), ry * math.sin(a / 30)), turn, (x, y)) for a in range(189)]
        if fill:
            self.shape(*points, fill=fill, width=0)
        if width:
            self.line(*points, points[0], color=outline, width=width)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        fill: str,
        corner: float = 6,
        width: float = 4,
        outline: str = INK,
    ) -> None:
        """Draw a box with round corners."""
        self._draw.rounded_rectangle(
            [*self._spot((left, top)), *self._spot((right, bottom))],
            radius=corner * self._scale,
            fill=fill,
            outline=outline if width else None,
            width=max(round(width * self._scale), 1),
        )

    def curve(self, *points: Point, color: str = INK, width: float = 4) -> None:
        """Draw a Bézier curve that `points` govern."""
        self.line(*bezier(points), color=color, width=width)

    def _spot(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale


def turned(point: Point, degrees: float, around: Point) -> Point:
    """Return `point`, given from the origin, turned and moved to `around`."""
    a = math.radians(degrees)
    return (
        around[0] + point[0] * math.cos(a) - point[1] * math.sin(a),
        around[1] + point[0] * math.sin(a) + point[1] * math.cos(a),
    )


def bezier(points: Sequence[Point], steps: int = 40) -> list[Point]:
    """Return `steps` + 1 spots on the Bézier curve of any degree that `points` govern."""
    degree = len(points) - 1
    spots = []
    for step in range(steps + 1):
        t = step / steps
        weights = [math.comb(degree, k) * t**k * (1 - t) ** (degree - k) for k in range(degree + 1)]
        spots.append(
            (
                sum(w * p[0] for w, p in zip(weights, points, strict=True)),
                sum(w * p[1] for w, p in zip(weights, points, strict=True)),
            )
        )
    return spots
