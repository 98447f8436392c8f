"""What it costs to send films to those who may watch, against nginx that sends the same files to anybody.

    make bench NAME=streaming            15 rounds of one second for each server
    make bench NAME=streaming ROUNDS=5 SECONDS=3

One film of four minutes lies in the sizes that the ladder gives its pieces. The two servers:

* ours: what `manage.py serve` starts, nginx before the application server, asked for the film by the
  expiring address that `local_videos.playback.streaming.open_stream` gives;
* nginx: a bare nginx with nothing but a folder to send, and as many processes.

They take turns in many short rounds, every other one the other way about, so that whatever else the machine
does meets both. Compared is all that each sent and computed in its share of the time.
Readers are raw sockets that throw away what they receive, so that the servers work and not the readers.
Processor time is that of all processes of a server.

Then a page of the site (`/sign-in/`, drawn by Django) is asked for, again and again by one asker: with nobody
else there, and while 1000 connections read the film at 4 kB a second each. The two take turns as well.
"""

import json
import os
import resource
import shutil
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DATA = tempfile.mkdtemp(prefix="guben-bench-")
os.environ["GUBEN_DATA"] = _DATA
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.local")

import django  # noqa: E402  the data directory must be known first

django.setup()

from django.core.management import call_command  # noqa: E402

from local_videos import storage  # noqa: E402
from local_videos.models import LocalVideo, TranscodeJob  # noqa: E402
from local_videos.playback import streaming  # noqa: E402
from local_videos.transcoding import ladder, output_files  # noqa: E402
from local_videos.transcoding.ladder import SEGMENT_SECONDS  # noqa: E402
from site_config.processes import front_server, serving  # noqa: E402

from .readers import hold_slow_readers, read_at_full_speed  # noqa: E402

FILM_SECONDS = 240
SLOW_CLIENTS = 1000
SLOW_BYTES_A_SECOND = 4096
READERS = 16
PAGE = "/sign-in/"
PAGES_A_ROUND, MOST_ROUNDS_OF_PAGES = 60, 4
GIGABYTE = 1024**3
TARGETS = {"throughput_vs_nginx": (">=", 0.9), "cpu_per_gb_vs_nginx": ("<=", 1.3)}
PAGE_TARGET = 3.0


class Server:
    """A server of its own port, and all its processes."""

    def __init__(
        self, name: str, processes: list[serving.Process], port: int, files: list[str], page: str = ""
    ) -> None:
        self.name, self.port, self.files = name, port, files
        self._processes = processes
        for process in processes:
            process.start()
        deadline = time.monotonic() + 60
        while not (self._answers(files[0]) and self._answers(page or files[0])):
            if time.monotonic() > deadline:
                sys.exit(f"{name} does not answer")
            time.sleep(0.2)

    def _answers(self, path: str) -> bool:
        try:
            return fetch(self.port, path)[0] == 200
        except OSError:
            return False

    def cpu(self) -> float:
        """Seconds that its processes have computed."""
        groups = {one.process.pid for one in self._processes if one.process is not None}
        ticks = 0
        for place in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = place.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) in groups:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """End it."""
        serving.end(self._processes)


def main() -> int:
    """Measure, print tables and the figures; return 1 if one misses its target."""
    if front_server.nginx() is None:
        sys.exit("nginx is not installed: there is nothing to compare with.")
    rounds, seconds = int(os.environ.get("ROUNDS", "15")), float(os.environ.get("SECONDS", "1"))
    # Told to stop, it ends its servers first.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("stopped"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        made, addresses = film()
        with servers(made, addresses) as (ours, nginx):
            sending = throughput([ours, nginx], rounds, seconds)
            times = answering(ours, min(rounds, MOST_ROUNDS_OF_PAGES))
    finally:
        shutil.rmtree(_DATA, ignore_errors=True)
    return report(sending, times, [ours, nginx])


def film() -> tuple[Path, list[str]]:
    """Make a film as a finished job leaves it; return its folder and the addresses of its pieces."""
    video = LocalVideo.objects.create(title="bench", original="none", duration=FILM_SECONDS, state="ready")
    video.current_job = TranscodeJob.objects.create(video=video, state="done", percent=100)
    video.save()
    made = storage.job_folder(video.pk, video.current_job.pk)
    names = []
    for short, bits, _preset in ladder.steps():
        (made / str(short)).mkdir(parents=True)
        for number in range(FILM_SECONDS // SEGMENT_SECONDS):
            names.append(f"{short}/{number:05}.mp4")
            (made / names[-1]).write_bytes(os.urandom(bits * SEGMENT_SECONDS // 8))
    for name in (output_files.MASTER, output_files.PROGRESSIVE, output_files.POSTER, output_files.MANIFEST):
        (made / name).touch()
    base = streaming.open_stream(video).hls_url.rpartition("/")[0]
    return made, [f"{base}/{name}" for name in names]


@contextmanager
def servers(made: Path, addresses: list[str]) -> Iterator[tuple[Server, Server]]:
    """Start both servers, and end them."""
    running: list[Server] = []
    with tempfile.TemporaryDirectory(prefix="guben-") as name:
        folder = Path(name)
        try:
            # The same processes as `serve`, without the workers, who send nothing.
            port = free_port()
            processes = serving.processes(host="127.0.0.1", port=port, front=folder)
            processes = [one for one in processes if one.name in {"web", "nginx"}]
            running.append(Server("ours", processes, port, addresses, PAGE))
            port = free_port()
            bare = bare_nginx(folder, made, port)
            files = ["/" + "/".join(address.split("/")[3:]) for address in addresses]
            running.append(Server("nginx", [serving.Process("nginx", bare)], port, files))
            yield running[0], running[1]
        finally:
            for server in running:
                server.end()


def bare_nginx(folder: Path, made: Path, port: int) -> list[str]:
    """Return the command of an nginx that sends a folder, tuned as usual and checking nothing."""
    place = folder / "bare.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    cores = len(os.sched_getaffinity(0))
    place.write_text(
        f"{user} daemon off; pid {folder}/bare.pid; error_log stderr alert; worker_processes {cores};"
        "events { worker_connections 4096; }"
        "http { access_log off; sendfile on; tcp_nopush on; keepalive_timeout 65;"
        f"client_body_temp_path {folder}/b1; proxy_temp_path {folder}/b2; fastcgi_temp_path {folder}/b3;"
        f"uwsgi_temp_path {folder}/b4; scgi_temp_path {folder}/b5;"
        f'server {{ listen 127.0.0.1:{port}; root "{made}"; }} }}\n'
    )
    return [str(front_server.nginx()), "-p", str(folder), "-c", str(place), "-e", "stderr"]


def throughput(contenders: list[Server], rounds: int, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Return for each server and round the bytes a second and the processor seconds a gigabyte."""
    found: dict[str, list[tuple[float, float]]] = {server.name: [] for server in contenders}
    for turn in range(rounds + 1):
        for server in contenders[:: 1 if turn % 2 == 0 else -1]:
            computed, began = server.cpu(), time.monotonic()
            received = read_at_full_speed(server.port, server.files, READERS, seconds if turn else 0.5)
            passed = time.monotonic() - began
            # What is on its way when time is up is sent but not counted; let it end before the next one.
            time.sleep(0.2)
            if turn:
                spent = server.cpu() - computed
                found[server.name].append((received / passed, spent * GIGABYTE / received))
    return found


def answering(server: Server, rounds: int) -> dict[str, list[float]]:
    """Return milliseconds of each page, with nobody else there and with a thousand slow readers."""
    times: dict[str, list[float]] = {"idle": [], "slow": []}
    for _ in range(20):
        fetch(server.port, PAGE)
    for turn in range(rounds):
        for state in ("idle", "slow") if turn % 2 == 0 else ("slow", "idle"):
            if state == "idle":
                times[state] += pages(server.port)
                continue
            with hold_slow_readers(server.port, server.files, SLOW_CLIENTS, SLOW_BYTES_A_SECOND) as reading:
                times[state] += pages(server.port)
                if reading() != SLOW_CLIENTS:
                    sys.exit(f"Only {reading()} of the slow readers still read.")
    return times


def pages(port: int) -> list[float]:
    """Ask for the page one time after another; return the milliseconds each took."""
    times = []
    for _ in range(PAGES_A_ROUND):
        began = time.perf_counter()
        status, _size = fetch(port, PAGE)
        times.append((time.perf_counter() - began) * 1000)
        assert status == 200
    return times


def fetch(port: int, path: str) -> tuple[int, int]:
    """Return the status of an answer and how many bytes came."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        head = line.recv(65536)
        size = len(head)
        while more := line.recv(65536):
            size += len(more)
    return int(head.split(b" ", 2)[1]) if head else 0, size


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def report(
    sending: dict[str, list[tuple[float, float]]], times: dict[str, list[float]], contenders: list[Server]
) -> int:
    """Print what was found; return 1 if a target is missed."""
    print(f"{'':16}{'MB/s, median':>14}{'least':>9}{'most':>9}{'CPU s per GB':>15}")
    for server in contenders:
        speeds = [speed / 1_000_000 for speed, _cost in sending[server.name]]
        cost = statistics.median(cost for _speed, cost in sending[server.name])
        middle = statistics.median(speeds)
        print(f"{server.name:16}{middle:14.0f}{min(speeds):9.0f}{max(speeds):9.0f}{cost:15.3f}")

    def ratio(name: str, place: int) -> float:
        ours, other = (statistics.mean(found[place] for found in sending[one]) for one in (name, "nginx"))
        return round(ours / other, 3)

    medians = {state: round(statistics.median(found), 2) for state, found in times.items()}
    for state, found in times.items():
        print(f"page, {state}: {len(found)} times, median {medians[state]} ms, longest {max(found):.1f} ms")
    figures = {
        "throughput_vs_nginx": ratio("ours", 0),
        "cpu_per_gb_vs_nginx": ratio("ours", 1),
        "page_ms_median_idle": medians["idle"],
        "page_ms_median_with_1000_slow_clients": medians["slow"],
    }
    missed = [
        name
        for name, (sense, target) in TARGETS.items()
        if (figures[name] < target if sense == ">=" else figures[name] > target)
    ]
    if medians["slow"] > PAGE_TARGET * medians["idle"]:
        missed.append("page_ms_median_with_1000_slow_clients")
    print(f"missed: {', '.join(missed) or 'nothing'}")
    print(json.dumps(figures))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
