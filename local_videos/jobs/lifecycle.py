"""The attempts at making a film playable: created, claimed, kept alive, finished, given up, cancelled.

Whoever changes what a film and its jobs say of each other locks the film's row first: two who act at once
take turns, and none decides by what the other is about to change.

A worker holds a job by a lease that it renews while ffmpeg runs. A worker that dies says nothing more; its
lease runs out and `recovery` gives the job to another. `attempt` tells the holders apart: whoever comes back
from the dead with an old number can change nothing. Nothing here enqueues a task; `tasks` does.
"""

import logging
import shutil
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from wagtail.images.models import AbstractImage

from local_videos import faults, storage
from local_videos.models import Chapter, LocalVideo, Rendition, TranscodeJob
from local_videos.playback.posters import store_frame
from local_videos.playback.tasks import set_poster
from local_videos.signals import video_ready
from local_videos.transcoding.output_files import POSTER
from local_videos.transcoding.probing import Mark
from local_videos.transcoding.transcode import Made

logger = logging.getLogger("local_videos")

MAX_ATTEMPTS = 3
# Faults that say nothing about the film: the same work may well succeed a little later.
_PASSING_FAULTS = (faults.KILLED, faults.INTERNAL)
# A queued job whose task got lost is asked for again after this long.
QUEUE_PATIENCE = timedelta(minutes=30)
_State = TranscodeJob.State


class LeaseLost(Exception):  # noqa: N818  says what happened, as people would
    """The job belongs to somebody else now, was replaced, or its film was deleted."""


def create(video: LocalVideo) -> TranscodeJob:
    """Create a job for `video`, which waits from now on. Who calls this enqueues a task as well."""
    with transaction.atomic():
        lock_film(video.pk)
        job = TranscodeJob.objects.create(video=video, lease_until=timezone.now() + QUEUE_PATIENCE)
        LocalVideo.objects.filter(pk=video.pk).update(state=LocalVideo.State.UPLOADED)
        video.state = LocalVideo.State.UPLOADED
    return job


def claim(job_id: int) -> TranscodeJob | None:
    """Take the job if nobody else has it; return None if it is taken, done or outdated."""
    now = timezone.now()
    waiting = TranscodeJob.objects.filter(pk=job_id, state=_State.QUEUED)
    with transaction.atomic():
        film_id = waiting.values_list("video_id", flat=True).first()
        if film_id is None:
            return None
        lock_film(film_id)
        if not waiting.update(
            state=_State.RUNNING, attempt=F("attempt") + 1, lease_until=_lease(), percent=0, started_at=now
        ):
            return None
        job = TranscodeJob.objects.select_related("video").get(pk=job_id)
        if not _is_outdated(job):
            LocalVideo.objects.filter(pk=job.video_id).update(state=LocalVideo.State.PREPARING)
            return job
    fail(job, faults.FilmFault(faults.REPLACED))
    return None


def renew(job: TranscodeJob, percent: int) -> None:
    """Say that the work goes on; raise `LeaseLost` if it is no longer ours."""
    try:
        kept = _held(job).update(lease_until=_lease(), percent=percent)
    except OperationalError:
        logger.warning("Job %s: the database was busy; the lease was not renewed.", job.pk)
        return
    if not kept or _is_outdated(job):
        raise LeaseLost


def finish(job: TranscodeJob, folder: Path, made: Made) -> None:
    """Move what was made into place and make it the film's current version, all at once."""
    place = storage.job_folder(job.video_id, job.pk)
    place.parent.mkdir(parents=True, exist_ok=True)
    left_behind = folder.with_name(f"{folder.name}.old")
    poster = _poster_from(job.video, folder / POSTER)
    try:
        with transaction.atomic():
            now = timezone.now()
            lock_film(job.video_id)
            if _is_outdated(job) or not _held(job).update(
                state=_State.DONE, percent=100, finished_at=now, lease_until=None, reason="", log=""
            ):
                raise LeaseLost
            if place.exists():
                # Left by an attempt that died between the move and the commit; nobody was ever told of it.
                place.replace(left_behind)
            folder.replace(place)
            video = _make_current(job, made, poster)
            transaction.on_commit(partial(video_ready.send_robust, LocalVideo, video=video))
    finally:
        shutil.rmtree(left_behind, ignore_errors=True)
        if poster is not None and not LocalVideo.objects.filter(pk=job.video_id, poster=poster).exists():
            poster.delete()
    logger.info("Film %s is ready (job %s).", video.pk, job.pk)


def _make_current(job: TranscodeJob, made: Made, poster: AbstractImage | None) -> LocalVideo:
    """Write down what `job` made, with its `poster`, as what the film plays from now on."""
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
    video = LocalVideo.objects.get(pk=job.video_id)
    video.current_job, video.playing_hash = job, video.content_hash
    video.state = LocalVideo.State.READY
    video.duration, video.has_sound = made.duration, made.has_sound
    video.width, video.height = made.width, made.height
    video.changes = [asdict(change) for change in made.changes]
    _take_chapters(video, made.chapters)
    if poster is not None and _wants_own_poster(video):
        set_poster(video, poster)
    video.save()
    return video


def fail(job: TranscodeJob, fault: faults.FilmFault) -> None:
    """Write down why the job failed. An older version of the film keeps playing."""
    with transaction.atomic():
        lock_film(job.video_id)
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
        lock_film(job.video_id)
        ours = _held(job).update(
            state=_State.QUEUED, percent=0, log=fault.details, lease_until=timezone.now() + pause
        )
        if ours and not _is_outdated(job):
            LocalVideo.objects.filter(pk=job.video_id).update(state=LocalVideo.State.UPLOADED)
    logger.warning("Film %s waits %s (job %s): %s", job.video_id, pause, job.pk, fault.code)


def put_back_or_fail(job: TranscodeJob, fault: faults.FilmFault) -> None:
    """Let the job be tried again if `fault` may pass by itself, but not for ever; else let it fail."""
    if fault.code in _PASSING_FAULTS and job.attempt < MAX_ATTEMPTS:
        put_back(job, fault)
    else:
        fail(job, fault)


def fail_if_outdated(job: TranscodeJob) -> None:
    """Write down that a newer job has taken the place of this one, if so."""
    if _is_outdated(job):
        fail(job, faults.FilmFault(faults.REPLACED))


def cancel(video: LocalVideo) -> bool:
    """End what waits or runs for `video`; return whether there was anything.

    The worker notices when it next renews its lease, within seconds, and ends ffmpeg. An older version of the
    film plays on.
    """
    with transaction.atomic():
        lock_film(video.pk)
        ended = video.jobs.filter(state__in=[_State.QUEUED, _State.RUNNING]).update(
            state=_State.FAILED, reason=faults.CANCELLED, log="", finished_at=timezone.now(), lease_until=None
        )
        if ended:
            LocalVideo.objects.filter(pk=video.pk).update(state=LocalVideo.State.FAILED)
    return bool(ended)


def lock_film(film_id: int) -> None:
    """Wait until nobody else changes this film or its jobs, and keep others waiting. Needs a transaction."""
    LocalVideo.objects.select_for_update(no_key=True).filter(pk=film_id).values_list("pk").first()


def _held(job: TranscodeJob) -> QuerySet[TranscodeJob]:
    return TranscodeJob.objects.filter(pk=job.pk, state=_State.RUNNING, attempt=job.attempt)


def _is_outdated(job: TranscodeJob) -> bool:
    """Whether a newer job for the same film exists: its file was replaced, or somebody asked again."""
    return TranscodeJob.objects.filter(video_id=job.video_id, pk__gt=job.pk).exists()


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LOCAL_VIDEOS_LEASE_SECONDS)


def _take_chapters(video: LocalVideo, marks: tuple[Mark, ...]) -> None:
    """Make the chapters that the file names the film's, unless somebody wrote better ones."""
    if video.chapters.filter(from_file=False).exists():
        return
    video.chapters.all().delete()
    Chapter.objects.bulk_create(
        Chapter(video=video, start=mark.start, title=mark.title, from_file=True) for mark in marks
    )


def _poster_from(video: LocalVideo, frame: Path) -> AbstractImage | None:
    """Keep the frame as a picture, before anything is locked; None if an editor chose a poster."""
    return store_frame(video, frame) if frame.is_file() and _wants_own_poster(video) else None


def _wants_own_poster(video: LocalVideo) -> bool:
    """Whether the film's poster is one of its own frames: no editor chose another."""
    return not video.poster_id or video.poster_is_own
