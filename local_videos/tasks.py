"""Tasks of films that the default worker runs; those of preparing are in `jobs.tasks`."""

from functools import partial

from django.db import transaction
from django_tasks import task

from .page_indexing import index_pages_with


@task()
def index_pages(video_id: int) -> int:
    """Index the pages that show the film anew; return how many."""
    return index_pages_with(video_id)


def index_pages_later(video_id: int) -> None:
    """Enqueue a task, after commit, that indexes the pages which show the film."""
    transaction.on_commit(partial(index_pages.enqueue, video_id))
