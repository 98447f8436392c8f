"""What this room has done by the workers."""

from django_tasks import task

from search.models import IndexRebuild

from .rebuild import rebuild


@task()
def rebuild_index(rebuild_id: int) -> None:
    """Build the index anew with the words of this moment."""
    rebuild(IndexRebuild.objects.get(pk=rebuild_id))
