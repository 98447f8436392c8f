"""The playlists of a film: what is in them, and the one that names all qualities."""

from collections.abc import Iterator
from pathlib import Path

import ffmpeg

from . import tools
from .output_files import INIT, MASTER, PLAYLIST, SEGMENT, SOUND_ONLY
from .plan import Plan

_CODEC_OF_SOUND = "mp4a.40.2"


def as_input(folder: Path, **options: object) -> ffmpeg.nodes.InputNode:
    """Return the playlist in `folder`, which we made, as an input of ffmpeg."""
    return ffmpeg.input(
        tools.input_name(folder / PLAYLIST),
        protocol_whitelist="file",
        format_whitelist="hls,mov",
        allowed_extensions="m3u8,mp4",
        **options,
    )


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
    sizes = [(folder / (SEGMENT % place)).stat().st_size * 8 for place in range(len(lengths))]
    # A last piece of a few frames says nothing about the line that is needed.
    rates = [size / max(length, 1.0) for size, length in zip(sizes, lengths, strict=True)]
    return int(max(rates, default=0)) + 1


def write_master(plan: Plan) -> None:
    """Write the playlist that names every quality, best first."""
    (plan.folder / MASTER).write_text("\n".join(_master(plan)) + "\n")


def _master(plan: Plan) -> Iterator[str]:
    yield from ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS")
    sound = [_CODEC_OF_SOUND] if plan.film.has_sound else []
    for rung, folder in zip(plan.rungs, plan.rung_folders, strict=True):
        codecs = ",".join([_codec_of_picture(folder / INIT), *sound])
        yield (
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak_bits(folder)},"
            f'RESOLUTION={rung.width}x{rung.height},CODECS="{codecs}"'
        )
        yield f"{rung.name}/{PLAYLIST}"
    if sound:
        bandwidth = peak_bits(plan.folder / SOUND_ONLY)
        yield f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},CODECS="{_CODEC_OF_SOUND}"'
        yield f"{SOUND_ONLY}/{PLAYLIST}"


def _codec_of_picture(init: Path) -> str:
    """Name profile and level as RFC 6381 asks, from the box that describes the picture (ISO 14496-15)."""
    _before, _mark, description = init.read_bytes().partition(b"avcC")
    return f"avc1.{description[1:4].hex()}"
