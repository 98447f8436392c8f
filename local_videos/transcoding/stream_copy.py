"""Whether a film's own picture can be its best quality, copied as it is (ffmpeg's "stream copy").

Coding the best quality costs half of all work. A film that was already exported small enough keeps its
picture. The other qualities then get their key frames where the film has its own, so that a player may still
change between them at every segment.
"""

from dataclasses import dataclass
from itertools import pairwise

from .ladder import SEGMENT_SECONDS, Rung, frame_rate_for
from .measuring import Frames, Measured
from .probing import Probe

_CONTAINERS = ("mov", "matroska")
# A segment that holds this much more than the rung allows on average would stall a player on a line just wide
# enough; our own encoder may fill twice a second's worth beyond the limit, which is the same in four seconds.
_PEAK = 1.5
# Lengths a little below a segment's. The first one is taken that has no key frame within rounding of an end.
_TARGETS = (3.95, 3.9, 3.97, 3.83, 3.71)
_EDGE_SECONDS = 0.004
# The AAC encoder's first packet starts before 0 by one frame of 1024 samples.
_SOUND_BEGINS = -1024 / 48_000
_UNSTEADY = 0.5


@dataclass(frozen=True)
class StreamCopy:
    """The segments of a copied picture: where they begin, in seconds, and the `hls_time` that gives them."""

    hls_time: float
    starts: tuple[float, ...]


def find(film: Probe, measured: Measured, rung: Rung) -> StreamCopy | None:
    """Return the segments if the picture of a film can serve as `rung` as it is, else None."""
    if (
        film.video_stream is None
        or measured.picture is None
        or not film.is_plain
        or not any(name in film.container for name in _CONTAINERS)
        or (film.width, film.height) != (rung.width, rung.height)
        or film.fps != frame_rate_for(film)
        or measured.picture_is_late
        or measured.picture_ends_early
        or measured.leaps
        or measured.has_unshown
        or film.size * 8 > film.duration * rung.bits * 2
    ):
        return None
    frames = measured.frames
    times = sorted(time - film.start for time in frames.times)
    keys = sorted(
        time - film.start for time, flags in zip(frames.times, frames.flags, strict=True) if "K" in flags
    )
    if not _is_steady(times, float(1 / film.fps)):
        return None
    # The first frame must stand by itself, and at the very beginning.
    if not keys or keys[0] != times[0] or not 0 <= times[0] <= 0.1:  # noqa: PLR2004
        return None
    longest = SEGMENT_SECONDS + 0.5 / film.fps
    if any(later - earlier > longest for earlier, later in pairwise([*keys, times[-1]])):
        return None
    begins = min(keys[0], _SOUND_BEGINS) if film.has_sound else keys[0]
    for target in _TARGETS:
        starts = _segment_starts(keys, begins, target)
        if starts is not None:
            return StreamCopy(target, tuple(starts)) if _fits(frames, film, starts, rung) else None
    return None


def _is_steady(times: list[float], frame: float) -> bool:
    """Whether frames follow each other at even distances."""
    if len(times) < 2:  # noqa: PLR2004
        return False
    return all(abs(later - earlier - frame) <= frame * _UNSTEADY for earlier, later in pairwise(times))


def _segment_starts(keys: list[float], begins: float, target: float) -> list[float] | None:
    """Follow ffmpeg's rule: segment n ends at the first key frame at or after n times the target.

    Return None if a key frame is so near to such a time that ffmpeg's rounding would decide.
    """
    starts = [keys[0]]
    for key in keys[1:]:
        distance = key - begins - target * len(starts)
        if abs(distance) < _EDGE_SECONDS:
            return None
        if distance > 0:
            starts.append(key)
    return starts


def _fits(frames: Frames, film: Probe, starts: list[float], rung: Rung) -> bool:
    """Whether neither the whole nor any one segment holds more bits than the rung allows."""
    ends = [*starts[1:], film.duration]
    sizes = [0] * len(ends)
    place = 0
    for time, flags, size in zip(frames.times, frames.flags, frames.sizes, strict=True):
        if "K" in flags:
            while place + 1 < len(ends) and time - film.start >= ends[place] - _EDGE_SECONDS:
                place += 1
        sizes[place] += size * 8
    if sum(sizes) > rung.bits * film.duration:
        return False
    # The last piece may be short; it is held against a whole segment.
    return all(
        bits <= _PEAK * rung.bits * max(end - start, SEGMENT_SECONDS)
        for bits, start, end in zip(sizes, starts, ends, strict=True)
    )
