"""Landscapes for covers and portraits: sky, sun, hills, and what stands before them."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from . import foregrounds
from .canvas import Canvas

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True)
class Scene:
    """A landscape: sky from top to horizon, sun or moon (x, y, radius, colour), hills from back to front."""

    sky: tuple[str, str]
    disc: tuple[float, float, float, str]
    hills: tuple[str, ...]
    before: tuple[Callable[[Canvas, random.Random], None], ...]


_MORNING = ("#F6E7CB", "#FBF8F3")
_DAY = ("#D6E4EE", "#FBF8F3")
_EVENING = ("#EBC9A0", "#F9E9D0")
_NIGHT = ("#22344A", "#5E7288")
_GREENS = ("#C9D3C0", "#A9B98E", "#85994F", "#667A27")
_WARM = ("#E3CDA6", "#D3B477", "#B99443")
_DARK = ("#3E5366", "#2F4253", "#223240")

SCENES: dict[str, Scene] = {
    "wheat": Scene(
        _MORNING, (980, 210, 70, "#E3A33F"), ("#D9D6B4", "#C4C08A", "#D0A850"), (foregrounds.ears,)
    ),
    "fields": Scene(_DAY, (300, 170, 58, "#E9B95F"), _GREENS[:3], (foregrounds.furrows, foregrounds.trees)),
    "canal": Scene(_MORNING, (300, 200, 62, "#D9783F"), _GREENS, (foregrounds.canal, foregrounds.walker)),
    "hills": Scene(
        _DAY, (960, 180, 62, "#E3A33F"), (*_GREENS, "#52651B"), (foregrounds.hamlet, foregrounds.trees)
    ),
    "roofs": Scene(_EVENING, (930, 220, 78, "#C9502F"), _WARM, (foregrounds.trees, foregrounds.roofs)),
    "town": Scene(_DAY, (250, 170, 54, "#E9B95F"), _GREENS[:2], (foregrounds.blocks, foregrounds.trees)),
    "works": Scene(_MORNING, (320, 190, 66, "#D9783F"), _WARM[:2], (foregrounds.works, foregrounds.trees)),
    "night": Scene(_NIGHT, (1010, 150, 46, "#F3E7C9"), _DARK, (foregrounds.lit_roofs,)),
    "moon": Scene(_NIGHT, (320, 170, 74, "#F3E7C9"), (*_DARK, "#1A2732"), (foregrounds.hamlet,)),
    "sunrise": Scene(("#F0B98A", "#FBEBD3"), (640, 356, 116, "#C9402C"), _GREENS, (foregrounds.trees,)),
    "road": Scene(_EVENING, (860, 250, 70, "#C9502F"), _GREENS[:3], (foregrounds.road, foregrounds.trees)),
}


def landscape(scene: str, seed: str) -> Image.Image:
    """Return the landscape `scene`; another `seed` gives other hills."""
    chance = random.Random(seed)  # noqa: S311  a picture, no secret
    plan = SCENES[scene]
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.sky(*plan.sky)
    canvas.circle(*plan.disc)
    for row, colour in enumerate(plan.hills):
        level = 330 + row * (250 / len(plan.hills))
        canvas.hill(level, 46 - row * 7, colour, chance)
    for drawing in plan.before:
        drawing(canvas, chance)
    return canvas.image()
