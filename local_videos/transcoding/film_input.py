"""How ffmpeg is given a film from outside: guarded, and with the leaps of its clock taken out."""

from pathlib import Path
from typing import Any

import ffmpeg
from django.conf import settings

from . import filter_graphs, tools
from .measuring import Leap, Measured

# ffmpeg would guess at leaps by itself, and stumble where picture and sound do not leap at one place.
_NO_GUESSING = ("-copyts", "-start_at_zero")


def film_input(original: Path, measured: Measured, program: str, **options: Any) -> Any:
    """Return the film as an input of ffmpeg-python, for the ffmpeg at `program`."""
    settings_of_streams = {}
    if filter_graphs.joins_graphs(program):
        settings_of_streams = {f"bsf:{stream}": _without(leaps) for stream, leaps in measured.leaps.items()}
    guards = tools.input_guards(settings.LOCAL_VIDEOS_MAX_PIXELS)
    return ffmpeg.input(tools.input_name(original), **guards, **settings_of_streams, **options)


def global_arguments(measured: Measured, program: str) -> tuple[str, ...]:
    """Return what must stand in a command that reads such an input."""
    return _NO_GUESSING if measured.leaps and filter_graphs.joins_graphs(program) else ()


def _without(leaps: tuple[Leap, ...]) -> str:
    ahead = "+".join(f"gte(N\\,{leap.packet})*({leap.seconds:.6f})" for leap in leaps)
    return f"setts=ts=TS-({ahead})/TB"
