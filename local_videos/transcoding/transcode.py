"""Turns one film into everything a screen may ask for, in one run of ffmpeg.

Beside that run there are only small ones: measuring the loudness, joining the smallest quality to one file,
and taking still pictures. All work happens in a scratch folder; the caller moves it into place.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import ffmpeg

from local_videos import faults

from . import copying, drawn_picture, graph, loudness, pictures, playlists, running, tools
from .ladder import Rung, frame_rate, ladder_for
from .playlists import SOUND_ONLY
from .probing import Mark, Probe, probe

__all__ = ["SOUND_ONLY", "Made", "transcode"]

MASTER = "master.m3u8"
PROGRESSIVE = "film.mp4"
POSTER = "poster.jpg"
# Frames from all over the film, for an editor to choose the poster from.
POSTER_CHOICES = tuple(pictures.POSTERS % number for number in pictures.POSTER_NUMBERS)
# One picture that holds many small ones, and which second of the film each of them shows.
THUMBNAILS = "thumbs.jpg"
THUMBNAILS_TRACK = "thumbs.vtt"
MANIFEST = "manifest.json"

# Ends of films are often ragged by a few frames; more than this is a loss.
_MISSING_SECONDS, _MISSING_SHARE = 2.0, 0.02


@dataclass(frozen=True)
class Made:
    """What one run made: `duration` in seconds, the qualities and their sizes in bytes."""

    duration: float
    width: int
    height: int
    has_sound: bool
    rungs: list[Rung]
    sizes: dict[str, int]
    chapters: tuple[Mark, ...] = ()
    copied: bool = False


def transcode(original: Path, folder: Path, on_percent: Callable[[int], None]) -> Made:
    """Make all renditions of `original` in the empty `folder`.

    `on_percent` is called at least every few seconds with 0..99 and may raise to end the work. Raises
    `FilmFault` when the film cannot be prepared whole.
    """
    film = probe(original)
    rungs = ladder_for(film)
    gain = loudness.gain_for(original, film, lambda: on_percent(0))
    cuts = copying.cuts_of(original, film, rungs[0], lambda: on_percent(0))
    _encode(original, film, rungs, folder, on_percent, gain=gain, cuts=cuts)
    made_of = [folder / rung.name for rung in rungs]
    if cuts and not playlists.are_aligned(made_of, float(1 / frame_rate(film))):
        # ffmpeg cut the film's own picture elsewhere than foreseen: better to code it anew than to stutter.
        for place in [*made_of, folder / SOUND_ONLY]:
            shutil.rmtree(place, ignore_errors=True)
        cuts = None
        _encode(original, film, rungs, folder, on_percent, gain=gain, cuts=None)
    seconds = sum(playlists.segments_of(made_of[0]))
    _compare(film.duration, seconds)
    playlists.write_master(folder / MASTER, rungs, has_sound=film.has_sound)
    _make_progressive(folder, rungs[-1], seconds, lambda: on_percent(99))
    # What was coded here names its colours; a film that was copied whole may not.
    read_as = film.unnamed_matrix if cuts and len(rungs) == 1 else ""
    _take_pictures(folder, film, rungs, seconds, lambda: on_percent(99), read_as=read_as)
    made = Made(
        duration=round(seconds, 3),
        width=rungs[0].width,
        height=rungs[0].height,
        has_sound=film.has_sound,
        rungs=rungs,
        sizes={rung.name: _size(folder / rung.name) for rung in rungs},
        chapters=film.chapters,
        copied=cuts is not None,
    )
    # Last, so that a folder with a manifest is whole.
    (folder / MANIFEST).write_text(json.dumps(asdict(made), indent=1))
    return made


def _encode(
    original: Path,
    film: Probe,
    rungs: list[Rung],
    folder: Path,
    on_percent: Callable[[int], None],
    *,
    gain: float,
    cuts: copying.Cuts | None,
) -> None:
    """Run ffmpeg."""
    written = 0.0
    # The time that ffmpeg names is that of the output that lags most, and posters are minutes apart; the
    # frames of the first quality tell how far the film is.
    rate = float(film.fps if cuts else frame_rate(film))

    def note(line: str) -> bool:
        nonlocal written
        name, _, value = line.partition("=")
        if name not in ("frame", "out_time_us") or not value.isdigit():
            return False
        reached = int(value) / (rate if name == "frame" else 1_000_000)
        before, written = written, max(written, reached)
        return written > before

    def tick() -> None:
        on_percent(min(99, int(100 * written / film.duration)))

    for name in [*(rung.name for rung in rungs), *([SOUND_ONLY] if film.has_sound else [])]:
        (folder / name).mkdir()
    if film.video_stream is None:
        drawn_picture.draw_still(folder / graph.STILL, rungs[0])
    argv = graph.arguments(original, film, rungs, gain=gain, cuts=cuts)
    done = running.run(
        [tools.ffmpeg_for(film.codec), *argv],
        running.Limits(wall=600 + 40 * film.duration, stall=180),
        on_line=note,
        on_tick=tick,
        cwd=folder,
        pid_file=folder / "pid",
    )
    (folder / "pid").unlink(missing_ok=True)
    (folder / graph.STILL).unlink(missing_ok=True)
    if done.code:
        raise faults.FilmFault(_reason(done), done.details)


def _reason(done: running.Finished) -> str:
    if "No space left on device" in done.details or "File too large" in done.details:
        return faults.DISC_FULL
    if "Invalid data found" in done.details:
        return faults.UNREADABLE
    return faults.FFMPEG_FAILED


def _compare(expected: float, written: float) -> None:
    """ffmpeg ends with success even if it could read only the beginning."""
    if written < expected - max(_MISSING_SECONDS, expected * _MISSING_SHARE) or written <= 0:
        raise faults.FilmFault(faults.SHORTER, f"{written:.1f} s / {expected:.1f} s")


def _make_progressive(folder: Path, rung: Rung, seconds: float, on_tick: Callable[[], None]) -> None:
    """Copy the smallest quality into one file, for boxes whose browser cannot join segments."""
    copied = ffmpeg.input(
        running.input_name(folder / rung.name / playlists.PLAYLIST),
        protocol_whitelist="file",
        format_whitelist="hls,mov",
        allowed_extensions="m3u8,mp4",
    ).output(str(folder / PROGRESSIVE), c="copy", movflags="+faststart", f="mp4")
    argv = copied.global_args("-hide_banner", "-nostdin", "-y", "-v", "warning").compile()
    done = running.run(
        [tools.ffmpeg(), *argv[1:]],
        running.Limits(wall=300 + seconds, stall=300 + seconds),
        on_line=lambda line: False,
        on_tick=on_tick,
    )
    if done.code:
        raise faults.FilmFault(_reason(done), done.details)


def _take_pictures(
    folder: Path,
    film: Probe,
    rungs: list[Rung],
    seconds: float,
    on_tick: Callable[[], None],
    *,
    read_as: str,
) -> None:
    """Posters of the best quality and thumbnails of the smallest. A drawn picture is its own only poster."""
    if not (folder / POSTER_CHOICES[0]).is_file():
        most = len(POSTER_CHOICES) if film.video_stream is not None else 1
        made = folder / rungs[0].name
        pictures.take_posters(made, frame_rate(film), most, on_tick, read_as=read_as)
    pictures.choose_poster(folder, POSTER)
    if film.video_stream is not None:
        pictures.take_thumbnails(
            folder / PROGRESSIVE,
            rungs[-1],
            seconds,
            (folder / THUMBNAILS, folder / THUMBNAILS_TRACK),
            on_tick,
            read_as=read_as,
        )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
