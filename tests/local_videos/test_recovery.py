"""A worker that is killed in the middle of its work loses nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from local_videos import storage
from local_videos.jobs import lifecycle
from local_videos.jobs.recovery import recover_stale_jobs, sweep_scratch, sweep_superseded
from local_videos.jobs.tasks import request_preparation
from local_videos.models import TranscodeJob
from local_videos.upload.intake import take_in

from .films import shoot_long, upload_of

pytestmark = [pytest.mark.media, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WORKER = """
import django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = {database!r}
from django.db import connections
connections["default"].settings_dict["NAME"] = {database!r}
settings.LOCAL_VIDEOS_ROOT = __import__("pathlib").Path({root!r})
from local_videos.jobs import worker
worker.run_job({job})
"""


def _wait(seconds: float, until: Callable[[], object]) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _ffmpegs_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").readlink() == folder:
                found.append(process.name)
        except OSError:
            continue
    return found


@pytest.mark.slow
def test_a_killed_worker_leaves_nothing_and_the_film_gets_ready(
    tmp_path: Path, settings: Settings, run_tasks: Callable[[], None]
) -> None:
    long_film = shoot_long(tmp_path / "long.mp4", times=10, seconds=4, size="320x240")
    video = take_in(file=upload_of(long_film), title="修渠", uploaded_by=None)
    job = video.jobs.get()
    script = WORKER.format(
        database=str(connection.settings_dict["NAME"]), root=str(settings.LOCAL_VIDEOS_ROOT), job=job.pk
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(Path.cwd())}
    )
    scratch = storage.scratch_folder(job.pk, 1)
    _wait(240, lambda: (scratch / "pid").exists() and _ffmpegs_in(scratch))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    _wait(30, lambda: not _ffmpegs_in(scratch))
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 1)
    assert recover_stale_jobs() == 0
    TranscodeJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert (recover_stale_jobs(), sweep_scratch()) == (1, 1)
    assert list(storage.scratch_root().iterdir()) == []
    settings.LOCAL_VIDEOS_LADDER = [(120, 200_000, "ultrafast")]
    run_tasks()
    video.refresh_from_db()
    job.refresh_from_db()
    assert (video.state, job.state, job.attempt) == ("ready", "done", 2)
    assert list(storage.scratch_root().iterdir()) == []


def test_a_film_that_kills_its_workers_is_given_up(film: Path) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    job = video.jobs.get()
    for _attempt in range(lifecycle.MAX_ATTEMPTS):
        assert lifecycle.claim(job.pk) is not None
        TranscodeJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        recover_stale_jobs()
    video.refresh_from_db()
    job.refresh_from_db()
    assert (video.state, job.state, job.reason, job.attempt) == ("failed", "failed", "interrupted", 3)
    assert recover_stale_jobs() == 0


@pytest.mark.usefixtures("prepared_once")
def test_old_versions_are_removed_when_nobody_can_watch_them(
    film: Path, run_tasks: Callable[[], None]
) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    run_tasks()
    first = storage.job_folder(video.pk, video.jobs.get().pk)
    request_preparation(video)
    run_tasks()
    video.refresh_from_db()
    assert video.current_job_id is not None
    assert sweep_superseded() == 0
    day_ago = time.time() - 24 * 60 * 60
    os.utime(first, (day_ago, day_ago))
    os.utime(storage.job_folder(video.pk, video.current_job_id), (day_ago, day_ago))
    assert sweep_superseded() == 1
    assert not first.exists()
    assert storage.job_folder(video.pk, video.current_job_id).is_dir()


def test_what_begins_during_the_sweep_is_left_alone(film: Path) -> None:
    job = TranscodeJob.objects.get(video=take_in(file=upload_of(film), title="讲", uploaded_by=None))
    begun: list[Path] = []

    def begin_meanwhile(execute: Callable[..., object], *query: object) -> object:
        found = execute(*query)
        if not begun:
            begun.append(storage.scratch_folder(job.pk, 1))
            lifecycle.claim(job.pk)
            begun[0].mkdir(parents=True)
        return found

    with connection.execute_wrapper(begin_meanwhile):
        assert sweep_scratch() == 0
    assert begun[0].is_dir()
    TranscodeJob.objects.filter(pk=job.pk).update(state="failed")
    assert sweep_scratch() == 1
