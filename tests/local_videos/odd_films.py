"""Films as cameras, recorders and broadcasters leave them: with clocks, lengths and tracks that mislead.

Each is made the same way every time, is small, and stands for a kind; its maker returns how many seconds of
picture and sound together it holds.
"""

from collections.abc import Callable
from pathlib import Path

from .films import call

_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")
_AAC = ("-c:a", "aac", "-b:a", "32k")
_SMALL = "160x120"


def _picture(seconds: float, size: str = _SMALL, rate: int = 25) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}")


def _tone(seconds: float, rate: int = 48_000) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}:sample_rate={rate}")


def _part(place: Path, seconds: float, begins: float, *, size: str = _SMALL, rate: int = 48_000) -> bytes:
    """Return a piece of a broadcast that begins at second `begins` of its clock."""
    channels = "2" if rate != 48_000 else "1"
    call(
        *("-y", *_picture(seconds, size), *_tone(seconds, rate), "-ac", channels, *_H264, *_AAC),
        *("-output_ts_offset", str(begins), "-muxdelay", "0", "-f", "mpegts", str(place)),
    )
    return place.read_bytes()


def clock_begins_anew(place: Path) -> float:
    """Three parts of three seconds in a row, each of which begins at 0."""
    place.write_bytes(_part(place, 3, 0) * 3)
    return 9


def clock_jumps(place: Path) -> float:
    """A camera without a battery for its clock, which it set by satellite after five seconds."""
    place.write_bytes(_part(place, 5, 0) + _part(place, 3, 40_000))
    return 8


def clock_jumps_in_silence(place: Path) -> float:
    """The same without sound, in a file that keeps the moment of each picture."""
    jump = ("-vf", "setpts=PTS+gte(T\\,3)*3000/TB", "-fps_mode", "passthrough")
    call("-y", *_picture(6), *jump, *_H264, str(place))
    return 6


def clock_jumps_in_matroska(place: Path) -> float:
    """Picture and sound leap by the same time in a file that keeps the moment of each."""
    leap = "PTS+gte(T\\,3)*3000/TB"
    call(
        *("-y", *_picture(6), *_tone(6), "-vf", f"setpts={leap}", "-af", f"asetpts={leap}"),
        *("-fps_mode", "passthrough", *_H264, *_AAC, str(place)),
    )
    return 6


def broadcast_changes(place: Path) -> float:
    """The size of the picture, the channels and the sample rate change in the middle."""
    place.write_bytes(_part(place, 3, 0) + _part(place, 3, 3, size="320x180", rate=44_100))
    return 6


def broadcast_changes_after_late_picture(place: Path) -> float:
    """The same, tuned in between two pictures: sound comes first."""
    call(
        *("-y", *_tone(5), "-itsoffset", "2", *_picture(3), "-map", "1:v", "-map", "0:a", *_H264, *_AAC),
        *("-muxdelay", "0", "-f", "mpegts", str(place)),
    )
    place.write_bytes(place.read_bytes() + _part(place, 3, 5, size="320x180", rate=44_100))
    return 8


def sound_begins_late(place: Path) -> float:
    """Five seconds of picture, and four of sound that begin when twelve have gone by."""
    call("-y", *_picture(5), "-itsoffset", "12", *_tone(4), *_H264, *_AAC, str(place))
    return 16


def picture_begins_late(place: Path) -> float:
    """The mirror image: the sound ends before the picture begins."""
    late = ("-itsoffset", "12", *_picture(4))
    call("-y", *_tone(5), *late, "-map", "1:v", "-map", "0:a", *_H264, *_AAC, str(place))
    return 16


def picture_begins_later_than_sound(place: Path) -> float:
    """Both end together, but the picture begins five seconds later."""
    late = ("-itsoffset", "5", *_picture(3))
    call("-y", *_tone(8), *late, "-map", "1:v", "-map", "0:a", *_H264, *_AAC, str(place))
    return 8


def sound_ends_early(place: Path) -> float:
    """Eight seconds of picture with three of sound."""
    call("-y", *_picture(8), *_tone(3), *_H264, *_AAC, str(place))
    return 8


def quiet_then_loud(place: Path) -> float:
    """Sound without a header, whose first part takes next to no bits."""
    noise = ("-f", "lavfi", "-i", "anoisesrc=duration=10:sample_rate=44100")
    call("-y", *_silence(10), "-c:a", "aac", "-b:a", "8k", "-f", "adts", str(place))
    quiet = place.read_bytes()
    call("-y", *noise, "-c:a", "aac", "-b:a", "192k", "-f", "adts", str(place))
    place.write_bytes(quiet + place.read_bytes())
    return 20


def loud_then_quiet(place: Path) -> float:
    """The same the other way about, as MP3 of changing bit rate without a header."""
    bare = ("-write_xing", "0", "-id3v2_version", "0", "-c:a", "libmp3lame")
    call("-y", *_silence(10), *bare, "-q:a", "9", "-f", "mp3", str(place))
    quiet = place.read_bytes()
    noise = ("-f", "lavfi", "-i", "anoisesrc=duration=5:sample_rate=44100")
    call("-y", *noise, *bare, "-q:a", "0", "-f", "mp3", str(place))
    place.write_bytes(place.read_bytes() + quiet)
    return 15


def _silence(seconds: float) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"anullsrc=r=44100:cl=mono,atrim=duration={seconds}")


def slides(place: Path) -> float:
    """Still slides without sound, of which a minute takes a few kilobytes; the last stands for a second."""
    call(
        "-y", *_picture(40, rate=1), "-vf", "select=not(mod(n\\,10))", "-fps_mode", "vfr", *_H264, str(place)
    )
    return 31


def slides_with_silence(place: Path) -> float:
    """The same with a track of silence."""
    call("-y", *_picture(35, rate=1), *_silence(35), *_H264, "-c:a", "aac", "-b:a", "8k", str(place))
    return 35


def names_no_length(place: Path) -> float:
    """What a browser records: a file without a length."""
    call("-y", *_picture(4), *_tone(4), *_H264, *_AAC, "-live", "1", "-f", "matroska", str(place))
    return 4


# By the name of a film: its maker. The ending is that of the container; all are ready, whole.
ODD_FILMS: dict[str, Callable[[Path], float]] = {
    "clock-begins-anew.ts": clock_begins_anew,
    "clock-jumps.ts": clock_jumps,
    "clock-jumps-silent.mp4": clock_jumps_in_silence,
    "clock-jumps.mkv": clock_jumps_in_matroska,
    "clock-jumps.mp4": clock_jumps_in_matroska,
    "changes.ts": broadcast_changes,
    "changes-late.ts": broadcast_changes_after_late_picture,
    "sound-late.mp4": sound_begins_late,
    "sound-late.mkv": sound_begins_late,
    "picture-late.mp4": picture_begins_late,
    "picture-later.mp4": picture_begins_later_than_sound,
    "sound-short.mp4": sound_ends_early,
    "quiet-loud.aac": quiet_then_loud,
    "loud-quiet.mp3": loud_then_quiet,
    "slides.mp4": slides,
    "slides-silent.mp4": slides_with_silence,
    "no-length.webm": names_no_length,
}
