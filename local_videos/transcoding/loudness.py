"""Brings all films to one loudness, so that nobody reaches for the remote control between two lectures.

Measured once over the whole film (EBU R 128), then corrected by one fixed gain: loud and quiet parts keep
their distance. A limiter keeps what became louder from being cut off.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ffmpeg
from django.conf import settings

from . import filter_graphs, process, tools
from .film_input import film_input, global_arguments
from .measuring import Measured
from .probing import Probe, SoundTrack

_INTEGRATED = re.compile(r"\[ebur128@(\d+) @ [^\]]*\] Summary:\s+Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS")
# The first tracks; nobody records more, and their results must fit into what is kept of ffmpeg's words.
_MOST_TRACKS = 6
# To which loudspeakers up to so many channels belong, ffmpeg can guess where the file does not say.
_GUESSED_CHANNELS, _UNARRANGED = 8, ("", "unknown")
# Quieter than this is silence or the noise of a room; nobody wants that louder.
_SILENCE = -55.0
_MOST_GAIN = 20.0
# Less than a listener notices.
_LEAST_GAIN = 0.3
# -1.5 dBFS: coding the sound adds small peaks of its own.
_CEILING = 0.841


def measure_tracks(
    original: Path, film: Probe, measured: Measured, on_tick: Callable[[], None]
) -> dict[int, float]:
    """Return how loud each sound track of `film` is, by its stream's number, in LUFS (-70 for silence).

    A track that cannot be read is left out.
    """
    tracks = film.sounds[:_MOST_TRACKS]
    if not tracks:
        return {}
    program = tools.ffmpeg()
    source = film_input(original, measured, program)
    heard = [
        ffmpeg.output(
            source[str(track.stream)].filter(f"ebur128@{track.stream}", framelog="quiet"),
            *("-",),
            f="null",
            t=measured.limit,
        )
        for track in tracks
    ]
    whole = ffmpeg.merge_outputs(*heard)
    argv = filter_graphs.compiled(
        program,
        whole.global_args(
            *("-hide_banner", "-nostdin", "-nostats", "-v", "info"), *global_arguments(measured, program)
        ),
        tools.input_name(original),
        {track.stream: as_stereo(track) for track in tracks},
    )
    wall = 300 + measured.limit * len(tracks)
    done = process.run(
        argv,
        process.Limits(wall=wall, stall=wall),
        on_line=lambda line: False,
        on_tick=on_tick,
    )
    # A sound track that cannot be read is found out when the film is prepared, with a better reason.
    if done.code:
        return {}
    found = {int(stream): float(lufs) for stream, lufs in _INTEGRATED.findall(done.details)}
    return {track.stream: found[track.stream] for track in tracks if track.stream in found}


def is_silent(lufs: float) -> bool:
    """Return whether a track of this loudness holds nothing that anybody listens to."""
    return lufs < _SILENCE


def gain_for(lufs: float | None) -> float:
    """Return by how many decibels sound of this loudness, if known, must be raised (or lowered, below 0)."""
    if lufs is None or is_silent(lufs):
        return 0.0
    gain = settings.LOCAL_VIDEOS_LOUDNESS - lufs
    return 0.0 if abs(gain) < _LEAST_GAIN else max(-_MOST_GAIN, min(_MOST_GAIN, gain))


def as_stereo(track: SoundTrack) -> str:
    """Return the filters that give two channels and 48 000 samples a second, however `track` holds them."""
    mixing = ""
    if track.is_ambisonic:
        mixing = "pan=stereo|c0=c0|c1=c0,"
    elif track.channels > _GUESSED_CHANNELS and track.layout in _UNARRANGED:
        mixing = "pan=stereo|c0=c0|c1=c1,"
    return f"{mixing}aresample=48000,aformat=channel_layouts=stereo"


def without_gaps(sound: Any) -> Any:
    """Return `sound` from 0 on, with silence where nothing is."""
    return sound.filter("aresample", 48_000, **{"async": 1, "first_pts": 0})


def with_gain(sound: Any, gain: float) -> Any:
    """Return `sound` raised or lowered by `gain` decibels."""
    if not gain:
        return sound
    sound = sound.filter("volume", f"{gain:.2f}dB")
    return sound.filter("alimiter", limit=_CEILING, level="disabled") if gain > 0 else sound
