"""The rebuild of the index as a task of the workers, and what enqueues it."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from search.models import IndexRebuild

from .rebuild import MOST_ATTEMPTS, PATIENCE, is_outdated, latest_rebuild, rebuild, write_district_words


@task()
def rebuild_index(rebuild_id: int) -> None:
    """Build the index anew with the words of this moment."""
    rebuild(IndexRebuild.objects.get(pk=rebuild_id))


def request_rebuild() -> None:
    """Enqueue a rebuild on commit, unless one waits that will see the newest words as well."""
    if not IndexRebuild.objects.filter(started_at__isnull=True).exists():
        _enqueue(IndexRebuild.objects.create(due_at=timezone.now() + PATIENCE))


def rebuild_if_outdated() -> bool:
    """Request a rebuild where the index is outdated; return whether it was. Called when the site starts."""
    write_district_words()
    outdated = is_outdated()
    if outdated:
        request_rebuild()
    return outdated


def retry_rebuild(now: datetime) -> bool:
    """Enqueue the newest rebuild again if it failed and its pause is over, or if its task was lost; return
    whether it was. Called every minute.
    """
    record = latest_rebuild()
    if record is None or record.due_at is None or record.due_at > now:
        return False
    if record.attempt >= MOST_ATTEMPTS:
        # Its worker died in the last attempt and could not say so.
        record.fault, record.due_at = record.fault or "interrupted", None
        record.save(update_fields=["fault", "due_at"])
        return False
    with transaction.atomic():
        # The condition names the moment that was read: a worker that has just gone on keeps its rebuild.
        ours = IndexRebuild.objects.filter(pk=record.pk, due_at=record.due_at).update(due_at=now + PATIENCE)
        if ours:
            _enqueue(record)
    return bool(ours)


def _enqueue(record: IndexRebuild) -> None:
    transaction.on_commit(partial(rebuild_index.enqueue, record.pk))
