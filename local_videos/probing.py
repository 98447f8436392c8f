"""What a file really holds, as ffprobe sees it. The extension of its name decides nothing."""

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from . import faults, running, tools

_LIMITS = running.Limits(wall=60, stall=60, memory=2 * 1024**3, file_size=1024**2)
# Reading every packet of a film of several GB from a slow disc.
_PACKET_LIMITS = running.Limits(wall=600, stall=120, memory=2 * 1024**3, file_size=1024**2)
_HEAD_BYTES = 4096
_PLAYLIST_MARKS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<mpd", b"<asx", b"<smil", b"[reference]")
_SIDEWAYS = (90, 270)
_DEFAULT_FPS = Fraction(25)
_MIN_FPS, _MAX_FPS = 1, 240


@dataclass(frozen=True)
class Probe:
    """A film's facts. Width and height are as shown: upright and with square pixels."""

    container: str
    size: int
    duration: float
    width: int
    height: int
    coded_pixels: int
    fps: Fraction
    codec: str
    transfer: str
    video_stream: int
    audio_stream: int | None

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track."""
        return self.audio_stream is not None

    @property
    def is_hdr(self) -> bool:
        """Whether the picture needs another range of brightness than ordinary screens have."""
        return self.transfer in ("smpte2084", "arib-std-b67")


def probe(path: Path) -> Probe:
    """Return the facts of the film at `path`; raise `FilmFault` if it is no film that can be read."""
    size = path.stat().st_size
    if size == 0:
        raise faults.FilmFault(faults.EMPTY)
    if is_playlist(path):
        raise faults.FilmFault(faults.PLAYLIST)
    report = _report(path)
    streams = report.get("streams", [])
    pictures = [s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)]
    sounds = [s for s in streams if s.get("codec_type") == "audio" and s.get("codec_name")]
    if not streams:
        raise faults.FilmFault(faults.NOT_A_FILM)
    if not pictures:
        raise faults.FilmFault(faults.NO_PICTURE if sounds else faults.NOT_A_FILM)
    picture = pictures[0]
    coded_width, coded_height = int(picture.get("width", 0)), int(picture.get("height", 0))
    if not coded_width or not coded_height:
        raise faults.FilmFault(faults.UNREADABLE)
    width, height = _as_shown(picture, coded_width, coded_height)
    return Probe(
        container=report["format"].get("format_name", ""),
        size=size,
        duration=_duration(path, report, picture),
        width=width,
        height=height,
        coded_pixels=coded_width * coded_height,
        fps=_fps(picture),
        codec=picture.get("codec_name", ""),
        transfer=picture.get("color_transfer", ""),
        video_stream=int(picture["index"]),
        audio_stream=int(sounds[0]["index"]) if sounds else None,
    )


def is_playlist(path: Path) -> bool:
    """Whether the file only points to others."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith(_PLAYLIST_MARKS) or (head.startswith(b"<?xml") and b"<mpd" in head)


def _report(path: Path) -> dict[str, Any]:
    lines: list[str] = []
    done = running.run(
        [
            *_command(),
            "-of",
            "json",
            "-show_entries",
            "format=format_name,duration:stream:stream_disposition:stream_side_data",
            "-i",
            running.input_name(path),
        ],
        _LIMITS,
        on_line=lambda line: not lines.append(line),  # type: ignore[func-returns-value]  # list.append: None
    )
    if done.code:
        cut_off = "moov atom not found" in done.details or "EBML header parsing failed" in done.details
        raise faults.FilmFault(faults.UNREADABLE if cut_off else faults.NOT_A_FILM, done.details)
    try:
        report: dict[str, Any] = json.loads("\n".join(lines))
    except ValueError as error:
        raise faults.FilmFault(faults.UNREADABLE, done.details) from error
    return report


def _command() -> list[str]:
    options = [part for name, value in running.guards().items() for part in (f"-{name}", str(value))]
    return [tools.ffprobe(), "-v", "error", "-hide_banner", *options]


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _as_shown(stream: dict[str, Any], width: int, height: int) -> tuple[int, int]:
    """Apply the shape of the pixels, then the way the phone was held."""
    shape = _fraction(stream.get("sample_aspect_ratio", "1:1").replace(":", "/"))
    if shape > 0:
        width = round(width * shape)
    turns = [int(float(data["rotation"])) for data in stream.get("side_data_list", []) if "rotation" in data]
    if turns and abs(turns[0]) % 360 in _SIDEWAYS:
        width, height = height, width
    return width, height


def _fps(stream: dict[str, Any]) -> Fraction:
    for key in ("avg_frame_rate", "r_frame_rate"):
        fps = _fraction(stream.get(key, ""))
        if _MIN_FPS <= fps <= _MAX_FPS:
            return fps
    return _DEFAULT_FPS


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _duration(path: Path, report: dict[str, Any], picture: dict[str, Any]) -> float:
    """Seconds of film. A browser's recording names none: then the last packet's time counts."""
    for text in (report["format"].get("duration"), picture.get("duration")):
        seconds = _number(text)
        if seconds > 0:
            return seconds
    last = 0.0

    def note(line: str) -> bool:
        nonlocal last
        last = max(last, _number(line.partition(",")[0]))
        return True

    running.run(
        [
            *_command(),
            "-of",
            "csv=p=0",
            "-select_streams",
            str(picture["index"]),
            "-show_entries",
            "packet=pts_time",
            "-i",
            running.input_name(path),
        ],
        _PACKET_LIMITS,
        on_line=note,
    )
    return last
