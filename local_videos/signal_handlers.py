"""Follows films and captions: files go with their row, and pages are found by what is said in their film."""

import shutil
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from . import storage
from .models import Caption, LocalVideo
from .playback import posters
from .signals import video_ready
from .tasks import index_pages_later


@receiver(post_delete, sender=LocalVideo)
def remove_files(instance: LocalVideo, **kwargs: Any) -> None:
    """After commit. Who watches the film just now can end it: a stream holds links of its own."""
    pk, original = instance.pk, str(instance.original.name)
    transaction.on_commit(partial(_remove, pk, original))
    if instance.poster_id and instance.poster_is_own:
        transaction.on_commit(partial(posters.delete_unused, instance.poster_id))


def _remove(video_id: int, original: str) -> None:
    if original:
        storage.OriginalsStorage().delete(original)
    shutil.rmtree(storage.root() / str(video_id), ignore_errors=True)


@receiver(video_ready)
def film_ready(video: LocalVideo, **kwargs: Any) -> None:
    """Index the pages that show a film which can be played now."""
    index_pages_later(video.pk)


@receiver([post_save, post_delete], sender=Caption)
def captions_changed(instance: Caption, **kwargs: Any) -> None:
    """Index the pages of a film whose captions changed; their lines follow in the same transaction."""
    index_pages_later(instance.video_id)
