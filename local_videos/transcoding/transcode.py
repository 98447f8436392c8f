"""Turns one film into everything a screen may ask for, in one run of ffmpeg.

Beside that run there are only small ones: measuring the loudness, joining the smallest quality to one file,
and taking pictures. All work happens in a scratch folder; the caller moves it into place.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from local_videos import faults

from . import ffmpeg_run, pictures, playlists
from .ladder import Rung
from .output_files import MANIFEST
from .plan import make_plan
from .probing import Mark

# Ends of films are often ragged by a few frames; more than this is a loss.
_MISSING_SECONDS, _MISSING_SHARE = 2.0, 0.02


@dataclass(frozen=True)
class Made:
    """What one run made: `duration` in seconds, the qualities and their sizes in bytes."""

    duration: float
    width: int
    height: int
    has_sound: bool
    rungs: Sequence[Rung]
    sizes: dict[str, int]
    chapters: tuple[Mark, ...] = ()
    copied: bool = False


def transcode(original: Path, folder: Path, on_percent: Callable[[int], None]) -> Made:
    """Make all renditions of `original` in the empty `folder`.

    `on_percent` is called at least every few seconds with 0..99 and may raise to end the work. Raises
    `FilmFault` when the film cannot be prepared whole.
    """
    plan = make_plan(original, folder, lambda: on_percent(0))
    plan = ffmpeg_run.encode(plan, on_percent)
    seconds = sum(playlists.segments_of(folder / plan.best.name))
    _require_whole(plan.film.duration, seconds)
    playlists.write_master(plan)
    ffmpeg_run.join_smallest(plan, seconds, lambda: on_percent(99))
    pictures.take_pictures(plan, seconds, lambda: on_percent(99))
    made = Made(
        duration=round(seconds, 3),
        width=plan.best.width,
        height=plan.best.height,
        has_sound=plan.film.has_sound,
        rungs=plan.rungs,
        sizes={rung.name: _size(folder / rung.name) for rung in plan.rungs},
        chapters=plan.film.chapters,
        copied=plan.stream_copy is not None,
    )
    # Last, so that a folder with a manifest is whole.
    (folder / MANIFEST).write_text(json.dumps(asdict(made), indent=1))
    return made


def _require_whole(expected: float, written: float) -> None:
    """Raise `FilmFault` if much is missing: ffmpeg ends with success even if it read only the beginning."""
    if written < expected - max(_MISSING_SECONDS, expected * _MISSING_SHARE) or written <= 0:
        raise faults.FilmFault(faults.SHORTER, f"{written:.1f} s / {expected:.1f} s")


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
