"""What a file really holds, as ffprobe sees it. The extension of its name decides nothing."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from local_videos import faults

from . import process, tools

_LIMITS = process.Limits(wall=60, stall=60, memory=2 * 1024**3, file_size=1024**2)
# Reading every packet of a film of several GB from a slow disc.
_PACKET_LIMITS = process.Limits(wall=600, stall=120, memory=2 * 1024**3, file_size=1024**2)
_HEAD_BYTES = 4096
_PLAYLIST_MARKS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<mpd", b"<asx", b"<smil", b"[reference]")
_PACKET_PARTS = 3
# H.264 level 4.2: 1080 lines, which TV boxes of the last ten years decode.
_HIGHEST_LEVEL = 42
# More than any setting allows: a picture above the setting must be seen in order to be refused by name.
_MOST_PIXELS = 2**29
_SIDEWAYS = (90, 270)
_DEFAULT_FPS = Fraction(25)
_MIN_FPS, _MAX_FPS = 1, 240
# A camera that drops frames in the dark still means its nominal rate, if it comes this near to it.
_NEAR_NOMINAL = Fraction(4, 5)
_INTERLACED = ("tt", "bb", "tb", "bt")
# Programs from before HD name no colours; these are what ordinary screens show.
_ORDINARY_TRANSFERS = ("", "unknown", "bt709", "smpte170m", "bt470bg", "bt470m", "iec61966-2-1")
_MOST_CHAPTERS, _LONGEST_TITLE = 200, 200
# Fewer lines than this are taken for standard definition where the colours are not named, as browsers do.
_HD_LINES = 720
# The picture that is drawn for a lesson without one.
_DRAWN_WIDTH, _DRAWN_HEIGHT, _DRAWN_FPS = 854, 480, Fraction(10)


@dataclass(frozen=True)
class Mark:
    """The beginning of a chapter, in seconds of the film. The title is plain text, whatever it looks like."""

    start: float
    title: str


@dataclass(frozen=True)
class Probe:
    """A film's facts. Width and height are as shown: upright and with square pixels.

    A lesson that has only sound has no `video_stream`; its size is that of the picture drawn for it.
    """

    container: str
    size: int
    duration: float
    start: float
    width: int
    height: int
    coded_pixels: int
    fps: Fraction
    codec: str
    transfer: str
    matrix: str
    video_stream: int | None
    audio_stream: int | None
    picture_seconds: float = 0
    is_interlaced: bool = False
    is_plain: bool = False
    chapters: tuple[Mark, ...] = ()

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track."""
        return self.audio_stream is not None

    @property
    def is_hdr(self) -> bool:
        """Whether the picture needs another range of brightness than ordinary screens have."""
        return self.transfer in ("smpte2084", "arib-std-b67")

    @property
    def unnamed_matrix(self) -> str:
        """By which colour matrix to read a picture that names none; empty where it names one.

        Standard definition is BT.601 (ITU-R BT.601), high definition BT.709 (ITU-R BT.709).
        """
        if self.matrix not in ("", "unknown", "reserved") or self.is_hdr or self.video_stream is None:
            return ""
        return "bt601" if min(self.width, self.height) < _HD_LINES else "bt709"


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
    sounds = [s for s in streams if s.get("codec_type") == "audio" and _is_known(s) and s.get("channels")]
    if not pictures and not sounds:
        raise faults.FilmFault(faults.NOT_A_FILM)
    # The track that its maker marked as the usual one, else the first.
    sound = max(sounds, key=lambda s: bool(s.get("disposition", {}).get("default")), default=None)
    common = {
        "container": report["format"].get("format_name", ""),
        "size": size,
        "start": _number(report["format"].get("start_time")),
        "audio_stream": int(sound["index"]) if sound else None,
    }
    if not pictures:
        seconds = _duration(path, report, None, sound)
        return Probe(**common, **_without_picture(), duration=seconds, chapters=_chapters(report, seconds))
    picture = pictures[0]
    coded_width, coded_height = int(picture.get("width", 0)), int(picture.get("height", 0))
    if not coded_width or not coded_height or not _is_known(picture):
        raise faults.FilmFault(faults.UNREADABLE)
    width, height = _as_shown(picture, coded_width, coded_height)
    seconds = _duration(path, report, picture, sound)
    return Probe(
        **common,
        duration=seconds,
        width=width,
        height=height,
        coded_pixels=coded_width * coded_height,
        fps=_fps(picture),
        codec=picture.get("codec_name", ""),
        transfer=picture.get("color_transfer", ""),
        matrix=picture.get("color_space", ""),
        video_stream=int(picture["index"]),
        picture_seconds=_seconds_of(picture),
        is_interlaced=picture.get("field_order") in _INTERLACED,
        is_plain=_is_plain(picture) and (width, height) == (coded_width, coded_height),
        chapters=_chapters(report, seconds),
    )


def packets(
    path: Path, stream: int, on_tick: Callable[[], None] | None = None
) -> list[tuple[float, str, int]]:
    """Return (seconds, flags, bytes) of each packet of `stream`, in the order of the file.

    Reads the whole file but decodes nothing. `on_tick` may raise to end the work.
    """
    found: list[tuple[float, str, int]] = []

    def note(line: str) -> bool:
        parts = line.split(",")
        if len(parts) >= _PACKET_PARTS:
            found.append((_number(parts[0]), parts[2], int(_number(parts[1]))))
        return True

    process.run(
        [
            *_command(),
            "-of",
            "csv=p=0",
            "-select_streams",
            str(stream),
            "-show_entries",
            "packet=pts_time,size,flags",
            "-i",
            tools.input_name(path),
        ],
        _PACKET_LIMITS,
        on_line=note,
        on_tick=on_tick,
    )
    return found


def is_playlist(path: Path) -> bool:
    """Whether the file only points to others."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith(_PLAYLIST_MARKS) or (head.startswith(b"<?xml") and b"<mpd" in head)


def _report(path: Path) -> dict[str, Any]:
    lines: list[str] = []
    done = process.run(
        [
            *_command(),
            "-of",
            "json",
            "-show_entries",
            "format=format_name,duration,start_time:stream:stream_disposition:stream_side_data"
            ":stream_tags=DURATION:chapter=start_time:chapter_tags=title",
            "-i",
            tools.input_name(path),
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
    options = [
        part for name, value in tools.input_guards(_MOST_PIXELS).items() for part in (f"-{name}", str(value))
    ]
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


def _is_known(stream: dict[str, Any]) -> bool:
    """Whether ffmpeg has a name for how the stream is coded."""
    return stream.get("codec_name", "unknown") not in ("unknown", "none")


def _is_plain(stream: dict[str, Any]) -> bool:
    """Whether every screen shows the picture as it is, without being decoded and coded again."""
    level = stream.get("level", 0)
    return (
        stream.get("codec_name") == "h264"
        and stream.get("profile") in ("Constrained Baseline", "Baseline", "Main", "High")
        and stream.get("pix_fmt") == "yuv420p"
        and stream.get("field_order") == "progressive"
        and stream.get("color_transfer", "") in _ORDINARY_TRANSFERS
        and stream.get("color_range", "tv") in ("tv", "unknown")
        and stream.get("sample_aspect_ratio", "1:1") in ("1:1", "0:1", "N/A")
        and not any(_number(str(data.get("rotation", 0))) for data in stream.get("side_data_list", []))
        and isinstance(level, int)
        and 0 < level <= _HIGHEST_LEVEL
        and _fraction(stream.get("avg_frame_rate", "")) == _fraction(stream.get("r_frame_rate", "-"))
    )


def _without_picture() -> dict[str, Any]:
    return {
        "width": _DRAWN_WIDTH,
        "height": _DRAWN_HEIGHT,
        "coded_pixels": _DRAWN_WIDTH * _DRAWN_HEIGHT,
        "fps": _DRAWN_FPS,
        "codec": "",
        "transfer": "",
        "matrix": "",
        "video_stream": None,
    }


def _chapters(report: dict[str, Any], seconds: float) -> tuple[Mark, ...]:
    """Return the chapters that the file names, in order; those without a title or beyond the end are none."""
    found: dict[float, str] = {}
    for chapter in report.get("chapters", [])[:_MOST_CHAPTERS]:
        start = max(0.0, round(_number(chapter.get("start_time")), 3))
        title = "".join(
            sign if sign.isprintable() else " " for sign in chapter.get("tags", {}).get("title", "")
        )
        if title.strip() and start < seconds:
            found.setdefault(start, " ".join(title.split())[:_LONGEST_TITLE])
    return tuple(Mark(start, found[start]) for start in sorted(found))


def _fps(stream: dict[str, Any]) -> Fraction:
    """The film's own rate; the nominal one where frames were only dropped now and then."""
    average, nominal = (_fraction(stream.get(key, "")) for key in ("avg_frame_rate", "r_frame_rate"))
    if _MIN_FPS <= nominal <= _MAX_FPS and nominal * _NEAR_NOMINAL <= average <= nominal:
        return nominal
    for fps in (average, nominal):
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
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _seconds_of(stream: dict[str, Any] | None) -> float:
    """How long one stream lasts, where the file says so; else 0."""
    if stream is None:
        return 0.0
    seconds = _number(stream.get("duration"))
    if seconds > 0:
        return seconds
    parts = stream.get("tags", {}).get("DURATION", "").split(":")
    return sum(_number(part) * 60**place for place, part in enumerate(reversed(parts)))


def _duration(
    path: Path, report: dict[str, Any], picture: dict[str, Any] | None, sound: dict[str, Any] | None
) -> float:
    """Seconds of film. A browser's recording names none: then the last packet's time counts."""
    # Subtitles or other data may last longer than what is seen and heard.
    if picture is None or _seconds_of(picture) > 0:
        seconds = max(_seconds_of(picture), _seconds_of(sound))
        if seconds > 0:
            return seconds
    seconds = _number(report["format"].get("duration"))
    if seconds > 0:
        return seconds
    measured = picture or sound
    assert measured is not None  # noqa: S101  the caller found one of them; narrows the type
    return max((packet[0] for packet in packets(path, int(measured["index"]))), default=0.0)
