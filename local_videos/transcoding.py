"""Turns one film into everything a screen may ask for, in one run of ffmpeg.

The film is decoded once, brought to a steady frame rate, split and scaled; each quality carries its sound,
so that the smallest player plays it. All work happens in a scratch folder; the caller moves it into place.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from . import faults, running, tools
from .ladder import BITS_OF_SOUND_ALONE, SEGMENT_SECONDS, Rung, frame_rate, ladder_for
from .probing import Probe, probe

MASTER = "master.m3u8"
PROGRESSIVE = "film.mp4"
POSTER = "poster.jpg"
# Frames from all over the film, for an editor to choose the poster from: poster-1.jpg to poster-5.jpg.
POSTER_CHOICES = tuple(f"poster-{number}.jpg" for number in range(1, 6))
# One picture that holds many small ones, and which second of the film each of them shows.
THUMBNAILS = "thumbs.jpg"
THUMBNAILS_TRACK = "thumbs.vtt"
MANIFEST = "manifest.json"
SOUND_ONLY = "sound"

_CRF = 24
# Ends of films are often ragged by a few frames; more than this is a loss.
_MISSING_SECONDS, _MISSING_SHARE = 2.0, 0.02
_POSTER_AT = 0.1
_LONGEST_POSTER_WAIT = 20.0


@dataclass(frozen=True)
class Made:
    """What one run made: `duration` in seconds, the qualities and their sizes in bytes."""

    duration: float
    width: int
    height: int
    has_sound: bool
    rungs: list[Rung]
    sizes: dict[str, int]


def transcode(original: Path, folder: Path, on_percent: Callable[[int], None]) -> Made:
    """Make all renditions of `original` in the empty `folder`.

    `on_percent` is called at least every few seconds with 0..99 and may raise to end the work. Raises
    `FilmFault` when the film cannot be prepared whole.
    """
    film = probe(original)
    rungs = ladder_for(film)
    seconds = _encode(original, film, rungs, folder, on_percent)
    _compare(film.duration, seconds)
    _make_progressive(folder, rungs[-1], seconds)
    made = Made(
        duration=round(seconds, 3),
        width=rungs[0].width,
        height=rungs[0].height,
        has_sound=film.has_sound,
        rungs=rungs,
        sizes={rung.name: _size(folder / rung.name) for rung in rungs},
    )
    # Last, so that a folder with a manifest is whole.
    (folder / MANIFEST).write_text(json.dumps(asdict(made), indent=1))
    return made


def arguments(original: Path, film: Probe, rungs: list[Rung]) -> list[str]:
    """Return ffmpeg's arguments for one run over `original`, writing into the current folder."""
    source = ffmpeg.input(running.input_name(original), **running.guards())
    picture = source[str(film.video_stream)].filter("fps", fps=str(frame_rate(film)))
    branches = picture.filter_multi_output("split", len(rungs) + 1)
    streams: list[Any] = []
    for place, rung in enumerate(rungs):
        streams.append(_scaled(branches[place], film, rung))
    names = []
    for place, rung in enumerate(rungs):
        if film.audio_stream is not None:
            streams.append(source[str(film.audio_stream)])
            names.append(f"v:{place},a:{place},name:{rung.name}")
        else:
            names.append(f"v:{place},name:{rung.name}")
    if film.audio_stream is not None:
        streams.append(source[str(film.audio_stream)])
        names.append(f"a:{len(rungs)},name:{SOUND_ONLY}")
    hls = ffmpeg.output(*streams, "%v/index.m3u8", **_hls_options(film, rungs, names))
    moment = min(film.duration * _POSTER_AT, _LONGEST_POSTER_WAIT)
    still = _scaled(branches[len(rungs)].filter("select", f"gte(t,{moment:.2f})"), film, rungs[0])
    poster = ffmpeg.output(still, POSTER, **{"frames:v": 1, "q:v": 3, "f": "image2", "update": 1})
    whole = ffmpeg.merge_outputs(hls, poster).global_args(
        *("-hide_banner", "-nostdin", "-y", "-v", "warning", "-progress", "pipe:1", "-stats_period", "1")
    )
    compiled: list[str] = whole.compile()
    return compiled[1:]


def _scaled(branch: Any, film: Probe, rung: Rung) -> Any:
    options: dict[str, Any] = {"out_color_matrix": "bt709", "out_range": "tv"}
    if film.is_hdr:
        options |= {"out_primaries": "bt709", "out_transfer": "bt709", "intent": "perceptual"}
    return (
        branch.filter("scale", rung.width, rung.height, **options)
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )


def _hls_options(film: Probe, rungs: list[Rung], names: list[str]) -> dict[str, Any]:
    keyframes = round(frame_rate(film) * SEGMENT_SECONDS)
    options: dict[str, Any] = {
        "map_metadata": -1,
        "map_chapters": -1,
        "c:v": "libx264",
        "profile:v": "high",
        "crf": _CRF,
        # The same key frames in every quality, so that a player may change at any segment.
        "g": keyframes,
        "keyint_min": keyframes,
        "sc_threshold": 0,
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "f": "hls",
        # A little less than the distance of key frames, or rounding would skip every second one.
        "hls_time": round(float(keyframes / frame_rate(film)) - 0.05, 3),
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        # Named .mp4 because servers know that type and many do not know .m4s.
        "hls_segment_filename": "%v/%05d.mp4",
        "master_pl_name": MASTER,
        "var_stream_map": " ".join(names),
    }
    for place, rung in enumerate(rungs):
        options[f"preset:v:{place}"] = rung.preset
        options[f"maxrate:v:{place}"] = rung.bits
        options[f"bufsize:v:{place}"] = rung.bits * 2
        if film.has_sound:
            options[f"b:a:{place}"] = rung.bits_of_sound
    if film.has_sound:
        options |= {"c:a": "aac", "ac": 2, "ar": 48_000, f"b:a:{len(rungs)}": BITS_OF_SOUND_ALONE}
    return options


def _encode(
    original: Path,
    film: Probe,
    rungs: list[Rung],
    folder: Path,
    on_percent: Callable[[int], None],
) -> float:
    """Run ffmpeg; return the seconds of film that it wrote."""
    written = 0.0

    def note(line: str) -> bool:
        nonlocal written
        name, _, value = line.partition("=")
        if name != "out_time_us" or not value.isdigit():
            return False
        before, written = written, max(written, int(value) / 1_000_000)
        return written > before

    def tick() -> None:
        on_percent(min(99, int(100 * written / film.duration)))

    done = running.run(
        [tools.ffmpeg_for(film.codec), *arguments(original, film, rungs)],
        running.Limits(wall=600 + 40 * film.duration, stall=180),
        on_line=note,
        on_tick=tick,
        cwd=folder,
        pid_file=folder / "pid",
    )
    (folder / "pid").unlink(missing_ok=True)
    if done.code:
        raise faults.FilmFault(_reason(done.details), done.details)
    return _length_of(folder / rungs[0].name / "index.m3u8")


def _reason(details: str) -> str:
    if "No space left on device" in details or "File too large" in details:
        return faults.DISC_FULL
    if "Invalid data found" in details:
        return faults.UNREADABLE
    return faults.FFMPEG_FAILED


def _length_of(playlist: Path) -> float:
    """Add up the segments of `playlist`, in seconds: what a viewer will really get."""
    lines = playlist.read_text().splitlines() if playlist.is_file() else []
    return sum(
        float(line.removeprefix("#EXTINF:").rstrip(",")) for line in lines if line.startswith("#EXTINF:")
    )


def _compare(expected: float, written: float) -> None:
    """ffmpeg ends with success even if it could read only the beginning."""
    if written < expected - max(_MISSING_SECONDS, expected * _MISSING_SHARE) or written <= 0:
        raise faults.FilmFault(faults.SHORTER, f"{written:.1f} s / {expected:.1f} s")


def _make_progressive(folder: Path, rung: Rung, seconds: float) -> None:
    """Copy the smallest quality into one file, for boxes whose browser cannot join segments."""
    copied = ffmpeg.input(
        running.input_name(folder / rung.name / "index.m3u8"),
        protocol_whitelist="file",
        format_whitelist="hls,mov",
        allowed_extensions="m3u8,mp4",
    ).output(str(folder / PROGRESSIVE), c="copy", movflags="+faststart", f="mp4")
    argv = copied.global_args("-hide_banner", "-nostdin", "-y", "-v", "warning").compile()
    done = running.run(
        [tools.ffmpeg(), *argv[1:]],
        running.Limits(wall=300 + seconds, stall=300 + seconds),
        on_line=lambda line: False,
    )
    if done.code:
        raise faults.FilmFault(_reason(done.details), done.details)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
