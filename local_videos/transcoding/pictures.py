"""Pictures of a film: frames to choose the poster from, and thumbnails for the seek bar.

Posters leave the one run that decodes the film (`ffmpeg_arguments`). What that run does not decode is taken
from the finished qualities at key frames, which costs a hundredth of reading the film again. A film without
pictures plays as well, so no fault of theirs ends a job.
"""

import logging
import re
import shutil
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from typing import Any

import ffmpeg

from local_videos import faults

from . import playlists, process, tools
from .output_files import (
    NUMBERED_POSTER,
    POSTER,
    POSTER_CHOICES,
    POSTER_MOMENTS,
    PROGRESSIVE,
    THUMBNAILS,
    THUMBNAILS_TRACK,
)
from .plan import Plan

logger = logging.getLogger("local_videos")

_LIMITS = process.Limits(wall=600, stall=300)
# At most this many in one picture, or a phone would load it longer than the film.
_MOST_THUMBNAILS, _COLUMNS = 120, 10
_LEAST_DISTANCE_SECONDS = 4.0
_LONG_SIDE = 160
_SHOWN_AT = re.compile(r"pts_time:(-?[\d.]+)")


def poster_frames(picture: Any, seconds: float, rate: Fraction) -> Any:
    """Return five frames from all over `picture`, which shows `rate` frames a second for `seconds`."""
    moments = (int(share * seconds * rate) for share in POSTER_MOMENTS)
    return picture.filter("select", "+".join(f"eq(n,{number})" for number in moments))


def for_jpeg(frame: Any, *, read_as: str = "", **size: int) -> Any:
    """Return `frame` as JPEG has it: the whole range of brightness, the colours of BT.601 (JFIF 1.02).

    `read_as` is the colour matrix of a frame that names none; `size` may be a new width and height.
    """
    options = size | ({"in_color_matrix": read_as} if read_as else {})
    whole = frame.filter("scale", out_range="pc", out_color_matrix="bt601", **options)
    return whole.filter("format", "yuvj420p")


def poster_options(most: int = len(POSTER_MOMENTS)) -> dict[str, object]:
    """Return the options of an output called `NUMBERED_POSTER` that takes at most `most` frames."""
    return {**_options(3), "frames:v": most}


def take_pictures(plan: Plan, seconds: float, on_tick: Callable[[], None]) -> None:
    """Make the poster and the thumbnails of the finished film, which lasts `seconds`.

    Posters show the best quality, thumbnails the smallest. A picture that was drawn needs no thumbnails.
    """
    if not (plan.folder / POSTER_CHOICES[0]).is_file():
        _take_posters(plan, on_tick)
    _choose_poster(plan)
    if plan.has_picture:
        _take_thumbnails(plan, seconds, on_tick)


def _take_posters(plan: Plan, on_tick: Callable[[], None]) -> None:
    """Write the posters of a film whose picture was not decoded when it was prepared."""
    best, read_as = plan.folder / plan.best.name, plan.unnamed_matrix
    starts = [0.0, *accumulate(playlists.segments_of(best))]
    seconds = starts.pop()
    if len(starts) <= len(POSTER_MOMENTS):
        frames = poster_frames(playlists.as_input(best)["v:0"], seconds, plan.frame_rate)
        # ffmpeg takes any other percent sign in the name of numbered files for a number.
        numbered = f"{str(plan.folder).replace('%', '%%')}/{NUMBERED_POSTER}"
        output = ffmpeg.output(for_jpeg(frames, read_as=read_as), numbered, **poster_options(plan.posters))
        _run(output, on_tick)
        return
    outputs = []
    for share, name in list(zip(POSTER_MOMENTS, POSTER_CHOICES, strict=True))[: plan.posters]:
        # Every segment begins with a key frame, so only that one is decoded.
        nearest = min(starts, key=lambda start: abs(start - share * seconds))
        frame = playlists.as_input(best, ss=f"{nearest:.3f}", skip_frame="nokey", threads=1)["v:0"]
        frame = for_jpeg(frame, read_as=read_as)
        outputs.append(ffmpeg.output(frame, str(plan.folder / name), **_one_picture(3)))
    _run(ffmpeg.merge_outputs(*outputs), on_tick)


def _choose_poster(plan: Plan) -> None:
    """Make that frame the poster which shows most."""
    taken = [place for name in POSTER_CHOICES if (place := plan.folder / name).is_file()]
    if taken:
        # A black or empty frame makes the smallest file, a lively one the largest.
        shutil.copyfile(max(taken, key=lambda place: place.stat().st_size), plan.folder / POSTER)


def _take_thumbnails(plan: Plan, seconds: float, on_tick: Callable[[], None]) -> None:
    """Write one picture of many small ones, and a WebVTT file that says when each is shown."""
    rung, sheet = plan.smallest, plan.folder / THUMBNAILS
    distance = max(_LEAST_DISTANCE_SECONDS, seconds / _MOST_THUMBNAILS)
    scale = _LONG_SIDE / max(rung.width, rung.height)
    width, height = (max(2, round(side * scale / 2) * 2) for side in (rung.width, rung.height))
    rows = -(-min(_MOST_THUMBNAILS, int(seconds / distance) + 1) // _COLUMNS)
    times: list[float] = []

    def note(line: str) -> bool:
        found = _SHOWN_AT.search(line)
        if found:
            times.append(float(found[1]))
        return True

    noted = (
        ffmpeg.input(tools.input_name(plan.folder / PROGRESSIVE), skip_frame="nokey")["v:0"]
        .filter("select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{distance - 0.1:.3f})")
        # Only what carries a note is printed, so each frame is given one.
        .filter("metadata", "add", key="seek", value=1)
        .filter("metadata", "print", file="pipe:1")
    )
    small = for_jpeg(noted, read_as=plan.unnamed_matrix, width=width, height=height)
    tiled = small.filter("tile", f"{_COLUMNS}x{rows}")
    _run(ffmpeg.output(tiled, str(sheet), **_one_picture(5)), on_tick, note)
    if sheet.is_file() and times:
        times = times[: _COLUMNS * rows]
        track = _thumbnails_track(times, seconds, width, height)
        (plan.folder / THUMBNAILS_TRACK).write_text(track)


def _thumbnails_track(times: list[float], seconds: float, width: int, height: int) -> str:
    parts = ["WEBVTT\n"]
    for number, end in enumerate([*times[1:], max(seconds, times[-1] + 0.1)]):
        row, column = divmod(number, _COLUMNS)
        start = times[number] if number else 0.0
        place = f"{column * width},{row * height},{width},{height}"
        parts.append(f"{_stamp(start)} --> {_stamp(end)}\n{THUMBNAILS}#xywh={place}\n")
    return "\n".join(parts)


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}:{thousandths / 1000 % 60:06.3f}"


def _options(quality: int) -> dict[str, object]:
    return {"q:v": quality, "f": "image2", "fps_mode": "passthrough"}


def _one_picture(quality: int) -> dict[str, object]:
    return {**_options(quality), "frames:v": 1, "update": 1}


def _run(
    wanted: ffmpeg.nodes.OutputStream,
    on_tick: Callable[[], None],
    on_line: Callable[[str], bool] = lambda line: False,
) -> None:
    argv = wanted.global_args("-hide_banner", "-nostdin", "-y", "-v", "error").compile()
    try:
        done = process.run([tools.ffmpeg(), *argv[1:]], _LIMITS, on_line=on_line, on_tick=on_tick)
    except faults.FilmFault as fault:
        if fault.code == faults.KILLED:
            raise
        logger.warning("Pictures of a film could not be taken: %s", fault.code)
        return
    if done.code:
        logger.warning("Pictures of a film could not be taken: %s", done.details)
