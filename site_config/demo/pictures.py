"""The small pictures on the slides, drawn with strokes and flat colours. Units: see `pen`."""

from collections.abc import Callable

from PIL import Image

from . import nature, things
from .pen import Pen


def picture(name: str, size: int) -> Image.Image:
    """Return the picture `name` in a square of `size` pixels; raises `KeyError` for an unknown name."""
    pen = Pen(size)
    PICTURES[name](pen)
    return pen.picture()


PICTURES: dict[str, Callable[[Pen], None]] = {
    name: drawing
    for module in (nature, things)
    for name, drawing in vars(module).items()
    if callable(drawing) and drawing.__module__ == module.__name__ and name != "Pen"
}
