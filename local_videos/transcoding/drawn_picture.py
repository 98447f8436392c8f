"""The picture of a lesson that has only sound, so that every screen and every player can show it."""

from pathlib import Path

from PIL import Image, ImageDraw

from .ladder import Rung

_PAPER, _INK = "#f7f1e5", "#a2231d"
# Heights of the bars of a sound wave, in hundredths of the picture.
_WAVE = (6, 12, 22, 34, 18, 28, 44, 30, 16, 26, 40, 24, 14, 20, 10, 6)


def draw(place: Path, rung: Rung) -> None:
    """Write a picture of a sound wave in the size of `rung`, as rows of red, green and blue."""
    picture = Image.new("RGB", (rung.width, rung.height), _PAPER)
    pen = ImageDraw.Draw(picture)
    step = rung.width * 0.5 / len(_WAVE)
    left, middle = rung.width * 0.25, rung.height / 2
    for number, share in enumerate(_WAVE):
        x, half = left + number * step, rung.height * share / 200
        pen.rounded_rectangle(
            (x, middle - half, x + step * 0.5, middle + half), radius=step * 0.25, fill=_INK
        )
    place.write_bytes(picture.tobytes())
