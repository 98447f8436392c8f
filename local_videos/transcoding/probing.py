"""What a file holds, as ffprobe sees it. The extension of its name decides nothing.

Lengths and rates are what the file says of itself; how it really is, `measuring` finds out by reading it.
"""

import json
import math
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from local_videos import faults

from . import process, tools

_LIMITS = process.Limits(wall=60, stall=60, memory=2 * 1024**3, file_size=1024**2)
_HEAD_BYTES = 4096
_PLAYLIST_MARKS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<mpd", b"<asx", b"<smil", b"[reference]")
# H.264 level 4.2: 1080 lines, which TV boxes of the last ten years decode.
_HIGHEST_LEVEL = 42
# More than any setting allows: a picture above the setting must be seen in order to be refused by name.
_MOST_PIXELS = 2**29
_SIDEWAYS = (90, 270)
# What ffprobe says of a file that it does not open: the container it took it for, and how surely (0 to 100).
_TAKEN_FOR = re.compile(r"Format (\S+) probed with size=\d+ and score=(\d+)")
_SURE = 50
# What ffmpeg reads as well, and what is neither film nor sound. Pictures are named "…_pipe" there.
_NO_FILMS = (
    *("hls", "concat", "dash", "imf", "sdp", "ffmetadata", "image2", "apng", "tty", "srt", "ass", "webvtt"),
    *("lrc", "sami", "scc", "stl", "subviewer", "microdvd", "mpl2", "realtext", "jacosub", "sup", "vobsub"),
)
_CUT_OFF = (
    "moov atom not found",
    "EBML header parsing failed",
    "File ended prematurely",
    "Truncating packet",
    "I/O error",
    "End of file",
)
_TOO_MANY_TRACKS = "max_streams"
# Such lengths are reckoned by ffmpeg from the first packets' bit rate, or from the first and last time.
_ESTIMATED = "Estimating duration from bitrate"
_SPANS = ("mpegts", "mpeg")
_NO_FIELDS = ("rgb", "bgr", "gbr", "pal", "gray", "mono", "argb", "abgr", "0rgb", "0bgr", "ya")
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
class SoundTrack:
    """One sound track: ffmpeg's number of the stream, how many channels, and how they are arranged."""

    stream: int
    channels: int
    layout: str = ""

    @property
    def is_ambisonic(self) -> bool:
        """Whether the channels are directions, not loudspeakers; the first of them holds all sound."""
        return self.layout.startswith("ambisonic")


@dataclass(frozen=True)
class Probe:
    """A film's facts. Width and height are as shown: upright and with square pixels.

    `duration` is in seconds as the file says it, 0 where it says none; `is_exact` tells that its maker wrote
    it down, so that less means a loss. `fps` is the nominal rate, `average_fps` the mean, 0 where unknown.
    `sounds` are all sound tracks; `audio_stream` is the one that is taken. A lesson that has only sound has
    no `video_stream`; its size is that of the picture drawn for it.
    """

    container: str
    size: int
    duration: float
    is_exact: bool
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
    average_fps: Fraction = Fraction(0)
    sounds: tuple[SoundTrack, ...] = ()
    has_fields: bool = False
    is_plain: bool = False
    chapters: tuple[Mark, ...] = ()

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track."""
        return self.audio_stream is not None

    @property
    def sound(self) -> SoundTrack | None:
        """The sound track that is taken."""
        return next((track for track in self.sounds if track.stream == self.audio_stream), None)

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
    report, is_estimated = _report(path)
    streams = report.get("streams", [])
    films = [s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)]
    pictures = [s for s in films if _is_known(s)]
    sounds = [s for s in streams if s.get("codec_type") == "audio" and _is_known(s) and s.get("channels")]
    if films and not pictures:
        raise faults.FilmFault(faults.KIND)
    if not pictures and not sounds:
        heard = any(stream.get("codec_type") == "audio" for stream in streams)
        raise faults.FilmFault(faults.KIND if heard else faults.NOT_A_FILM)
    # The track that its maker marked as the usual one, else the first.
    sound = max(sounds, key=lambda s: bool(s.get("disposition", {}).get("default")), default=None)
    picture = pictures[0] if pictures else None
    container = report["format"].get("format_name", "")
    seconds = _duration(report, picture, sound)
    common = {
        "container": container,
        "size": size,
        "start": number(report["format"].get("start_time")),
        "duration": seconds,
        "is_exact": seconds > 0 and not is_estimated and container not in _SPANS,
        "sounds": tuple(_track(stream) for stream in sounds),
        "audio_stream": int(sound["index"]) if sound else None,
        "chapters": _chapters(report),
    }
    if picture is None:
        return Probe(**common, **_without_picture())
    coded_width, coded_height = int(picture.get("width", 0)), int(picture.get("height", 0))
    if not coded_width or not coded_height:
        raise faults.FilmFault(faults.UNREADABLE)
    width, height = _as_shown(picture, coded_width, coded_height)
    return Probe(
        **common,
        width=width,
        height=height,
        coded_pixels=coded_width * coded_height,
        fps=_fraction(picture.get("r_frame_rate", "")),
        average_fps=_fraction(picture.get("avg_frame_rate", "")),
        codec=picture.get("codec_name", ""),
        transfer=picture.get("color_transfer", ""),
        matrix=picture.get("color_space", ""),
        video_stream=int(picture["index"]),
        has_fields=not picture.get("pix_fmt", "").startswith(_NO_FIELDS),
        is_plain=_is_plain(picture) and (width, height) == (coded_width, coded_height),
    )


def command(verbosity: str = "error") -> list[str]:
    """Return ffprobe with what guards it against a file from outside; of itself it names faults alone."""
    options = [
        part for name, value in tools.input_guards(_MOST_PIXELS).items() for part in (f"-{name}", str(value))
    ]
    return [tools.ffprobe(), "-v", verbosity, "-hide_banner", *options]


def is_playlist(path: Path) -> bool:
    """Whether the file only points to others."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith(_PLAYLIST_MARKS) or (head.startswith(b"<?xml") and b"<mpd" in head)


def _report(path: Path) -> tuple[dict[str, Any], bool]:
    """Return what ffprobe says of the file, and whether its length is an estimate."""
    lines: list[str] = []
    done = process.run(
        [
            *command("warning"),
            *("-of", "json", "-show_entries"),
            "format=format_name,duration,start_time:stream:stream_disposition:stream_side_data"
            ":stream_tags=DURATION:chapter=start_time:chapter_tags=title",
            "-i",
            tools.input_name(path),
        ],
        _LIMITS,
        on_line=lambda line: not lines.append(line),  # type: ignore[func-returns-value]  # list.append: None
    )
    if done.code:
        raise faults.FilmFault(_why_unreadable(path, done.details), done.details)
    try:
        report: dict[str, Any] = json.loads("\n".join(lines))
    except ValueError as error:
        raise faults.FilmFault(faults.UNREADABLE, done.details) from error
    return report, _ESTIMATED in done.details


def _why_unreadable(path: Path, details: str) -> str:
    """Return the fault of a file that ffprobe did not open: no film, another kind, damaged or cut off."""
    if _TOO_MANY_TRACKS in details:
        return faults.TRACKS
    told = process.run([*command("debug"), "-i", tools.input_name(path)], _LIMITS, on_line=lambda line: False)
    found = _TAKEN_FOR.search(told.details)
    if not found or int(found[2]) < _SURE or found[1] in _NO_FILMS or found[1].endswith("_pipe"):
        return faults.NOT_A_FILM
    if "not on whitelist" in told.details:
        return faults.KIND
    return faults.CUT_OFF if any(words in details for words in _CUT_OFF) else faults.UNREADABLE


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
        and not any(number(str(data.get("rotation", 0))) for data in stream.get("side_data_list", []))
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


def _chapters(report: dict[str, Any]) -> tuple[Mark, ...]:
    """Return the chapters that the file names, in order; those without a title are none."""
    found: dict[float, str] = {}
    for chapter in report.get("chapters", [])[:_MOST_CHAPTERS]:
        start = max(0.0, round(number(chapter.get("start_time")), 3))
        title = "".join(
            sign if sign.isprintable() else " " for sign in chapter.get("tags", {}).get("title", "")
        )
        if title.strip():
            found.setdefault(start, " ".join(title.split())[:_LONGEST_TITLE])
    return tuple(Mark(start, found[start]) for start in sorted(found))


def _track(stream: dict[str, Any]) -> SoundTrack:
    return SoundTrack(int(stream["index"]), int(stream["channels"]), stream.get("channel_layout", ""))


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def number(text: str | None) -> float:
    """Return a number that ffprobe wrote; 0 for none, and for one that is not finite."""
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _end_of(stream: dict[str, Any] | None, begins: float) -> float:
    """Return the second of the film at which a stream ends, where the file says so; else 0.

    `begins` is when the first of all begins, on the file's clock. Matroska names in DURATION the end on that
    clock, as ffmpeg writes it; some programs write the length, which for a stream that begins late is less.
    """
    if stream is None:
        return 0.0
    seconds = number(stream.get("duration"))
    if seconds > 0:
        return max(0.0, number(stream.get("start_time")) - begins) + seconds
    parts = stream.get("tags", {}).get("DURATION", "").split(":")
    end = sum(number(part) * 60**place for place, part in enumerate(reversed(parts)))
    return max(0.0, end - begins)


def _duration(report: dict[str, Any], picture: dict[str, Any] | None, sound: dict[str, Any] | None) -> float:
    """Return how long the file says that it is, in seconds: from the first to the last that it shows; else 0.

    A browser's recording names no length. Subtitles may last longer than what is seen and heard.
    """
    begins = number(report["format"].get("start_time"))
    ends = [end for stream in (picture, sound) if (end := _end_of(stream, begins)) > 0]
    if ends and (picture is None or _end_of(picture, begins) > 0):
        return max(ends)
    return max(0.0, number(report["format"].get("duration")))
