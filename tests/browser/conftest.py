"""The whole site, started by its own command with demo content, and a real Chromium in front of it.

One site serves all browser tests of a run: they act as different demo people and write pages of their own, so
that none depends on what another did.
"""

import json
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
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from deploy.set_up import BROWSERS
from tests import demo_site

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 600
# What comes at once on a quick machine may take this many milliseconds on a slow one.
expect.set_options(timeout=20_000)
# A condition in the site's shell: the index knows all that was written so far.
INDEXED = "not DBTaskResult.objects.filter(queue_name='default', status__in=['READY', 'RUNNING']).exists()"


# Carries out what it is told, line by line, until nobody tells it anything more.
LISTENING = """
import contextlib, io, json, sys, traceback
for line in sys.stdin:
    said, fault = io.StringIO(), ""
    with contextlib.redirect_stdout(said):
        try:
            exec(json.loads(line), dict(globals()))
        except Exception:
            fault = traceback.format_exc()
    print(json.dumps([said.getvalue().strip(), fault]), flush=True)
"""


@dataclass(frozen=True)
class RunningSite:
    """A site that answers at `url`, with its data in `data_dir`."""

    url: str
    data_dir: Path

    @cached_property
    def _shell(self) -> subprocess.Popen[str]:
        """The site's shell, opened once: to open it takes longer than what a test does in it."""
        return subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", LISTENING],
            cwd=ROOT,
            env=environment(self.data_dir),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str) -> str:
        """Run Python code in the site's shell (models are imported) and return what it printed."""
        line, answer = self._shell.stdin, self._shell.stdout
        assert line is not None
        assert answer is not None
        print(json.dumps(code), file=line, flush=True)
        said, fault = json.loads(answer.readline() or '["", "The shell of the site has ended."]')
        if fault:
            pytest.fail(fault)
        return str(said)

    def ask(self, expression: str) -> str:
        """Return the value of a Python expression in the site's shell, as text."""
        return self.run(f"print({expression})")

    def close(self) -> None:
        """Close the shell."""
        if "_shell" in vars(self):
            self._shell.communicate(timeout=60)


def environment(data_dir: Path) -> dict[str, str]:
    """Return the environment in which the site and its commands run."""
    return {
        **os.environ,
        "GUBEN_DATA": str(data_dir),
        "DJANGO_SETTINGS_MODULE": "tests.browser.site_settings",
        "PYTHONPATH": str(ROOT),
    }


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(django_db_blocker: DjangoDbBlocker) -> Iterator[RunningSite]:
    """The running site with demo content and six films of six seconds.

    To try tests quickly against one that runs already: GUBEN_TEST_SITE="<address> <its data directory>".
    """
    if ready := os.environ.get("GUBEN_TEST_SITE"):
        url, _, folder = ready.partition(" ")
        running = RunningSite(url, Path(folder))
        yield running
        running.close()
        return
    data_dir = Path(settings.DATA_DIR) / "browser"
    shutil.rmtree(data_dir, ignore_errors=True)
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            shutil.copytree(demo_site.loaded(), data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = (data_dir / "serve.log").open("wb")
    process = subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "serve",
            "--demo",
            "--film-seconds",
            str(demo_site.FILM_SECONDS),
            "--films",
            "6",
            "--port",
            str(port),
        ],
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
        running.close()
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
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
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
    if site.run(looking) != "True":
        pytest.fail(f"Still not so after {seconds:.0f} s: {expression}")


def until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait until a JavaScript expression is true; Playwright's own way needs `eval`, forbidden here."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        if time.monotonic() > deadline:
            pytest.fail(f"Not true after {seconds} s: {condition}")
        page.wait_for_timeout(100)
