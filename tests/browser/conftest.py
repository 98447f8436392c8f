"""The whole site, started by its own command with demo content, and a real Chromium in front of it.

One site serves all browser tests of a run: they act as different demo people and write pages of their own, so
that none depends on what another did.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 600


@dataclass(frozen=True)
class RunningSite:
    """A site that answers at `url`, with its data in `data_dir`."""

    url: str
    data_dir: Path

    def manage(self, *arguments: str) -> str:
        """Run a management command of the running site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment(self.data_dir),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def ask(self, expression: str) -> str:
        """Return the value of a Python expression in the site's shell (models are imported), as text."""
        return self.manage("shell", "-v", "0", "-c", f"print({expression})")


def environment(data_dir: Path) -> dict[str, str]:
    """Return the environment in which the site and its commands run."""
    return {**os.environ, "GUBEN_DATA": str(data_dir), "DJANGO_SETTINGS_MODULE": "site_config.settings.local"}


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site() -> Iterator[RunningSite]:
    """The running site with demo content and six-second films.

    To try tests quickly against one that runs already: GUBEN_TEST_SITE="<address> <its data directory>".
    """
    if ready := os.environ.get("GUBEN_TEST_SITE"):
        url, _, folder = ready.partition(" ")
        yield RunningSite(url, Path(folder))
        return
    data_dir = Path(settings.DATA_DIR) / "browser"
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    port = free_port()
    log = (data_dir / "serve.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--demo", "--film-seconds", "6", "--port", str(port)],
        cwd=ROOT,
        env=environment(data_dir),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    running = RunningSite(f"http://127.0.0.1:{port}", data_dir)
    try:
        wait_until_it_answers(running, process, Path(log.name))
        yield running
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


def wait_until_it_answers(site: RunningSite, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the home page answers; fail with the log's end when the site ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(site.url, timeout=5) as answer:  # noqa: S310  our own site's address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"The site did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def base_url(site: RunningSite) -> str:
    """Let `page.goto("/…")` mean the running site."""
    return site.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium, quiet, and allowed to play without a click."""
    path = next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--autoplay-policy=no-user-gesture-required",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Chinese reader's browser on a desk."""
    return {**browser_context_args, "locale": "zh-CN", "viewport": {"width": 1280, "height": 900}}


def sign_in(page: Page, name: str, password: str) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/sign-in/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def wait_until(site: RunningSite, expression: str, seconds: float = 240) -> None:
    """Return when a Python expression is true in the site's shell; fail after `seconds`."""
    # One process looks again and again: to start one costs more than all that it looks for.
    looking = f"""
import time
end = time.monotonic() + {seconds}
while not ({expression}) and time.monotonic() < end:
    time.sleep(0.3)
print(time.monotonic() < end)
"""
    if site.manage("shell", "-v", "0", "-c", looking) != "True":
        pytest.fail(f"Still not so after {seconds:.0f} s: {expression}")


def until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait until a JavaScript expression is true; Playwright's own way needs `eval`, forbidden here."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        if time.monotonic() > deadline:
            pytest.fail(f"Not true after {seconds} s: {condition}")
        page.wait_for_timeout(100)
