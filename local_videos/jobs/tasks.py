"""Work that the films' own worker does: `python manage.py db_worker --queue-name films`."""

from functools import partial

from django.db import transaction
from django_tasks import task

from local_videos.models import LocalVideo, TranscodeJob

from . import lifecycle, worker


@task(queue_name="films")
def prepare_film(job_id: int) -> None:
    """Carry out one transcode job; see `worker.run_job`."""
    worker.run_job(job_id)


def request_preparation(video: LocalVideo) -> TranscodeJob:
    """Ask for `video` to be prepared; the work starts after the transaction commits."""
    with transaction.atomic():
        job = lifecycle.create(video)
        enqueue(job.pk)
    return job


def enqueue(job_id: int) -> None:
    """Put a task for the job on the queue of the films after commit."""
    transaction.on_commit(partial(prepare_film.enqueue, job_id))
