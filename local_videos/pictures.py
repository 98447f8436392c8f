"""Still pictures of a film: frames to choose the poster from, and small ones for the line that seeks.

All are taken from the finished qualities, at key frames, which costs a hundredth of reading the film again. A
film without them plays as well, so no fault of theirs ends a job.
"""

import logging
import re
import shutil
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import ffmpeg

from . import faults, running, tools
from .graph import PLAYLIST
from .ladder import Rung
from .playlists import segments_of

logger = logging.getLogger("local_videos")

_MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9)
_LIMITS = running.Limits(wall=600, stall=300)
# At most this many in one picture, or a phone would load it longer than the film.
_MOST_THUMBNAILS, _COLUMNS = 120, 10
_LEAST_DISTANCE_SECONDS = 4.0
_LONG_SIDE = 160
_SHOWN_AT = re.compile(r"pts_time:(-?[\d.]+)")


def take_posters(
    folder: Path, rung: Rung, poster: str, choices: tuple[str, ...], on_tick: Callable[[], None]
) -> None:
    """Write the files named in `choices` from all over the film, and `poster`, the one that shows most."""
    starts = [0.0, *accumulate(segments_of(folder / rung.name))]
    seconds = starts.pop()
    playlist = folder / rung.name / PLAYLIST
    branches = _made(playlist)["v:0"].filter_multi_output("split", len(choices))
    outputs = []
    for place, (name, share) in enumerate(zip(choices, _MOMENTS, strict=False)):
        if len(starts) > len(_MOMENTS):
            # Every segment begins with a key frame, so only that one is decoded.
            nearest = min(starts, key=_distance_to(share * seconds))
            frame, late = _made(playlist, ss=f"{nearest:.3f}")["v:0"], {}
        else:
            frame, late = branches[place], {"ss": f"{seconds * share:.3f}"}
        # JPEG uses the whole range of brightness.
        frame = frame.filter("scale", out_range="pc").filter("format", "yuvj420p")
        outputs.append(ffmpeg.output(frame, str(folder / name), **_one_picture(3), **late))
    _run(ffmpeg.merge_outputs(*outputs), on_tick)
    taken = [folder / name for name in choices if (folder / name).is_file()]
    if taken:
        # A black or empty frame makes the smallest file, a lively one the largest.
        shutil.copyfile(max(taken, key=lambda place: place.stat().st_size), folder / poster)


def take_thumbnails(
    film: Path, rung: Rung, seconds: float, places: tuple[Path, Path], on_tick: Callable[[], None]
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

    small = (
        ffmpeg.input(running.input_name(film), skip_frame="nokey")["v:0"]
        .filter("select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{distance - 0.1:.3f})")
        # Only what carries a note is printed, so each frame is given one.
        .filter("metadata", "add", key="seek", value=1)
        .filter("metadata", "print", file="pipe:1")
        .filter("scale", width, height, out_range="pc")
        .filter("format", "yuvj420p")
        .filter("tile", f"{_COLUMNS}x{rows}")
    )
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


def _distance_to(moment: float) -> Callable[[float], float]:
    return lambda start: abs(start - moment)


def _made(playlist: Path, **options: object) -> ffmpeg.nodes.InputNode:
    return ffmpeg.input(
        running.input_name(playlist),
        protocol_whitelist="file",
        format_whitelist="hls,mov",
        allowed_extensions="m3u8,mp4",
        **options,
    )


def _one_picture(quality: int) -> dict[str, object]:
    return {"frames:v": 1, "q:v": quality, "f": "image2", "update": 1, "fps_mode": "passthrough"}


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
