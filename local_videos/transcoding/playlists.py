"""The playlists of a film: what is in them, and the one that names all qualities."""

from collections.abc import Iterator
from pathlib import Path

from .ladder import Rung

# The folder of the sound alone, and the list of segments in each folder.
SOUND_ONLY = "sound"
PLAYLIST = "index.m3u8"

_CODEC_OF_SOUND = "mp4a.40.2"
_INIT = "init.mp4"


def segments_of(folder: Path) -> list[float]:
    """Return the lengths of the segments in `folder`, in seconds: what a viewer will really get."""
    playlist = folder / PLAYLIST
    lines = playlist.read_text().splitlines() if playlist.is_file() else []
    return [float(line.removeprefix("#EXTINF:").rstrip(",")) for line in lines if line.startswith("#EXTINF:")]


def are_aligned(folders: list[Path], frame: float) -> bool:
    """Whether all qualities are cut at the same moments, to less than half a `frame` (in seconds)."""
    first, *others = [segments_of(folder) for folder in folders]
    # The last segment's end is the end of the film, ragged by a frame or two.
    return all(
        len(other) == len(first)
        and all(abs(mine - its) < frame / 2 for mine, its in zip(first[:-1], other[:-1], strict=True))
        for other in others
    )


def peak_bits(folder: Path) -> int:
    """Return the bits per second of the densest segment."""
    lengths = segments_of(folder)
    sizes = [(folder / f"{place:05d}.mp4").stat().st_size * 8 for place in range(len(lengths))]
    # A last piece of a few frames says nothing about the line that is needed.
    rates = [size / max(length, 1.0) for size, length in zip(sizes, lengths, strict=True)]
    return int(max(rates, default=0)) + 1


def write_master(place: Path, rungs: list[Rung], *, has_sound: bool) -> None:
    """Write the playlist at `place` that names every quality beside it, best first."""
    place.write_text("\n".join(_master(place.parent, rungs, has_sound=has_sound)) + "\n")


def _master(folder: Path, rungs: list[Rung], *, has_sound: bool) -> Iterator[str]:
    yield from ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS")
    for rung in rungs:
        codecs = [_codec_of_picture(folder / rung.name / _INIT), *([_CODEC_OF_SOUND] if has_sound else [])]
        yield (
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak_bits(folder / rung.name)},"
            f'RESOLUTION={rung.width}x{rung.height},CODECS="{",".join(codecs)}"'
        )
        yield f"{rung.name}/{PLAYLIST}"
    if has_sound:
        yield f'#EXT-X-STREAM-INF:BANDWIDTH={peak_bits(folder / SOUND_ONLY)},CODECS="{_CODEC_OF_SOUND}"'
        yield f"{SOUND_ONLY}/{PLAYLIST}"


def _codec_of_picture(init: Path) -> str:
    """Name profile and level as RFC 6381 asks, from the box that describes the picture (ISO 14496-15)."""
    _before, _mark, description = init.read_bytes().partition(b"avcC")
    return f"avc1.{description[1:4].hex()}"
