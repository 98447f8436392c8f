"""Puts right what a killed worker or a lost task left behind. Called every half minute or so."""

import logging
import shutil
import time
from contextlib import suppress
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from local_videos import faults, storage
from local_videos.models import LocalVideo, TranscodeJob
from local_videos.playback.streaming import SLOT_SECONDS, SLOTS
from local_videos.transcoding import process

from . import lifecycle, tasks

logger = logging.getLogger("local_videos")

_State = TranscodeJob.State
# An upload is on disc a little before its row; a row may still come within this time.
_STRAY_SECONDS = 24 * 60 * 60


def recover_stale_jobs() -> int:
    """Ask again for jobs whose worker died or whose task was lost; return how many.

    A job that was interrupted `MAX_ATTEMPTS` times is given up, with a reason.
    """
    now = timezone.now()
    recovered = 0
    for job in TranscodeJob.objects.filter(lease_until__lt=now, state__in=[_State.RUNNING, _State.QUEUED]):
        with transaction.atomic():
            lifecycle.lock_film(job.video_id)
            # The condition names the lease that was read: a worker that just renewed it keeps the job.
            ours = TranscodeJob.objects.filter(
                pk=job.pk, state=job.state, attempt=job.attempt, lease_until=job.lease_until
            ).update(lease_until=now + lifecycle.QUEUE_PATIENCE)
            if not ours:
                continue
            if job.state == _State.RUNNING and job.attempt >= lifecycle.MAX_ATTEMPTS:
                lifecycle.fail(job, faults.FilmFault(faults.INTERRUPTED))
                continue
            TranscodeJob.objects.filter(pk=job.pk).update(state=_State.QUEUED, percent=0)
            LocalVideo.objects.filter(pk=job.video_id, state=LocalVideo.State.PREPARING).update(
                state=LocalVideo.State.UPLOADED
            )
            tasks.enqueue(job.pk)
        recovered += 1
        logger.warning("Job %s was left behind after attempt %s; it is queued again.", job.pk, job.attempt)
    return recovered


def sweep_scratch() -> int:
    """Remove the unfinished work of attempts that no longer run; return how many folders."""
    # Looked for before asking who works: a folder that appears meanwhile belongs to somebody who just began.
    found = _inside(storage.scratch_root())
    working = {
        storage.scratch_folder(*key).name
        for key in TranscodeJob.objects.filter(state=_State.RUNNING).values_list("pk", "attempt")
    }
    swept = 0
    for folder in found:
        if folder.name not in working:
            _kill_left_behind(folder)
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def sweep_superseded() -> int:
    """Remove renditions that nothing plays any more and files of deleted films; return how many."""
    swept = 0
    current = dict(LocalVideo.objects.values_list("pk", "current_job_id"))
    for film in _inside(storage.root()):
        if not film.name.isdigit():
            continue
        for made in _inside(film):
            if made.name != str(current.get(int(film.name))) and _older_than(made, SLOTS * SLOT_SECONDS):
                shutil.rmtree(made, ignore_errors=True)
                swept += 1
        if int(film.name) not in current:
            with suppress(OSError):
                film.rmdir()
    kept = set(LocalVideo.objects.values_list("original", flat=True))
    for original in _inside(Path(storage.OriginalsStorage().location)):
        if original.name not in kept and _older_than(original, _STRAY_SECONDS):
            original.unlink(missing_ok=True)
            swept += 1
    return swept


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _older_than(path: Path, seconds: float) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < time.time() - seconds
    return False


def _kill_left_behind(folder: Path) -> None:
    """Kill the ffmpeg of a dead worker, where the kernel did not: only if it still works in `folder`."""
    with suppress(OSError, ValueError):
        pid = int((folder / "pid").read_text())
        if Path(f"/proc/{pid}/cwd").resolve() == folder.resolve():
            process.kill_group(pid)
