"""Arithmetic on intervals of film: lists of `[from, to]` in seconds.

Pure functions, no database. A list that is *in order* is sorted and free of overlaps and of empty
intervals; every function returns such a list. Times are rounded to milliseconds, so that the same claim
made twice is the same claim.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

Intervals = list[list[float]]

# More than any player sends in one heartbeat; what lies beyond is not read.
MOST_CLAIMS = 1000
_PAIR = 2


def normalise(raw: Any, duration: float) -> Intervals:
    """Return what is usable in `raw`, which may be anything, for a film of `duration` seconds.

    Whatever is no pair of finite numbers, begins before the film or runs backwards is dropped; what runs
    past the film's end is clipped to it.
    """
    if not isinstance(raw, list | tuple) or not duration > 0:
        return []
    usable = (_interval(claim, duration) for claim in raw[:MOST_CLAIMS])
    return merge([], [interval for interval in usable if interval])


def merge(seen: Iterable[Sequence[float]], new: Iterable[Sequence[float]]) -> Intervals:
    """Return the union of both, in order. Intervals that touch become one."""
    result: Intervals = []
    for start, end in sorted([round(a, 3), round(b, 3)] for a, b in [*seen, *new]):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1][1] = max(result[-1][1], end)
        else:
            result.append([start, end])
    return result


def total(intervals: Iterable[Sequence[float]]) -> float:
    """Return the seconds that `intervals`, free of overlaps, add up to."""
    return round(sum(end - start for start, end in intervals), 3)


def subtract(whole: Iterable[Sequence[float]], part: Iterable[Sequence[float]]) -> Intervals:
    """Return what of `whole` does not lie in `part`."""
    result: Intervals = []
    holes = merge([], part)
    for start, end in merge([], whole):
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if hole_start > start:
                result.append([start, hole_start])
            start = hole_end  # noqa: PLW2901  the rest of this interval is what is looked at next
            if start >= end:
                break
        if start < end:
            result.append([start, end])
    return result


def unseen(seen: Iterable[Sequence[float]], duration: float) -> Intervals:
    """Return what of a film of `duration` seconds is not in `seen`."""
    return subtract([[0.0, duration]], seen)


def clip_to_budget(intervals: Iterable[Sequence[float]], budget: float) -> Intervals:
    """Return the first `budget` seconds of `intervals`; nothing for a budget of zero or below."""
    result: Intervals = []
    left = math.floor(budget * 1000) / 1000
    for start, end in merge([], intervals):
        if left <= 0:
            break
        stop = min(end, start + left)
        result.append([start, round(stop, 3)])
        left = round(left - (stop - start), 3)
    return result


def longest(intervals: Sequence[Sequence[float]], count: int) -> Intervals:
    """Return at most `count` intervals, the longest ones, in order: what is stored stays small."""
    kept = sorted(intervals, key=lambda interval: interval[0] - interval[1])[:count]
    return merge([], kept)


def seconds(value: Any) -> float | None:
    """Return `value`, which may be anything, as a finite number, else None.

    True and False are no numbers here.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _interval(claim: Any, duration: float) -> list[float] | None:
    if not isinstance(claim, list | tuple) or len(claim) != _PAIR:
        return None
    start, end = (seconds(value) for value in claim)
    if start is None or end is None or start < 0 or start >= min(end, duration):
        return None
    return [start, min(end, duration)]
