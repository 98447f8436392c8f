"""Which qualities are made of a film. The short side of the picture is the rung."""

from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings

from .probing import Probe

SEGMENT_SECONDS = 4
_MIN_FPS, _MAX_FPS = 10, 30
_BITS_OF_SOUND = 96_000
BITS_OF_SOUND_ALONE = 48_000


@dataclass(frozen=True)
class Rung:
    """One quality: size in pixels (both even), upper limit in bits per second, effort of the encoder."""

    name: str
    width: int
    height: int
    bits: int
    preset: str
    bits_of_sound: int = _BITS_OF_SOUND


def ladder_for(film: Probe) -> list[Rung]:
    """Return the rungs for `film`, best first; never above the film's own size, and never none.

    `LOCAL_VIDEOS_LADDER` lists (short side in pixels, bits per second, x264 preset), best first.
    """
    short = min(film.width, film.height)
    steps = [step for step in settings.LOCAL_VIDEOS_LADDER if step[0] <= short]
    if not steps:
        _, bits, preset = settings.LOCAL_VIDEOS_LADDER[-1]
        steps = [(short, bits, preset)]
    return [_rung(film, *step) for step in steps]


def frame_rate(film: Probe) -> Fraction:
    """Return the steady frame rate of all rungs: the film's own, halved above 30 a second."""
    fps = film.fps
    while fps > _MAX_FPS + Fraction(1, 10):
        fps /= 2
    return max(fps, Fraction(_MIN_FPS)).limit_denominator(1001)


def _rung(film: Probe, short: int, bits: int, preset: str) -> Rung:
    scale = Fraction(short, min(film.width, film.height))
    return Rung(
        name=str(short),
        width=_even(film.width * scale, film.width),
        height=_even(film.height * scale, film.height),
        bits=bits,
        preset=preset,
    )


def _even(pixels: Fraction, most: int) -> int:
    """x264 halves the colour planes, so both sides must be even."""
    return max(2, min(round(pixels / 2) * 2, most // 2 * 2))
