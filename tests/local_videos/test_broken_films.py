"""Whatever is uploaded ends as ready or with a reason, in time, and leaves and touches nothing else."""

import ctypes
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from local_videos import faults, storage
from local_videos.jobs import worker
from local_videos.models import LocalVideo
from local_videos.upload.intake import IntakeRefused, take_in
from tests.made_once import made_once

from .broken_films import BrokenFilm, broken_films, make_whole_films
from .films import shoot, upload_of

pytestmark = [pytest.mark.media, pytest.mark.slow, pytest.mark.django_db]

_PARTS = 8
_SECONDS_FOR_ONE = 120  # the worst takes seven of a whole core
_IN_OPEN = 0x20


class AccessRecorder:
    """Sees every opening of the file `secret` (inotify), and every connection to a network address."""

    def __init__(self, folder: Path) -> None:
        self.secret = shoot(folder / "secret.mp4", seconds=1)
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self._inotify, os.fsencode(self.secret), _IN_OPEN) >= 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}/secret.mp4"
        self._connections = 0
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            self._connections += 1
            connection.close()

    def seen(self) -> int:
        """Return how often the file was opened or the address connected to."""
        try:
            events = len(os.read(self._inotify, 65536)) // struct.calcsize("iIII")
        except BlockingIOError:
            events = 0
        return events + self._connections

    def close(self) -> None:
        """Look no longer."""
        os.close(self._inotify)
        self._server.close()


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[AccessRecorder]:
    """A film that nobody may open and an address that nobody may connect to."""
    folder = tmp_path / "secret"
    folder.mkdir()
    watching = AccessRecorder(folder)
    yield watching
    watching.close()


@pytest.fixture(autouse=True)
def quick_coding(settings: Settings) -> None:
    """What is broken shows before the picture is coded, so the least effort is enough."""
    settings.LOCAL_VIDEOS_LADDER = [(64, 200_000, "ultrafast")]


@pytest.fixture(scope="session")
def whole_films() -> dict[str, bytes]:
    """The films before they are broken."""
    folder = made_once("whole films", make_whole_films)
    return {place.name: place.read_bytes() for place in sorted(folder.iterdir())}


def _children() -> set[str]:
    return {
        child
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text().split()
    }


def _end_of(film: BrokenFilm) -> str:
    """Take in and prepare the film; return "ready" or the code of the reason."""
    try:
        video = take_in(file=ContentFile(film.content, name=film.name), title="", uploaded_by=None)
    except IntakeRefused as refused:
        return refused.code
    worker.run_job(video.jobs.get().pk)
    video.refresh_from_db()
    job = video.jobs.get()
    if video.state == LocalVideo.State.READY:
        assert video.current_job == job
        return "ready"
    assert (video.state, job.state) == ("failed", "failed"), (film.fault, film.name, video.state)
    return job.reason


@pytest.mark.parametrize("part", range(_PARTS))
def test_broken_films_end_with_a_reason_and_leave_nothing(
    part: int, whole_films: dict[str, bytes], recorder: AccessRecorder, film: Path
) -> None:
    before = _children()
    ends = {}
    films = list(broken_films(whole_films, recorder.secret, recorder.address))
    assert len(films) >= 300
    for number, broken in list(enumerate(films))[part::_PARTS]:
        began = time.monotonic()
        end = _end_of(broken)
        said = f"{number}: {broken.fault}, {broken.name[:40]!r} ended as {end}"
        assert time.monotonic() - began < _SECONDS_FOR_ONE, said
        assert end == "ready" or (end in faults.SENTENCES and end not in {faults.INTERNAL, faults.KILLED}), (
            said
        )
        assert end != "ready" or not broken.is_pointer, said
        assert recorder.seen() == 0, said
        assert _children() == before, said
        ends[number] = end
    assert not storage.scratch_root().is_dir() or list(storage.scratch_root().iterdir()) == []
    kept = {Path(video.original.path).name for video in LocalVideo.objects.all()}
    assert {place.name for place in Path(storage.OriginalsStorage().location).iterdir()} == kept
    assert (
        len(kept)
        == len([end for end in ends.values() if end == "ready"])
        + LocalVideo.objects.filter(state=LocalVideo.State.FAILED).count()
    )
    # After all that, the same worker prepares a good film.
    good = take_in(file=upload_of(film), title="好片", uploaded_by=None)
    worker.run_job(good.jobs.get().pk)
    good.refresh_from_db()
    assert good.state == LocalVideo.State.READY


def test_the_recorder_sees(recorder: AccessRecorder) -> None:
    recorder.secret.read_bytes()
    assert recorder.seen() == 1
    with socket.create_connection(("127.0.0.1", int(recorder.address.split(":")[2].split("/")[0]))):
        time.sleep(0.2)
    assert recorder.seen() == 1
