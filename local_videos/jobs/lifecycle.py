"""The attempts at making a film playable: asked for, claimed, kept alive, finished, or given up.

A worker holds a job by a lease that it renews while ffmpeg runs. A worker that dies says nothing more; its
lease runs out and `recovery` gives the job to another. `attempt` tells the holders apart: whoever comes back
from the dead with an old number can change nothing.
"""

import errno
import logging
import shutil
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from local_videos import faults, storage
from local_videos.models import Chapter, LocalVideo, Rendition, TranscodeJob
from local_videos.playback import posters
from local_videos.signals import video_ready
from local_videos.transcoding import transcode
from local_videos.transcoding.ladder import BITS_OF_SOUND_ALONE
from local_videos.transcoding.probing import Mark

logger = logging.getLogger("local_videos")

MAX_ATTEMPTS = 3
# Faults that say nothing about the film: the same work may well succeed a little later.
_PASSING_FAULTS = (faults.KILLED, faults.INTERNAL)
# A queued job whose task got lost is asked for again after this long.
QUEUE_PATIENCE = timedelta(minutes=30)
_State = TranscodeJob.State


class LeaseLost(Exception):  # noqa: N818  says what happened, as people would
    """The job belongs to somebody else now, was replaced, or its film was deleted."""


def request(video: LocalVideo) -> TranscodeJob:
    """Ask for `video` to be prepared; the work starts after the transaction commits."""
    with transaction.atomic():
        job = TranscodeJob.objects.create(video=video, lease_until=timezone.now() + QUEUE_PATIENCE)
        LocalVideo.objects.filter(pk=video.pk).update(state=LocalVideo.State.UPLOADED)
        video.state = LocalVideo.State.UPLOADED
        enqueue(job.pk)
    return job


def enqueue(job_id: int) -> None:
    """Put a task for the job on the queue of the films after commit."""
    from .tasks import prepare_film  # noqa: PLC0415  tasks call this module

    transaction.on_commit(partial(prepare_film.enqueue, job_id))


def claim(job_id: int) -> TranscodeJob | None:
    """Take the job if nobody else has it; return None if it is taken, done or outdated."""
    now = timezone.now()
    taken = TranscodeJob.objects.filter(pk=job_id, state=_State.QUEUED).update(
        state=_State.RUNNING, attempt=F("attempt") + 1, lease_until=_lease(), percent=0, started_at=now
    )
    if not taken:
        return None
    job = TranscodeJob.objects.select_related("video").get(pk=job_id)
    if _is_outdated(job):
        fail(job, faults.FilmFault(faults.REPLACED))
        return None
    LocalVideo.objects.filter(pk=job.video_id).update(state=LocalVideo.State.PREPARING)
    return job


def renew(job: TranscodeJob, percent: int) -> None:
    """Say that the work goes on; raise `LeaseLost` if it is no longer ours."""
    try:
        kept = _held(job).update(lease_until=_lease(), percent=percent)
    except OperationalError:
        logger.warning("Job %s: the database was busy; the lease was not renewed.", job.pk)
        return
    if not kept or _is_outdated(job):
        raise LeaseLost


def run(job_id: int) -> None:
    """Claim the job and carry it out. Whatever happens to this film, the worker lives on."""
    job = claim(job_id)
    if job is None:
        return
    folder = storage.scratch_folder(job.pk, job.attempt)
    try:
        original = Path(job.video.original.path)
        if not original.is_file():
            raise faults.FilmFault(faults.ORIGINAL_GONE)
        storage.require_room(int(job.video.duration * _bytes_a_second()))
        folder.mkdir(parents=True)
        made = transcode.transcode(original, folder, _heartbeat(job))
        finish(job, folder, made)
    except LeaseLost:
        logger.info("Job %s: no longer ours, dropped.", job.pk)
        _give_up_if_outdated(job)
    except faults.FilmFault as fault:
        _put_back_or_fail(job, fault)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        _put_back_or_fail(job, faults.FilmFault(faults.DISC_FULL if full else faults.INTERNAL, str(error)))
    except Exception as error:
        logger.exception("Job %s failed unexpectedly.", job.pk)
        _put_back_or_fail(job, faults.FilmFault(faults.INTERNAL, repr(error)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def finish(job: TranscodeJob, folder: Path, made: transcode.Made) -> None:
    """Move what was made into place and make it the film's current version, all at once."""
    place = storage.job_folder(job.video_id, job.pk)
    place.parent.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        now = timezone.now()
        if _is_outdated(job) or not _held(job).update(
            state=_State.DONE, percent=100, finished_at=now, lease_until=None, reason="", log=""
        ):
            raise LeaseLost
        # Left by an attempt that died between the move and the commit; nobody was ever told of it.
        shutil.rmtree(place, ignore_errors=True)
        folder.replace(place)
        Rendition.objects.bulk_create(
            Rendition(
                job=job,
                name=rung.name,
                height=rung.height,
                bandwidth=rung.bits + rung.bits_of_sound,
                size=made.sizes[rung.name],
            )
            for rung in made.rungs
        )
        video = LocalVideo.objects.select_for_update().get(pk=job.video_id)
        video.current_job = job
        video.state = LocalVideo.State.READY
        video.duration, video.has_sound = made.duration, made.has_sound
        video.width, video.height = made.width, made.height
        _take_chapters(video, made.chapters)
        _take_poster(video, place / transcode.POSTER)
        video.save()
        transaction.on_commit(partial(video_ready.send_robust, LocalVideo, video=video))
    logger.info("Film %s is ready (job %s).", video.pk, job.pk)


def fail(job: TranscodeJob, fault: faults.FilmFault) -> None:
    """Write down why the job failed. An older version of the film keeps playing."""
    with transaction.atomic():
        ours = _held(job).update(
            state=_State.FAILED,
            reason=fault.code,
            log=fault.details,
            finished_at=timezone.now(),
            lease_until=None,
        )
        if ours and not _is_outdated(job):
            LocalVideo.objects.filter(pk=job.video_id).update(state=LocalVideo.State.FAILED)
    logger.warning("Film %s failed (job %s): %s", job.video_id, job.pk, fault.code)


def put_back(job: TranscodeJob, fault: faults.FilmFault) -> None:
    """Let the job wait, each time twice as long, and be tried again: `recovery` asks for it then."""
    pause = timedelta(seconds=settings.LOCAL_VIDEOS_RETRY_SECONDS * 2 ** (job.attempt - 1))
    with transaction.atomic():
        ours = _held(job).update(
            state=_State.QUEUED, percent=0, log=fault.details, lease_until=timezone.now() + pause
        )
        if ours and not _is_outdated(job):
            LocalVideo.objects.filter(pk=job.video_id).update(state=LocalVideo.State.UPLOADED)
    logger.warning("Film %s waits %s (job %s): %s", job.video_id, pause, job.pk, fault.code)


def _put_back_or_fail(job: TranscodeJob, fault: faults.FilmFault) -> None:
    if fault.code in _PASSING_FAULTS and job.attempt < MAX_ATTEMPTS:
        put_back(job, fault)
    else:
        fail(job, fault)


def _heartbeat(job: TranscodeJob) -> Callable[[int], None]:
    """Return what renews the lease, every few seconds at most: each renewal is a write to the database."""
    pause = min(5, settings.LOCAL_VIDEOS_LEASE_SECONDS / 4)
    last = 0.0

    def beat(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= pause:
            last = time.monotonic()
            renew(job, percent)

    return beat


def _held(job: TranscodeJob) -> QuerySet[TranscodeJob]:
    return TranscodeJob.objects.filter(pk=job.pk, state=_State.RUNNING, attempt=job.attempt)


def _is_outdated(job: TranscodeJob) -> bool:
    """Whether a newer job for the same film exists: its file was replaced, or somebody asked again."""
    return TranscodeJob.objects.filter(video_id=job.video_id, pk__gt=job.pk).exists()


def _give_up_if_outdated(job: TranscodeJob) -> None:
    if _is_outdated(job):
        fail(job, faults.FilmFault(faults.REPLACED))


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LOCAL_VIDEOS_LEASE_SECONDS)


def _bytes_a_second() -> float:
    """Bytes that a second of film takes at most: all qualities, their sound, the smallest once more."""
    bits = [bits for _, bits, _ in settings.LOCAL_VIDEOS_LADDER]
    return (sum(bits) + bits[-1] + (len(bits) + 2) * 2 * BITS_OF_SOUND_ALONE) / 8


def _take_chapters(video: LocalVideo, marks: tuple[Mark, ...]) -> None:
    """Make the chapters that the file names the film's, unless somebody wrote better ones."""
    if video.chapters.filter(from_file=False).exists():
        return
    video.chapters.all().delete()
    Chapter.objects.bulk_create(
        Chapter(video=video, start=mark.start, title=mark.title, from_file=True) for mark in marks
    )


def _take_poster(video: LocalVideo, frame: Path) -> None:
    """Make the frame the film's poster, unless an editor chose one."""
    if not frame.is_file() or (video.poster_id and not video.poster_is_own):
        return
    posters.take_poster(video, frame)
