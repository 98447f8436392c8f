"""Runs ffmpeg for a plan: the one run that codes all qualities, and the one that joins the smallest."""

import shutil
from collections.abc import Callable
from dataclasses import replace

from local_videos import faults

from . import drawn_picture, ffmpeg_arguments, playlists, process, tools
from .output_files import PROGRESSIVE, SEGMENT
from .plan import Plan


def encode(plan: Plan, on_percent: Callable[[int], None]) -> Plan:
    """Make all qualities; return the plan as it was carried out.

    `on_percent` is called about once a second with 0..99 and may raise to end the work. Raises `FilmFault`
    when ffmpeg fails.
    """
    _run(plan, on_percent)
    frame = float(1 / plan.frame_rate)
    if plan.stream_copy is None or playlists.are_aligned(plan.rung_folders, frame):
        return plan
    # ffmpeg cut the film's own picture elsewhere than foreseen: better to code it anew than to stutter.
    for folder in plan.stream_folders:
        shutil.rmtree(folder, ignore_errors=True)
    plan = replace(plan, stream_copy=None)
    _run(plan, on_percent)
    return plan


def join_smallest(plan: Plan, seconds: float, on_tick: Callable[[], None]) -> None:
    """Copy the smallest quality, which lasts `seconds`, into one file."""
    smallest = playlists.as_input(plan.folder / plan.smallest.name)
    joined = smallest.output(str(plan.folder / PROGRESSIVE), c="copy", movflags="+faststart", f="mp4")
    argv = joined.global_args("-hide_banner", "-nostdin", "-y", "-v", "warning").compile()
    done = process.run(
        [tools.ffmpeg(), *argv[1:]],
        process.Limits(wall=300 + seconds, stall=300 + seconds),
        on_line=lambda line: False,
        on_tick=on_tick,
    )
    _require_success(done)


def _run(plan: Plan, on_percent: Callable[[int], None]) -> None:
    """Code all qualities once, telling the progress."""
    film = plan.film
    written, segments = 0.0, 0
    # The time that ffmpeg names is that of the output that lags most, and posters are minutes apart; the
    # frames of the first quality tell how far the film is.
    rate = float(film.fps if plan.stream_copy else plan.frame_rate)

    def note(line: str) -> bool:
        nonlocal written
        name, _, value = line.partition("=")
        if name not in ("frame", "out_time_us") or not value.isdigit():
            return False
        reached = int(value) / (rate if name == "frame" else 1_000_000)
        before, written = written, max(written, reached)
        return written > before

    def tick() -> bool:
        nonlocal written, segments
        # ffmpeg reports nothing before every output has begun: the first poster is a tenth of the film away.
        while (plan.folder / plan.smallest.name / (SEGMENT % (segments + 1))).is_file():
            segments += 1
        before, written = written, max(written, plan.segment_start(segments))
        on_percent(min(99, int(100 * written / film.duration)))
        return written > before

    for folder in plan.stream_folders:
        folder.mkdir()
    picture, pid_file = plan.folder / ffmpeg_arguments.DRAWN_PICTURE, plan.folder / "pid"
    if not plan.has_picture:
        drawn_picture.draw(picture, plan.best)
    done = process.run(
        ffmpeg_arguments.command(plan),
        process.Limits(wall=600 + 40 * film.duration, stall=180),
        on_line=note,
        on_tick=tick,
        cwd=plan.folder,
        pid_file=pid_file,
    )
    pid_file.unlink(missing_ok=True)
    picture.unlink(missing_ok=True)
    _require_success(done)


def _require_success(done: process.Finished) -> None:
    """Raise the `FilmFault` that ffmpeg's own words tell, if it failed."""
    if not done.code:
        return
    if "No space left on device" in done.details or "File too large" in done.details:
        code = faults.DISC_FULL
    elif "Invalid data found" in done.details:
        code = faults.UNREADABLE
    else:
        code = faults.FFMPEG_FAILED
    raise faults.FilmFault(code, done.details)
