"""kill -9 of the web server, the worker and ffmpeg at random moments, while an editor uploads films.

GUBEN_KILLS says how often; a few by default.
"""

import base64
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model

from local_videos import storage
from local_videos.jobs import lifecycle
from local_videos.jobs.recovery import recover_stale_jobs, sweep_scratch
from local_videos.models import LocalVideo, TranscodeJob, Upload
from local_videos.transcoding import output_files
from local_videos.upload import content_hash, resumable
from tests.browser.conftest import free_port
from tests.builders import make_member

from .films import shoot

pytestmark = [
    pytest.mark.media,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

KILLS = int(os.environ.get("GUBEN_KILLS", "3"))
VICTIMS = ("web", "worker", "program")
WHOLE = {output_files.MANIFEST, output_files.PROGRESSIVE, output_files.POSTER, output_files.THUMBNAILS}
_PIECE, _PADDING = 256 * 1024, 3 * 1024**2
_LONGEST_WAIT = 1.5
_SECONDS_FOR_ONE_KILL = 90
_TUS = {"Tus-Resumable": "1.0.0"}
_TOKEN = "t" * 32


class Site:
    """The site's processes."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.local_videos.killed_site", str(port)],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.local_videos.killed_site_settings",
                "PYTHONPATH": str(settings.BASE_DIR),
                "KILLED_SITE_FOLDER": str(folder),
                "KILLED_SITE_DATABASE": str(connection.settings_dict["NAME"]),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _part(self, word: str) -> int | None:
        for pid in children_of(self._process.pid):
            with suppress(OSError):
                if word in Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0"):
                    return pid
        return None

    def kill(self, victim: str) -> bool:
        """End a process without a word; return whether there was one."""
        pid = self._part("work" if victim != "web" else "wsgi")
        if pid is None:
            return False
        if victim == "program":
            programs = children_of(pid)
            pid = programs[0] if programs else None
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            # All processes of the web server at once: it is as if the machine's memory had run out.
            (os.killpg if victim == "web" else os.kill)(pid, signal.SIGKILL)
            return True
        return False

    def end(self) -> None:
        """End it as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)


class Editor(threading.Thread):
    """Uploads film after film, goes on after every break, and stops when told to."""

    def __init__(self, site: Site, film: bytes, cookies: str) -> None:
        super().__init__(daemon=True)
        self._site, self._film = site, film
        self._headers = {"Cookie": f"{cookies}; csrftoken={_TOKEN}", "X-CSRFToken": _TOKEN, **_TUS}
        self.sent: dict[str, bytes] = {}
        self.uploading = False
        self.enough = threading.Event()
        self.breaks = 0

    def run(self) -> None:
        """Upload."""
        while not self.enough.is_set():
            box = _PADDING.to_bytes(4, "big") + b"free" + uuid4().bytes
            content, name = self._film + box.ljust(_PADDING, b"\0"), f"{uuid4().hex}.mp4"
            self.sent[name] = content
            self._upload(name, content)

    def _upload(self, name: str, content: bytes) -> None:
        said = {"Upload-Length": str(len(content)), "Upload-Metadata": f"filename {_base64(name)}"}
        url = self._ask("POST", reverse("local_videos_admin:uploads"), **said)["location"]
        self.uploading = True
        at = 0
        while at < len(content):
            try:
                more = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}
                status, headers = self._once("PATCH", url, content[at : at + _PIECE], **more)
            except (OSError, http.client.HTTPException):
                status, headers = 0, {}
            if status == 204:
                at = int(headers["upload-offset"])
                time.sleep(0.15)
            else:
                self.breaks += 1
                at = self._arrived(url)
        self.uploading = False
        # The server may have died between the last byte and the film.
        self._ask("POST", f"{url}decide/")

    def _arrived(self, url: str) -> int:
        return int(self._ask("HEAD", url)["upload-offset"])

    def _ask(self, method: str, url: str, **more: str) -> dict[str, str]:
        """Ask until the site answers well."""
        while True:
            with suppress(OSError, http.client.HTTPException):
                status, headers = self._once(method, url, b"", **more)
                if status < 400:
                    return headers
            time.sleep(0.2)

    def _once(self, method: str, url: str, body: bytes, **more: str) -> tuple[int, dict[str, str]]:
        line = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=30)
        try:
            line.request(method, url, body=body, headers=self._headers | more)
            answer = line.getresponse()
            answer.read()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}
        finally:
            line.close()


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` started."""
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return []


def working_on(folder: Path) -> list[str]:
    """Return the command lines that name `folder`: programs that nobody waits for any more."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(place.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if str(folder) in line]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The running site."""
    running = Site(tmp_path, free_port())
    yield running
    running.end()
    assert working_on(tmp_path) == []


@pytest.fixture
def editor(site: Site, tmp_path: Path) -> Editor:
    """An editor who is signed in."""
    member = make_member()
    member.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    film = shoot(tmp_path / "f.mp4", seconds=10, size="640x360", options="-g 250").read_bytes()
    return Editor(site, film, f"sessionid={client.cookies['sessionid'].value}")


def _may_be_killed(victim: str, editor: Editor) -> bool:
    """Whether a kill would interrupt something. A film's last attempt is given up if interrupted, rightly."""
    if victim == "web":
        return editor.uploading
    return TranscodeJob.objects.filter(state="running", attempt__lt=lifecycle.MAX_ATTEMPTS).exists()


def test_uploads_and_films_outlive_kills_at_random_moments(site: Site, editor: Editor) -> None:
    chance = random.Random(KILLS)  # noqa: S311  the same moments every time, as far as the clock allows
    killed = dict.fromkeys(VICTIMS, 0)
    end = time.monotonic() + _SECONDS_FOR_ONE_KILL * (KILLS + 2)
    editor.start()
    while sum(killed.values()) < KILLS or editor.is_alive() or _unfinished():
        assert time.monotonic() < end, (killed, list(TranscodeJob.objects.values_list("state", "attempt")))
        recover_stale_jobs()
        sweep_scratch()
        victim = VICTIMS[sum(killed.values()) % len(VICTIMS)]
        if sum(killed.values()) == KILLS:
            editor.enough.set()
        elif _may_be_killed(victim, editor):
            time.sleep(chance.uniform(0, _LONGEST_WAIT))
            if _may_be_killed(victim, editor) and site.kill(victim):
                killed[victim] += 1
        time.sleep(0.05)
    sweep_scratch()

    assert editor.breaks > 0
    films = {film.original_name: film for film in LocalVideo.objects.all()}
    assert films.keys() == editor.sent.keys()
    assert LocalVideo.objects.count() == len(films)
    for name, content in editor.sent.items():
        assert Path(films[name].original.path).read_bytes() == content
        assert (films[name].state, films[name].playable) == ("ready", True)
        assert films[name].content_hash == content_hash.of(Path(films[name].original.path))
        made = storage.job_folder(films[name].pk, films[name].current_job_id or 0)
        assert [place.name for place in made.parent.iterdir()] == [made.name]
        assert {place.name for place in made.iterdir()} >= WHOLE
    assert TranscodeJob.objects.filter(state="done").count() == TranscodeJob.objects.count() == len(films)
    assert get_image_model().objects.count() == len(films)
    assert Upload.objects.exclude(state="done").count() == 0
    assert resumable.finish_left_behind() == 0
    assert list(storage.uploads_root().iterdir()) == list(storage.scratch_root().iterdir()) == []
    attempts = sorted(TranscodeJob.objects.values_list("attempt", flat=True))
    print(f"killed: {killed}, uploads broken: {editor.breaks}, films: {len(films)}, attempts: {attempts}")


def _unfinished() -> bool:
    return LocalVideo.objects.exclude(state="ready").exists()
