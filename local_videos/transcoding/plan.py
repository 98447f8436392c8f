"""How one film is prepared: everything that is found out and decided before ffmpeg begins."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from . import loudness, stream_copy
from .ladder import SEGMENT_SECONDS, Rung, frame_rate_for, ladder_for
from .output_files import POSTER_CHOICES, SOUND_ONLY
from .probing import Probe, probe
from .stream_copy import StreamCopy


@dataclass(frozen=True)
class Plan:
    """What is made of the file `original` in `folder`.

    `rungs` are the qualities, best first, all at one `frame_rate`. `gain` is in decibels. With `stream_copy`
    the best quality is the film's own picture.
    """

    original: Path
    folder: Path
    film: Probe
    rungs: tuple[Rung, ...]
    frame_rate: Fraction
    gain: float = 0.0
    stream_copy: StreamCopy | None = None

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

    `on_tick` is called about once a second and may raise. Raises `FilmFault` if the file cannot be read.
    """
    film = probe(original)
    rungs = ladder_for(film)
    return Plan(
        original=original,
        folder=folder,
        film=film,
        rungs=rungs,
        frame_rate=frame_rate_for(film),
        gain=loudness.gain_for(original, film, on_tick),
        stream_copy=stream_copy.find(original, film, rungs[0], on_tick),
    )
