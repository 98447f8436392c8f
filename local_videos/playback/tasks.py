"""Work on posters that is done later, by the films' own worker."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from wagtail.images.models import AbstractImage

from local_videos.models import LocalVideo

from . import posters

# A page that is open asks for a picture when its reader has scrolled to it.
_MAY_STILL_BE_ASKED_FOR = timedelta(days=1)


@task(queue_name="films")
def delete_unused_poster(image_id: int) -> None:
    """Delete a frame that was a film's poster; see `posters.delete_unused`."""
    posters.delete_unused(image_id)


def take_poster(video: LocalVideo, frame: Path) -> None:
    """Make the file at `frame` the poster of `video`, as one of its own frames; see `set_poster`."""
    set_poster(video, posters.store_frame(video, frame))


def set_poster(video: LocalVideo, image: AbstractImage) -> None:
    """Make `image`, one of its own frames, the poster of `video`.

    The frame that it replaces is deleted a day later unless something shows it then.
    """
    old = posters.replace_poster(video, image)
    if old:
        later = delete_unused_poster.using(run_after=timezone.now() + _MAY_STILL_BE_ASKED_FOR)
        transaction.on_commit(partial(later.enqueue, old))
