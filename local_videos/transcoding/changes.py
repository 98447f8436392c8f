"""What of a film was changed when it was prepared, for its editor to know: nothing is lost without a word."""

from dataclasses import dataclass
from fractions import Fraction

from local_videos.film_changes import CHANNELS, LENGTH, RATE, SIZE, TRACK

from .ladder import Rung
from .probing import Probe

# Less than this share of a length or rate is nothing that an editor would miss.
_SLIGHT = 0.02
_TWO_CHANNELS = 2


@dataclass(frozen=True)
class Change:
    """One change: `what` is a code of `film_changes`, `said` and `made` the values before and after.

    Lengths in seconds, rates in frames a second, a size as its lines, a track by its number from 1 on.
    """

    what: str
    said: float
    made: float


def made(said: Probe, film: Probe, best: Rung, rate: Fraction) -> tuple[Change, ...]:
    """Return how what is made of a film (`film`, `best`, `rate`) differs from what its file said."""
    found = []
    if said.duration and abs(film.duration - said.duration) > max(1.0, said.duration * _SLIGHT):
        found.append(Change(LENGTH, round(said.duration, 1), round(film.duration, 1)))
    own = float(film.fps)
    if film.video_stream is not None and float(rate) < own * (1 - _SLIGHT):
        found.append(Change(RATE, round(own, 2), round(float(rate), 2)))
    if film.video_stream is not None and min(best.width, best.height) < min(film.width, film.height):
        found.append(Change(SIZE, min(film.width, film.height), min(best.width, best.height)))
    if film.sound is not None and film.sound.channels > _TWO_CHANNELS:
        found.append(Change(CHANNELS, film.sound.channels, _TWO_CHANNELS))
    if film.sound is not None and film.sound != film.sounds[0]:
        found.append(Change(TRACK, 1, film.sounds.index(film.sound) + 1))
    return tuple(found)
