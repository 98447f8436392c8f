"""Keeps what is said in films findable: a lecture's index entry holds the words of its film."""

from typing import Any

from django.db import transaction
from wagtail.search import index

from local_videos.models import Caption, LocalVideo

from .models import Lecture


def index_lectures_of(video_id: int) -> int:
    """Index the published lectures that show the film anew; return how many there are."""
    lectures = list(Lecture.objects.live().filter(video_id=video_id))
    for lecture in lectures:
        index.insert_or_update_object(lecture)
    return len(lectures)


def film_ready(video: LocalVideo, **kwargs: Any) -> None:
    """Receive `local_videos.signals.video_ready`."""
    _ask_for(video.pk)


def captions_changed(instance: Caption, **kwargs: Any) -> None:
    """Receive that captions were stored or deleted; their lines follow in the same transaction."""
    _ask_for(instance.video_id)


def _ask_for(video_id: int) -> None:
    from .tasks import index_lectures  # noqa: PLC0415  tasks import this module

    transaction.on_commit(lambda: index_lectures.enqueue(video_id))
