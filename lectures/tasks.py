"""What this room has done by the workers."""

from django_tasks import task

from .indexing import index_lectures_of


@task()
def index_lectures(video_id: int) -> int:
    """Index the lectures that show the film anew; return how many."""
    return index_lectures_of(video_id)
