"""A wide canvas with flat colours; drawn at twice the size for smooth edges."""

import math
import random

from PIL import Image, ImageDraw

Point = tuple[float, float]
_FINER = 2


class Canvas:
    """Units are pixels of the finished picture."""

    def __init__(self, width: int, height: int) -> None:
        """Prepare an empty canvas."""
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * _FINER, height * _FINER))
        self._draw = ImageDraw.Draw(self._image)

    def image(self) -> Image.Image:
        """Return the finished picture."""
        return self._image.reduce(_FINER)

    def sky(self, top: str, bottom: str) -> None:
        """Fill everything from `top` to `bottom` colour."""
        column = Image.new("RGB", (1, 2))
        column.putpixel((0, 0), _rgb(top))
        column.putpixel((0, 1), _rgb(bottom))
        high = column.resize((1, self._image.height), Image.Resampling.BICUBIC)
        self._image.paste(high.resize(self._image.size, Image.Resampling.NEAREST))

    def shape(self, *points: Point, fill: str) -> None:
        """Fill a shape."""
        self._draw.polygon([(x * _FINER, y * _FINER) for x, y in points], fill=fill)

    def line(self, *points: Point, fill: str, width: float) -> None:
        """Draw a stroke."""
        spots = [(x * _FINER, y * _FINER) for x, y in points]
        self._draw.line(spots, fill=fill, width=round(width * _FINER), joint="curve")

    def circle(self, x: float, y: float, r: float, fill: str) -> None:
        """Fill a circle."""
        self.oval(x, y, r, r, fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        """Fill an ellipse."""
        self._draw.ellipse(
            [(x - rx) * _FINER, (y - ry) * _FINER, (x + rx) * _FINER, (y + ry) * _FINER], fill=fill
        )

    def box(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        """Fill a rectangle."""
        self._draw.rectangle([left * _FINER, top * _FINER, right * _FINER, bottom * _FINER], fill=fill)

    def hill(self, level: float, swing: float, fill: str, chance: random.Random) -> None:
        """Fill everything below a soft ridge around `level` that rises and falls by `swing`."""
        waves = [(chance.uniform(0.5, 2.6), chance.uniform(0, 6.3), chance.uniform(0.4, 1)) for _ in range(3)]
        ridge = []
        for x in range(0, self.width + 8, 8):
            at = x / self.width * 2 * math.pi
            ridge.append((x, level + swing * sum(s * math.sin(f * at + p) for f, p, s in waves) / 1.6))
        self.shape((0, self.height), *ridge, (self.width, self.height), fill=fill)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
