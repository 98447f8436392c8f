"""Keeps what is said in films findable: an exemplar's index entry holds the words of its film."""

from typing import Any

from django.db import transaction
from wagtail.search import index

from local_videos.models import Caption, LocalVideo

from .models import Exemplar


def index_exemplars_of(video_id: int) -> int:
    """Index the published exemplars that show the film anew; return how many there are."""
    exemplars = list(Exemplar.objects.live().filter(video_id=video_id))
    for exemplar in exemplars:
        index.insert_or_update_object(exemplar)
    return len(exemplars)


def film_ready(video: LocalVideo, **kwargs: Any) -> None:
    """Receive `local_videos.signals.video_ready`."""
    _ask_for(video.pk)


def captions_changed(instance: Caption, **kwargs: Any) -> None:
    """Receive that captions were stored or deleted; their lines follow in the same transaction."""
    _ask_for(instance.video_id)


def _ask_for(video_id: int) -> None:
    from .tasks import index_exemplars  # noqa: PLC0415  tasks import this module

    transaction.on_commit(lambda: index_exemplars.enqueue(video_id))
