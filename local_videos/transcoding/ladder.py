"""Which qualities are made of a film: the only reader of the setting `LOCAL_VIDEOS_LADDER`.

To add a quality, add a step to that setting. Jobs, checks, player and benchmarks take it from here or from
what was made.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from django.conf import settings

from .probing import Probe

SEGMENT_SECONDS = 4
_MIN_FPS, _MAX_FPS = 10, 30
_BITS_OF_SOUND = 96_000
BITS_OF_SOUND_ALONE = 48_000


class Step(NamedTuple):
    """One step of the setting: short side in pixels, most bits per second, x264 preset."""

    short_side: int
    bits: int
    preset: str


@dataclass(frozen=True)
class Rung:
    """One quality: size in pixels (both even), upper limit in bits per second, effort of the encoder."""

    name: str
    width: int
    height: int
    bits: int
    preset: str
    bits_of_sound: int = _BITS_OF_SOUND


def steps() -> list[Step]:
    """Return the steps of the setting, best first."""
    return [Step(*step) for step in settings.LOCAL_VIDEOS_LADDER]


def is_valid() -> bool:
    """Whether the setting goes down, with even short sides, and is not empty."""
    sides = [step.short_side for step in steps()]
    return bool(sides) and sides == sorted(set(sides), reverse=True) and not any(side % 2 for side in sides)


def ladder_for(film: Probe) -> tuple[Rung, ...]:
    """Return the rungs for `film`, best first; never above the film's own size, and never none."""
    short_side = min(film.width, film.height)
    fitting = [step for step in steps() if step.short_side <= short_side]
    return tuple(_rung(film, step) for step in fitting or [steps()[-1]._replace(short_side=short_side)])


def frame_rate_for(film: Probe) -> Fraction:
    """Return the steady frame rate of all rungs: the film's own, halved above 30 a second."""
    fps = film.fps
    while fps > _MAX_FPS + Fraction(1, 10):
        fps /= 2
    return max(fps, Fraction(_MIN_FPS)).limit_denominator(1001)


def most_bytes_a_second() -> float:
    """Return the bytes that a second of film takes at most: all qualities, the smallest once more, sound."""
    bits = [step.bits for step in steps()]
    return (sum(bits) + bits[-1] + (len(bits) + 2) * _BITS_OF_SOUND) / 8


def _rung(film: Probe, step: Step) -> Rung:
    scale = Fraction(step.short_side, min(film.width, film.height))
    return Rung(
        name=str(step.short_side),
        width=_even(film.width * scale, film.width),
        height=_even(film.height * scale, film.height),
        bits=step.bits,
        preset=step.preset,
    )


def _even(pixels: Fraction, most: int) -> int:
    """x264 halves the colour planes, so both sides must be even."""
    return max(2, min(round(pixels / 2) * 2, most // 2 * 2))
