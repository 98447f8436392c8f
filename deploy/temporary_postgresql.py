"""A PostgreSQL server of one's own for as long as a command runs: for tests and benchmarks.

    python3 deploy/temporary_postgresql.py pytest tests/hours

runs the command with `GUBEN_DATABASE` naming a fresh, empty database, and removes everything afterwards. The
server listens on a socket in a temporary folder only. It never runs as root: there it becomes the user
"postgres" that Debian's package brings, or "nobody".
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Nothing here has to survive a power cut.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
START_SECONDS = 60


class NoServerError(Exception):
    """No PostgreSQL server is installed here."""


def binaries() -> Path:
    """Return the folder with `initdb` and `postgres`, the newest version first. Raises `NoServerError`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda at: int(at.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        msg = "no PostgreSQL server is installed (Debian: apt-get install postgresql)"
        raise NoServerError(msg)
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


@contextmanager
def cluster(*options: str) -> Iterator[str]:
    """Run a server with a database "guben" and yield its address, as `GUBEN_DATABASE` wants it.

    `options` are settings of the server, such as "shared_buffers=512MB".
    """
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="guben-pg-"))
    owner = _unprivileged()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    become: dict[str, Any] = {}
    if owner is not None:
        become = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    initdb = ["initdb", "-D", "data", "-U", "guben", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    settings = [part for option in (*OPTIONS, *options) for part in ("-c", option)]
    try:
        _run(programs, *initdb, cwd=folder, stdout=subprocess.DEVNULL, **become)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(  # noqa: S603  a program of the distribution
                [programs / "postgres", "-D", folder / "data", "-k", folder, *settings],
                stdout=log,
                stderr=log,
                cwd=folder,
                **become,
            )
            try:
                _wait(programs, folder, server)
                _run(programs, "createdb", "-h", str(folder), "-U", "guben", "guben")
                yield f"postgresql://guben@/guben?host={folder}"
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(programs: Path, name: str, *arguments: str, **more: Any) -> None:
    subprocess.run([str(programs / name), *arguments], check=True, **more)  # noqa: S603  as above


def _unprivileged() -> "pwd.struct_passwd | None":
    """Return whom to become: nobody else, except for root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _wait(programs: Path, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        asked = [str(programs / "pg_isready"), "-q", "-h", str(folder), "-U", "guben"]
        if subprocess.run(asked, check=False).returncode == 0:  # noqa: S603  as above
            return
        time.sleep(0.1)
    raise RuntimeError((folder / "log").read_text()[-2000:])


def main(command: list[str]) -> int:
    """Run `command` beside a server of its own and return its exit status."""
    # A kill from outside must clear up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with cluster() as address:
            beside = {**os.environ, "GUBEN_DATABASE": address}
            return subprocess.run(command, check=False, env=beside).returncode  # noqa: S603  the caller's own
    except NoServerError as fault:
        print(fault, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
