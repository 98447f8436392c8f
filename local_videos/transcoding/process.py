"""Runs a program, ffmpeg or ffprobe, so that a bad film can harm nothing else.

Each run has a process group of its own, limits on memory, time and file size, no standard input, and is
killed when it stands still, takes too long, or its parent dies.
"""

import os
import resource
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from local_videos import faults

_GIB = 1024**3
_DETAILS_BYTES = 4000
# A fault of the film would end it by another signal.
_ENDED_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM)


@dataclass(frozen=True)
class Limits:
    """What one run may use: seconds of the clock, seconds without progress, bytes."""

    wall: float
    stall: float
    memory: int = 6 * _GIB
    file_size: int = 64 * _GIB


@dataclass(frozen=True)
class Finished:
    """How a run ended. `details` is the end of what the program wrote to its error output."""

    code: int
    details: str


def run(
    argv: Sequence[str],
    limits: Limits,
    *,
    on_line: Callable[[str], bool],
    on_tick: Callable[[], bool | None] | None = None,
    cwd: Path | None = None,
    pid_file: Path | None = None,
) -> Finished:
    """Run `argv` to its end.

    `on_line` gets each line of standard output and says whether it was progress. `on_tick` is called about
    once a second, may say the same, and may raise to end the run. Raises `FilmFault` when a limit is passed
    or somebody else, as the kernel when memory runs out, ends the program.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603  a list of arguments made by this package, no shell
            [*_killed_with_parent(), *_low_priority(), *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=cwd,
            start_new_session=True,
        )
        try:
            _limit(process.pid, limits)
            if pid_file:
                pid_file.write_text(str(process.pid))
            _follow(process, limits, on_line, on_tick)
            code = process.wait(timeout=limits.stall)
        except subprocess.TimeoutExpired as error:
            raise faults.FilmFault(faults.STALLED, _tail(log.fileno())) from error
        except faults.FilmFault as fault:
            fault.details = fault.details or _tail(log.fileno())
            raise
        finally:
            kill_group(process.pid)
            process.wait()
            if process.stdout:
                process.stdout.close()
        if code in _ENDED_FROM_OUTSIDE:
            raise faults.FilmFault(faults.KILLED, _tail(log.fileno()))
        return Finished(code, _tail(log.fileno()))


def kill_group(pid: int) -> None:
    """Kill the process group that `pid` leads, if it still lives."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _follow(
    process: "subprocess.Popen[bytes]",
    limits: Limits,
    on_line: Callable[[str], bool],
    on_tick: Callable[[], bool | None] | None,
) -> None:
    """Read standard output until it ends; raise `FilmFault` when a limit of time is passed."""
    assert process.stdout is not None  # noqa: S101  told to Popen; narrows the type
    started = progressed = time.monotonic()
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(timeout=1.0):
                chunk = os.read(process.stdout.fileno(), 65536)
                if not chunk:
                    return
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if on_line(line.decode(errors="replace").strip()):
                        progressed = time.monotonic()
            if on_tick and on_tick():
                progressed = time.monotonic()
            now = time.monotonic()
            if now - started > limits.wall:
                raise faults.FilmFault(faults.TOO_SLOW)
            if now - progressed > limits.stall:
                raise faults.FilmFault(faults.STALLED)


def _killed_with_parent() -> list[str]:
    """Let the kernel kill the program when this process dies, even by kill -9."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def _low_priority() -> list[str]:
    """Let the site answer first: a film can wait. Set before the program starts any thread."""
    nice = shutil.which("nice")
    return [nice, "-n", str(settings.LOCAL_VIDEOS_NICE)] if nice and settings.LOCAL_VIDEOS_NICE else []


def _limit(pid: int, limits: Limits) -> None:
    with suppress(ProcessLookupError):
        for what, most in (
            (resource.RLIMIT_AS, limits.memory),
            (resource.RLIMIT_FSIZE, limits.file_size),
            (resource.RLIMIT_CPU, int(limits.wall) * (os.cpu_count() or 1) + 10),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.prlimit(pid, what, (most, most))


def _tail(log: int) -> str:
    size = os.fstat(log).st_size
    text = os.pread(log, _DETAILS_BYTES, max(0, size - _DETAILS_BYTES))
    return text.decode(errors="replace").strip()
