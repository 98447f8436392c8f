"""Hundreds of broken and malicious files, each made the same way every time."""

import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .films import call

SEED = 20_261_122
_CUTS = (0.03, 0.25, 0.6, 0.97)
_FLIPS, _LIES = 7, 5
_LIE_VALUES = (b"\x00" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\x00\x01\x51\x80")
_DAY = 24 * 60 * 60
_BOXES_WITH_LENGTH = {b"mvhd": 16, b"mdhd": 16, b"tkhd": 20}
_NAMES = (
    *("-i.mp4", "--help.mp4", "a'b.mp4", 'a"b.mp4', "a;b|c&d.mp4", "$(reboot).mp4", "`id`.mp4", "%05d.mp4"),
    *("concat:a|b.mp4", "http:x.mp4", "pipe:0", "../../../etc/passwd", "..\\..\\x.mp4", "长" * 300 + ".mp4"),
    *("a\nb.mp4", "a b　c.mp4", ".mp4", "CON.mp4", "[v0]scale=1,.mp4", "=1:x.mp4"),
)


@dataclass(frozen=True)
class BrokenFilm:
    """What is uploaded, under which name, and what is wrong with it."""

    fault: str
    name: str
    content: bytes
    is_pointer: bool = False


def make_whole_films(folder: Path) -> None:
    """Make one tiny film for each container, and films with very many streams."""
    picture = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=0.8"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=0.8"]
    kinds = {
        "mp4": "-c:v libx264 -preset ultrafast -c:a aac",
        "mov": "-c:v mpeg4 -c:a aac -movflags +faststart",
        "mkv": "-c:v libx264 -preset ultrafast -c:a libmp3lame",
        "webm": "-c:v libvpx -deadline realtime -c:a libopus",
        "avi": "-c:v mpeg4 -c:a libmp3lame",
        "wmv": "-c:v wmv2 -c:a wmav2",
        "mpg": "-c:v mpeg2video -r 25 -c:a ac3",
        "ts": "-c:v libx264 -preset ultrafast -c:a aac",
        "flv": "-c:v libx264 -preset ultrafast -c:a aac",
    }
    for ending, options in kinds.items():
        place = str(folder / f"whole.{ending}")
        call("-y", *picture, *tone, "-pix_fmt", "yuv420p", "-bitexact", *options.split(), place)
    call("-y", *picture, str(folder / "whole.gif"))
    call("-y", *tone, str(folder / "whole.mp3"))
    streams = [part for _ in range(120) for part in ("-map", "0:a")]
    crowd = str(folder / "crowd.mkv")
    call("-y", *tone, *picture, *streams, "-map", "1:v", "-c:a", "aac", "-c:v", "mpeg4", crowd)
    for ending in ("ts", "mp4"):
        call("-y", "-i", crowd, "-map", "0", "-c", "copy", str(folder / f"crowd.{ending}"))


def broken_films(films: dict[str, bytes], secret: Path, address: str) -> Iterator[BrokenFilm]:
    """Yield them all. Those that refer to something refer to the file `secret` or to `address`."""
    chance = random.Random(SEED)  # noqa: S311  the same films every time
    whole = {name: content for name, content in films.items() if name.startswith("whole")}
    for name, content in whole.items():
        for share in _CUTS:
            yield BrokenFilm("cut off", name, content[: int(len(content) * share)])
        for number in range(_FLIPS):
            yield BrokenFilm("bits flipped", name, _flipped(content, 2**number, chance))
        for _ in range(_LIES):
            yield BrokenFilm("header lies", name, _lying(content, chance))
        yield BrokenFilm("cut out of the middle", name, content[:600] + content[1200:])
        yield BrokenFilm("twice in a row", name, content * 2)
    for name, content in films.items():
        if name.startswith("crowd"):
            yield BrokenFilm("120 streams", name, content)
    yield from _claims(whole)
    yield from _references(secret, address, whole["whole.mp4"])
    yield from _misnamed(whole, chance)


def _flipped(content: bytes, count: int, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(count):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _lying(content: bytes, chance: random.Random) -> bytes:
    """Overwrite numbers where a container keeps its facts: at its beginning, and in an index at its end."""
    changed = bytearray(content)
    for _ in range(3):
        near = chance.randrange(4, min(700, len(changed) - 4))
        place = near if chance.random() < 0.5 else len(changed) - near - 4
        changed[place : place + 4] = chance.choice(_LIE_VALUES)
    return bytes(changed)


def _claims(whole: dict[str, bytes]) -> Iterator[BrokenFilm]:
    """Yield films that claim to be far longer or larger than they are."""
    # Each costs ten seconds of a core: ffmpeg repeats the frame before the gap until it is told to stop.
    for name, seconds in (("whole.mp4", _DAY), ("whole.mov", 100 * _DAY)):
        yield BrokenFilm("claims a day", name, _claiming_length(whole[name], seconds))
    for name in ("whole.mp4", "whole.mov"):
        for width, height in ((65535, 65535), (30000, 2), (1, 1), (0, 0), (16384, 16384)):
            yield BrokenFilm("claims pixels", name, _claiming_size(whole[name], width, height))
    for width, height in ((65535, 65535), (40000, 40000), (0, 0)):
        gif = bytearray(whole["whole.gif"])
        gif[6:10] = struct.pack("<HH", width, height)
        yield BrokenFilm("claims pixels", "whole.gif", bytes(gif))
    flv = bytearray(whole["whole.flv"])
    place = flv.index(b"duration") + 9
    flv[place : place + 8] = struct.pack(">d", float(_DAY))
    yield BrokenFilm("claims a day", "whole.flv", bytes(flv))


def _claiming_length(content: bytes, seconds: int) -> bytes:
    changed = bytearray(content)
    for box, distance in _BOXES_WITH_LENGTH.items():
        place = changed.find(box)
        while place >= 0:
            # Before the length come version and flags, two dates, and the clock's rate (tkhd: other things).
            rate = 1000 if box == b"tkhd" else struct.unpack(">I", changed[place + 16 : place + 20])[0]
            at = place + 4 + distance
            changed[at : at + 4] = struct.pack(">I", min(seconds * rate, 2**32 - 2))
            place = changed.find(box, place + 4)
    place = changed.find(b"stts")
    while place >= 0:
        # One entry: all frames, each of which lasts as long as the whole.
        changed[place + 16 : place + 20] = struct.pack(">I", min(seconds * 10_000, 2**31 - 1))
        place = changed.find(b"stts", place + 4)
    return bytes(changed)


def _claiming_size(content: bytes, width: int, height: int) -> bytes:
    changed = bytearray(content)
    for kind in (b"avc1", b"mp4v"):
        place = changed.find(kind, changed.find(b"stsd"))
        if place >= 0:
            changed[place + 28 : place + 32] = struct.pack(">HH", width, height)
    return bytes(changed)


def _references(secret: Path, address: str, film: bytes) -> Iterator[BrokenFilm]:
    """Yield files that name other files, in all the ways that ffmpeg knows."""
    targets = (str(secret), f"file:{secret}", f"file://{secret}", address, f"concat:{secret}|{secret}")
    for target in targets:
        for kind, write in _POINTERS.items():
            text = write(target).encode()
            # What a file is called decides nothing, so one target under its true name is enough.
            for name in ("film.mp4", f"film.{kind}") if target == address else ("film.mp4",):
                yield BrokenFilm(f"points elsewhere: {kind}", name, text, is_pointer=True)
        for before in (b"\xef\xbb\xbf\r\n", b"\n" * 5000):
            text = before + _m3u8(target).encode()
            yield BrokenFilm("points elsewhere: m3u8", "film.mp4", text, is_pointer=True)
        yield BrokenFilm("points elsewhere: dref", "film.mov", _outside(film, target))
        yield BrokenFilm("points elsewhere: after a film", "film.mp4", film + _m3u8(target).encode())


def _m3u8(target: str) -> str:
    return (
        f'#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI="{target}"\n#EXTINF:2,\n{target}\n#EXT-X-ENDLIST\n'
    )


def _mpd(target: str) -> str:
    return (
        '<?xml version="1.0"?>\n<MPD type="static" mediaPresentationDuration="PT2S"><Period>'
        f'<AdaptationSet mimeType="video/mp4"><Representation id="1"><BaseURL>{target}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>"
    )


def _svg(target: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="64">'
        f'<image x:href="{target}" width="64" height="64"/></svg>'
    )


_POINTERS: dict[str, Callable[[str], str]] = {
    "m3u8": _m3u8,
    "ffconcat": lambda target: f"ffconcat version 1.0\nfile '{target}'\nduration 2\n",
    "txt": lambda target: f"file '{target}'\n",
    "mpd": _mpd,
    "sdp": lambda target: (
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\na=control:{target}\n"
        "t=0 0\nm=video 45678 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
    ),
    "svg": _svg,
    "asx": lambda target: f'<asx version="3.0"><entry><ref href="{target}"/></entry></asx>',
    "pls": lambda target: f"[playlist]\nFile1={target}\nNumberOfEntries=1\n",
    "smil": lambda target: f'<smil><body><video src="{target}"/></body></smil>',
    "imf": lambda target: f'<?xml version="1.0"?><AssetMap><Path>{target}</Path></AssetMap>',
}


def _outside(film: bytes, target: str) -> bytes:
    """Return a QuickTime film whose data lies in another file (its `dref` names it)."""
    inside = b"\x00\x00\x00\x0curl \x00\x00\x00\x01"
    text = target.encode() + b"\x00"
    outside = struct.pack(">I", 12 + len(text)) + b"url \x00\x00\x00\x00" + text
    # The boxes around grow with it; ffmpeg must cope with their sizes as with any lie.
    return film.replace(inside, outside)


def _misnamed(whole: dict[str, bytes], chance: random.Random) -> Iterator[BrokenFilm]:
    """Yield sound films with terrible names, and other things with good ones."""
    for name in _NAMES:
        yield BrokenFilm("a terrible name", name, whole["whole.mp4"][:700] + whole["whole.mp4"][900:])
    for ending in ("jpg", "txt", "exe", "html", "m3u8", "mp3"):
        yield BrokenFilm("a wrong ending", f"film.{ending}", whole["whole.mkv"])
    others = {
        "nothing": b"",
        "one byte": b"\x00",
        "zeros": b"\x00" * 20_000,
        "noise": chance.randbytes(20_000),
        "text": "会议记录\n".encode() * 500,
        "html": b"<!doctype html><html><video src='/etc/passwd'></video></html>",
        "zip": b"PK\x03\x04" + chance.randbytes(4000),
        "pdf": b"%PDF-1.7\n" + chance.randbytes(4000),
        "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + chance.randbytes(4000),
        "elf": b"\x7fELF" + chance.randbytes(4000),
        "bare ftyp": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        "endless box": b"\x00\x00\x00\x01moov" + b"\xff" * 2000,
        "nested boxes": b"\x00\x00\x10\x00moov" * 500,
        "bare ebml": b"\x1aE\xdf\xa3" + b"\x01" + b"\xff" * 2000,
        "bare riff": b"RIFF\xff\xff\xff\xffAVI LIST" + b"\xff" * 2000,
        "bare sync": b"\x47" * 20_000,
    }
    for what, content in others.items():
        yield BrokenFilm(what, "film.mp4", content)
