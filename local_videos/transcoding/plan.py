"""How one film is prepared: everything that is found out and decided before ffmpeg begins."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from local_videos import faults

from . import changes, loudness, stream_copy
from .changes import Change
from .ladder import SEGMENT_SECONDS, Rung, frame_rate_for, ladder_for
from .measuring import Measured, measure, put_right
from .output_files import POSTER_CHOICES, SOUND_ONLY
from .probing import Probe, probe
from .stream_copy import StreamCopy

_RAGGED_SECONDS, _RAGGED_SHARE = 2.0, 0.02


@dataclass(frozen=True)
class Plan:
    """What is made of the file `original` in `folder`.

    `film` is what the file says of itself, put right by what was `measured`. `rungs` are the qualities, best
    first, all at one `frame_rate`. `gain` is in decibels. With `stream_copy` the best quality is the film's
    own picture. `changes` are what an editor is told.
    """

    original: Path
    folder: Path
    film: Probe
    measured: Measured
    rungs: tuple[Rung, ...]
    frame_rate: Fraction
    gain: float = 0.0
    stream_copy: StreamCopy | None = None
    changes: tuple[Change, ...] = ()

    @property
    def best(self) -> Rung:
        """The best quality."""
        return self.rungs[0]

    @property
    def smallest(self) -> Rung:
        """The smallest quality."""
        return self.rungs[-1]

    @property
    def has_picture(self) -> bool:
        """Whether the film has a picture of its own; otherwise one is drawn."""
        return self.film.video_stream is not None

    @property
    def rung_folders(self) -> list[Path]:
        """The folder of each quality, best first."""
        return [self.folder / rung.name for rung in self.rungs]

    @property
    def stream_folders(self) -> list[Path]:
        """The folders of all qualities, and of the sound alone."""
        return [*self.rung_folders, *([self.folder / SOUND_ONLY] if self.film.has_sound else [])]

    @property
    def posters(self) -> int:
        """How many frames an editor may choose the poster from: one of a picture that never changes."""
        return len(POSTER_CHOICES) if self.has_picture else 1

    def segment_start(self, number: int) -> float:
        """Return the second of the film at which the segment with `number`, from 0 on, begins."""
        if self.stream_copy is None:
            return float(number * SEGMENT_SECONDS)
        return self.stream_copy.starts[min(number, len(self.stream_copy.starts) - 1)]

    @property
    def unnamed_matrix(self) -> str:
        """By which colour matrix to read the finished qualities; empty where they name it.

        What is coded here names its colours. A film whose picture is only copied may not.
        """
        return self.film.unnamed_matrix if self.stream_copy and len(self.rungs) == 1 else ""


def make_plan(original: Path, folder: Path, on_tick: Callable[[], None]) -> Plan:
    """Look into `original` and decide what is made of it in the empty `folder`.

    `on_tick` is called about once a second and may raise. Raises `FilmFault` if the file cannot be read or
    was cut off.
    """
    said = probe(original)
    measured = measure(original, said, on_tick)
    loud = loudness.measure_tracks(original, said, measured, on_tick)
    track = _track_with_sound(said, loud)
    film = replace(said, audio_stream=track)
    if track != said.audio_stream:
        measured = measure(original, film, on_tick)
    _require_all(said, measured)
    film = put_right(film, measured)
    rungs = ladder_for(film)
    rate = frame_rate_for(film)
    return Plan(
        original=original,
        folder=folder,
        film=film,
        measured=measured,
        rungs=rungs,
        frame_rate=rate,
        gain=loudness.gain_for(loud.get(track) if track is not None else None),
        stream_copy=stream_copy.find(film, measured, rungs[0]),
        changes=changes.made(said, film, rungs[0], rate),
    )


def _track_with_sound(film: Probe, loud: dict[int, float]) -> int | None:
    """Return the usual sound track, or where that is silent the first that is not."""
    usual = film.audio_stream
    if usual is None or not loudness.is_silent(loud.get(usual, 0.0)):
        return usual
    return next((stream for stream, lufs in loud.items() if not loudness.is_silent(lufs)), usual)


def _require_all(said: Probe, measured: Measured) -> None:
    """Raise `FilmFault` if the file holds less than its maker wrote down."""
    if measured.seconds <= 0 or (said.video_stream is not None and measured.picture is None):
        raise faults.FilmFault(faults.UNREADABLE)
    leaps = max(measured.leaps.values(), key=len, default=())
    leapt = sum(max(0.0, leap.seconds) for leap in leaps)
    if said.is_exact and is_short_of(said.duration, measured.seconds + leapt):
        raise faults.FilmFault(faults.CUT_OFF, f"{measured.seconds:.1f} s / {said.duration:.1f} s")


def is_short_of(whole: float, part: float) -> bool:
    """Return whether so much of `whole` is missing in `part`, both in seconds, that it is a loss.

    Ends of films are often ragged by a few frames.
    """
    return part < whole - max(_RAGGED_SECONDS, whole * _RAGGED_SHARE)
