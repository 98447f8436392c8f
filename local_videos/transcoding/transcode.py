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
from .changes import Change
from .ladder import Rung
from .output_files import MANIFEST, SOUND_ONLY
from .plan import Plan, is_short_of, make_plan
from .probing import Mark


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
    changes: tuple[Change, ...] = ()
    copied: bool = False


def transcode(original: Path, folder: Path, on_percent: Callable[[int], None]) -> Made:
    """Make all renditions of `original` in the empty `folder`.

    `on_percent` is called at least every few seconds with 0..99 and may raise to end the work. Raises
    `FilmFault` when the film cannot be prepared whole.
    """
    plan = make_plan(original, folder, lambda: on_percent(0))
    plan = ffmpeg_run.encode(plan, on_percent)
    seconds = sum(playlists.segments_of(folder / plan.best.name))
    _require_whole(plan, seconds)
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
        changes=plan.changes,
        copied=plan.stream_copy is not None,
    )
    # Last, so that a folder with a manifest is whole.
    (folder / MANIFEST).write_text(json.dumps(asdict(made), indent=1))
    return made


def _require_whole(plan: Plan, seconds: float) -> None:
    """Raise `FilmFault` if what was made, `seconds` long, is not what the film holds.

    ffmpeg ends with success even if it read only the beginning, or filled a damaged clock's gaps.
    """
    lengths = [(plan.measured.seconds, seconds)]
    if plan.measured.sound is not None:
        lengths.append((plan.measured.sound[1], sum(playlists.segments_of(plan.folder / SOUND_ONLY))))
    for held, made in lengths:
        details = f"{made:.1f} s / {held:.1f} s"
        if made <= 0 or is_short_of(held, made):
            raise faults.FilmFault(faults.SHORTER, details)
        if is_short_of(made, held):
            raise faults.FilmFault(faults.LONGER, details)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
