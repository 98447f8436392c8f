"""What this room has done by the workers."""

from django_tasks import task

from .indexing import index_exemplars_of


@task()
def index_exemplars(video_id: int) -> int:
    """Index the exemplars that show the film anew; return how many."""
    return index_exemplars_of(video_id)
