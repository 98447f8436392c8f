"""Removes the files of a film with its row."""

import shutil
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from . import posters, storage
from .models import LocalVideo


@receiver(post_delete, sender=LocalVideo)
def remove_files(instance: LocalVideo, **kwargs: Any) -> None:
    """After commit. Who watches the film just now can end it: a stream holds links of its own."""
    pk, original = instance.pk, str(instance.original.name)
    transaction.on_commit(partial(_remove, pk, original))
    if instance.poster_id and instance.poster_is_own:
        transaction.on_commit(partial(posters.forget, instance.poster_id))


def _remove(video_id: int, original: str) -> None:
    if original:
        storage.OriginalsStorage().delete(original)
    shutil.rmtree(storage.root() / str(video_id), ignore_errors=True)
