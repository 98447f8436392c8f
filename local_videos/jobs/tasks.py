"""Work that the films' own worker does: `python manage.py db_worker --queue-name films`."""

from django_tasks import task

from local_videos.playback import posters

from . import lifecycle


@task(queue_name="films")
def prepare_film(job_id: int) -> None:
    """Carry out one transcode job; see `jobs.run`."""
    lifecycle.run(job_id)


@task(queue_name="films")
def forget_picture(image_id: int) -> None:
    """Delete a frame that was a film's poster; see `posters.forget`."""
    posters.forget(image_id)
