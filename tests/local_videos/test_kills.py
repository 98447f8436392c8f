"""kill -9 of ffmpeg and of the worker at random moments: nothing is lost and every film gets ready.

GUBEN_KILLS says how often; a few by default.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from wagtail.images import get_image_model

from local_videos import jobs, storage, transcoding
from local_videos.intake import take_in
from local_videos.models import LocalVideo, TranscodeJob
from local_videos.recovery import recover_stale_jobs, sweep_scratch

from .films import shoot, upload_of

pytestmark = [
    pytest.mark.media,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

KILLS = int(os.environ.get("GUBEN_KILLS", "4"))
_LONGEST_WAIT = 1.5
_SECONDS_FOR_ONE_KILL = 60


class Worker:
    """A real worker process that is started again after each death, as `serve` and systemd do."""

    def __init__(self, folder: Path) -> None:
        self._command = [sys.executable, "-m", "tests.local_videos.film_worker"]
        self._command += [str(connection.settings_dict["NAME"]), str(folder)]
        self.start()

    def start(self) -> None:
        """Start it."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._started_at = timezone.now()

    def kill(self) -> None:
        """End it without a word, and start another."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def may_be_killed(self) -> bool:
        """Whether it works on a film just now, and not in that film's last attempt: that one is given up,
        rightly, if it is interrupted too."""
        return TranscodeJob.objects.filter(
            state="running", attempt__lt=jobs.MAX_ATTEMPTS, started_at__gt=self._started_at
        ).exists()

    def kill_program(self) -> bool:
        """End the ffmpeg or ffprobe that works for it just now; return whether there was one."""
        for program in children_of(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(program, signal.SIGKILL)
                return True
        return False


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` started."""
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return []


def _keep_time() -> None:
    recover_stale_jobs()
    sweep_scratch()


def test_nothing_is_lost_to_kills_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(KILLS)  # noqa: S311  the same moments every time, as far as the clock allows
    film = shoot(tmp_path / "f.mp4", seconds=20, size="640x360", options="-g 250")
    videos = [
        take_in(file=upload_of(film), title=f"第{number}课", uploaded_by=None)
        for number in range(KILLS // (jobs.MAX_ATTEMPTS - 1) + 1)
    ]
    worker = Worker(tmp_path)
    killed = {"worker": 0, "program": 0}
    end = time.monotonic() + _SECONDS_FOR_ONE_KILL * (KILLS + len(videos))
    try:
        while LocalVideo.objects.exclude(state="ready").exists():
            assert time.monotonic() < end, (
                killed,
                list(TranscodeJob.objects.values_list("state", "attempt")),
            )
            _keep_time()
            if sum(killed.values()) == KILLS or not worker.may_be_killed():
                time.sleep(0.05)
                continue
            time.sleep(chance.uniform(0, _LONGEST_WAIT))
            if not worker.may_be_killed():
                continue
            if sum(killed.values()) % 2 == 0:
                worker.kill()
                worker.start()
                killed["worker"] += 1
            elif worker.kill_program():
                killed["program"] += 1
    finally:
        orphans = children_of(worker.process.pid)
        worker.kill()
    assert sum(killed.values()) == KILLS, killed
    assert orphans == []
    _keep_time()
    assert list(storage.scratch_root().iterdir()) == []
    assert LocalVideo.objects.count() == len(videos)
    assert TranscodeJob.objects.filter(state="done").count() == TranscodeJob.objects.count() == len(videos)
    for video in LocalVideo.objects.all():
        assert Path(video.original.path).is_file()
        assert video.current_job_id is not None
        made = storage.job_folder(video.pk, video.current_job_id)
        assert [place.name for place in made.parent.iterdir()] == [made.name]
        assert {transcoding.MANIFEST, transcoding.POSTER, transcoding.THUMBNAILS} <= {
            place.name for place in made.iterdir()
        }
    assert get_image_model().objects.count() == len(videos)
    print(f"killed: {killed}, attempts: {sorted(TranscodeJob.objects.values_list('attempt', flat=True))}")
