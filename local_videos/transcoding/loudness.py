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

from . import process, tools
from .probing import Probe

_INTEGRATED = re.compile(r"^\s+I:\s+(-?[\d.]+) LUFS", re.MULTILINE)
# Quieter than this is silence or the noise of a room; nobody wants that louder.
_SILENCE = -55.0
_MOST_GAIN = 20.0
# Less than a listener notices.
_LEAST_GAIN = 0.3
# -1.5 dBFS: coding the sound adds small peaks of its own.
_CEILING = 0.841


def gain_for(original: Path, film: Probe, on_tick: Callable[[], None]) -> float:
    """Return by how many decibels the sound of `film` must be raised (or lowered, below 0)."""
    if film.audio_stream is None:
        return 0.0
    source = ffmpeg.input(tools.input_name(original), **tools.input_guards(settings.LOCAL_VIDEOS_MAX_PIXELS))
    sound = normalised(source[str(film.audio_stream)]).filter("ebur128", framelog="quiet")
    heard = ffmpeg.output(sound, "-", f="null", t=film.duration)
    argv = heard.global_args("-hide_banner", "-nostdin", "-nostats", "-v", "info").compile()
    done = process.run(
        [tools.ffmpeg(), *argv[1:]],
        process.Limits(wall=300 + film.duration, stall=300 + film.duration),
        on_line=lambda line: False,
        on_tick=on_tick,
    )
    found = _INTEGRATED.findall(done.details)
    # A sound track that cannot be read is found out when the film is prepared, with a better reason.
    return _gain(float(found[-1])) if found and not done.code else 0.0


def normalised(sound: Any) -> Any:
    """Return `sound` as all films have it: two channels, 48 000 samples a second, without gaps, from 0 on."""
    return sound.filter("aresample", 48_000, **{"async": 1, "first_pts": 0}).filter(
        "aformat", channel_layouts="stereo"
    )


def with_gain(sound: Any, gain: float) -> Any:
    """Return `sound` raised or lowered by `gain` decibels."""
    if not gain:
        return sound
    sound = sound.filter("volume", f"{gain:.2f}dB")
    return sound.filter("alimiter", limit=_CEILING, level="disabled") if gain > 0 else sound


def _gain(measured: float) -> float:
    if measured < _SILENCE:
        return 0.0
    gain = settings.LOCAL_VIDEOS_LOUDNESS - measured
    return 0.0 if abs(gain) < _LEAST_GAIN else max(-_MOST_GAIN, min(_MOST_GAIN, gain))
