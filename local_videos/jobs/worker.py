"""What a worker does with one job: claim it, prepare the film, and write down how that ended."""

import errno
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from local_videos import faults, storage
from local_videos.models import TranscodeJob
from local_videos.transcoding import ladder
from local_videos.transcoding.transcode import transcode

from . import lifecycle

logger = logging.getLogger("local_videos")


def run_job(job_id: int) -> None:
    """Claim the job and carry it out. Whatever happens to this film, the worker lives on."""
    job = lifecycle.claim(job_id)
    if job is None:
        return
    folder = storage.scratch_folder(job.pk, job.attempt)
    try:
        original = Path(job.video.original.path)
        if not original.is_file():
            raise faults.FilmFault(faults.ORIGINAL_GONE)
        storage.require_room(int(job.video.duration * ladder.most_bytes_a_second()))
        folder.mkdir(parents=True)
        made = transcode(original, folder, _lease_renewal(job))
        lifecycle.finish(job, folder, made)
    except lifecycle.LeaseLost:
        logger.info("Job %s: no longer ours, dropped.", job.pk)
        lifecycle.fail_if_outdated(job)
    except faults.FilmFault as fault:
        lifecycle.put_back_or_fail(job, fault)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = faults.DISC_FULL if full else faults.INTERNAL
        lifecycle.put_back_or_fail(job, faults.FilmFault(code, str(error)))
    except Exception as error:
        logger.exception("Job %s failed unexpectedly.", job.pk)
        lifecycle.put_back_or_fail(job, faults.FilmFault(faults.INTERNAL, repr(error)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lease_renewal(job: TranscodeJob) -> Callable[[int], None]:
    """Return what renews the lease, every few seconds at most: each renewal is a write to the database."""
    pause = min(5, settings.LOCAL_VIDEOS_LEASE_SECONDS / 4)
    last = 0.0

    def on_percent(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= pause:
            last = time.monotonic()
            lifecycle.renew(job, percent)

    return on_percent
