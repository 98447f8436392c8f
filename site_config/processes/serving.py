"""One box: the web server, the task workers and the timekeeper as one command that starts and ends together.

nginx sends films and images where it is installed (`front_server`), else the application server's own static
route; Python answers pages only. A process that dies is started again; Ctrl-C or SIGTERM ends them all,
workers finishing what a few seconds allow.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings

from . import front_server

GRACE_SECONDS = 8.0
RESTART_PAUSE_SECONDS = 2.0
# The static route gives all files one age; a piece of a film must not outlive its address by much.
STATIC_SECONDS = 60 * 60


@dataclass
class Process:
    """One process of the site, which is started again when it dies."""

    name: str
    command: list[str]
    # What a killed process leaves in its successor's way.
    socket: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None)
    started_at: float = 0.0

    def start(self) -> None:
        """Start the process in a group of its own, so that what it starts ends with it."""
        if self.socket is not None:
            self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603  commands of this file
        self.started_at = time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and all that it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None


def static_mounts() -> list[tuple[str, Path]]:
    """Return address prefix and folder of what the web server sends without Python.

    Originals of films and documents are not among them: they are given out by views that ask who wants them.
    """
    media = Path(settings.MEDIA_ROOT)
    return [
        (settings.STATIC_URL.rstrip("/"), Path(settings.STATIC_ROOT)),
        (settings.MEDIA_URL + "images", media / "images"),
        (settings.LOCAL_VIDEOS_STREAMS_URL.rstrip("/"), Path(settings.LOCAL_VIDEOS_STREAMS_ROOT)),
    ]


def processes(*, host: str, port: int, front: Path | None) -> list[Process]:
    """Return the processes that make the site: web, two workers, timekeeper.

    With `front`, a folder of this process's own, nginx stands before the web process.
    """
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    web = [
        *[str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"],
        *["--workers", "2", "--blocking-threads", "4"],
        *["--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "5"],
    ]
    for _route, folder in static_mounts():
        folder.mkdir(parents=True, exist_ok=True)
    if front is None:
        web += ["--host", host, "--port", str(port), "--static-path-expires", str(STATIC_SECONDS)]
        for route, folder in static_mounts():
            web += ["--static-path-route", route, "--static-path-mount", str(folder)]
    else:
        web += ["--uds", str(front_server.web_socket(front))]
    web.append(settings.WSGI_APPLICATION.replace(".application", ":application"))
    return [
        Process("web", web, socket=front and front_server.web_socket(front)),
        *([] if front is None else [Process("nginx", front_server.configure(front, host=host, port=port))]),
        Process("worker", [*manage, "work", "--queue", "default"]),
        Process("film worker", [*manage, "work", "--queue", "films"]),
        Process("timekeeper", [*manage, "keep_time"]),
    ]


def port_is_free(host: str, port: int) -> bool:
    """Whether nothing listens there yet."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) != 0  # noqa: S104  compared only


def supervise(processes: list[Process], say: Callable[[str], None]) -> None:
    """Run the processes until told to stop, starting again what dies; then end every one of them."""
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    for process in processes:
        process.start()
    try:
        while not stopping:
            for process in processes:
                if not process.alive and time.monotonic() - process.started_at > RESTART_PAUSE_SECONDS:
                    say(f"{process.name} ended unexpectedly; starting it again")
                    process.signal(signal.SIGKILL)
                    process.start()
            time.sleep(0.2)
    finally:
        end(processes)


def end(processes: list[Process]) -> None:
    """Ask all processes to end, wait a little, then make them."""
    for process in processes:
        process.signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(process.alive for process in processes) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in processes:
        process.signal(signal.SIGKILL)
