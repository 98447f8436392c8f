"""Still pictures of a film: frames to choose the poster from, and small ones for the line that seeks.

Posters leave the one run that decodes the film (`graph`); what that run does not decode is taken from the
finished qualities at key frames, which costs a hundredth of reading the film again. A film without pictures
plays as well, so no fault of theirs ends a job.
"""

import logging
import re
import shutil
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import ffmpeg

from local_videos import faults

from . import running, tools
from .ladder import Rung
from .playlists import PLAYLIST, segments_of

logger = logging.getLogger("local_videos")

# Frames from all over the film, for an editor to choose the poster from.
POSTERS = "poster-%d.jpg"
_MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9)
POSTER_NUMBERS = range(1, len(_MOMENTS) + 1)
_LIMITS = running.Limits(wall=600, stall=300)
# At most this many in one picture, or a phone would load it longer than the film.
_MOST_THUMBNAILS, _COLUMNS = 120, 10
_LEAST_DISTANCE_SECONDS = 4.0
_LONG_SIDE = 160
_SHOWN_AT = re.compile(r"pts_time:(-?[\d.]+)")


def chosen(picture: Any, seconds: float, rate: Fraction) -> Any:
    """Return five frames from all over `picture`, which shows `rate` frames a second for `seconds`."""
    return picture.filter("select", "+".join(f"eq(n,{int(share * seconds * rate)})" for share in _MOMENTS))


def for_jpeg(frame: Any, *, read_as: str = "", **size: int) -> Any:
    """Return `frame` as JPEG has it: the whole range of brightness, the colours of BT.601 (JFIF 1.02).

    `read_as` is the colour matrix of a frame that names none; `size` may be a new width and height.
    """
    options = size | ({"in_color_matrix": read_as} if read_as else {})
    whole = frame.filter("scale", out_range="pc", out_color_matrix="bt601", **options)
    return whole.filter("format", "yuvj420p")


def several() -> dict[str, object]:
    """Return the options of an output called `POSTERS`."""
    return {**_options(3), "frames:v": len(_MOMENTS)}


def take_posters(
    made: Path, rate: Fraction, most: int, on_tick: Callable[[], None], *, read_as: str = ""
) -> None:
    """Write at most `most` posters of a film whose picture was not decoded when it was prepared.

    They are taken from the quality in the folder `made`, of `rate` frames a second, and lie beside it.
    `read_as` as at `for_jpeg`.
    """
    starts = [0.0, *accumulate(segments_of(made))]
    seconds = starts.pop()
    if len(starts) <= len(_MOMENTS):
        frames = for_jpeg(chosen(_made(made / PLAYLIST)["v:0"], seconds, rate), read_as=read_as)
        _run(ffmpeg.output(frames, _numbered(made.parent), **{**several(), "frames:v": most}), on_tick)
        return
    outputs = []
    for number, share in enumerate(_MOMENTS[:most], 1):
        # Every segment begins with a key frame, so only that one is decoded.
        nearest = min(starts, key=lambda start: abs(start - share * seconds))
        frame = _made(made / PLAYLIST, ss=f"{nearest:.3f}", skip_frame="nokey", threads=1)["v:0"]
        place = made.parent / (POSTERS % number)
        outputs.append(ffmpeg.output(for_jpeg(frame, read_as=read_as), str(place), **_one_picture(3)))
    _run(ffmpeg.merge_outputs(*outputs), on_tick)


def choose_poster(folder: Path, poster: str) -> None:
    """Make that of the posters in `folder` which shows most the one called `poster`."""
    taken = [place for number in POSTER_NUMBERS if (place := folder / (POSTERS % number)).is_file()]
    if taken:
        # A black or empty frame makes the smallest file, a lively one the largest.
        shutil.copyfile(max(taken, key=lambda place: place.stat().st_size), folder / poster)


def take_thumbnails(
    film: Path,
    rung: Rung,
    seconds: float,
    places: tuple[Path, Path],
    on_tick: Callable[[], None],
    *,
    read_as: str = "",
) -> None:
    """Write, to `places`, one picture of many small ones and a WebVTT file that says when each is shown."""
    sheet, track = places
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
        ffmpeg.input(running.input_name(film), skip_frame="nokey")["v:0"]
        .filter("select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{distance - 0.1:.3f})")
        # Only what carries a note is printed, so each frame is given one.
        .filter("metadata", "add", key="seek", value=1)
        .filter("metadata", "print", file="pipe:1")
    )
    small = for_jpeg(noted, read_as=read_as, width=width, height=height).filter("tile", f"{_COLUMNS}x{rows}")
    _run(ffmpeg.output(small, str(sheet), **_one_picture(5)), on_tick, note)
    if sheet.is_file() and times:
        times = times[: _COLUMNS * rows]
        track.write_text(_track(sheet.name, times, seconds, width, height))


def _track(sheet: str, times: list[float], seconds: float, width: int, height: int) -> str:
    parts = ["WEBVTT\n"]
    for number, end in enumerate([*times[1:], max(seconds, times[-1] + 0.1)]):
        row, column = divmod(number, _COLUMNS)
        start = times[number] if number else 0.0
        place = f"{column * width},{row * height},{width},{height}"
        parts.append(f"{_stamp(start)} --> {_stamp(end)}\n{sheet}#xywh={place}\n")
    return "\n".join(parts)


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}:{thousandths / 1000 % 60:06.3f}"


def _made(playlist: Path, **options: object) -> ffmpeg.nodes.InputNode:
    return ffmpeg.input(
        running.input_name(playlist),
        protocol_whitelist="file",
        format_whitelist="hls,mov",
        allowed_extensions="m3u8,mp4",
        **options,
    )


def _numbered(folder: Path) -> str:
    """Return the name of numbered files as ffmpeg reads it: it takes any other percent sign for a number."""
    return f"{str(folder).replace('%', '%%')}/{POSTERS}"


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
        done = running.run([tools.ffmpeg(), *argv[1:]], _LIMITS, on_line=on_line, on_tick=on_tick)
    except faults.FilmFault as fault:
        if fault.code == faults.KILLED:
            raise
        logger.warning("Pictures of a film could not be taken: %s", fault.code)
        return
    if done.code:
        logger.warning("Pictures of a film could not be taken: %s", done.details)
