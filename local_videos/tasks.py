"""Tasks of films that the default worker runs; those of preparing are in `jobs.tasks`."""

from django_tasks import task

from .page_indexing import index_pages_with


@task()
def index_pages(video_id: int) -> int:
    """Index the pages that show the film anew; return how many."""
    return index_pages_with(video_id)
