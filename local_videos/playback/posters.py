"""The picture that stands for a film: one of its own frames, or one that an editor brought."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from local_videos import storage
from local_videos.models import LocalVideo
from local_videos.transcoding import transcode

# A page that is open asks for a picture when its reader has scrolled to it.
_STILL_ASKED_FOR = timedelta(days=1)


def frame_of(video: LocalVideo, number: int) -> Path | None:
    """Return the file of the frame with `number` (from 1 on); None if the film has no such frame."""
    if video.current_job_id is None or not 1 <= number <= len(transcode.POSTER_CHOICES):
        return None
    name = transcode.POSTER_CHOICES[number - 1]
    place = storage.job_folder(video.pk, video.current_job_id) / name
    return place if place.is_file() else None


def frames_of(video: LocalVideo) -> list[int]:
    """Return the numbers of the frames that an editor may choose from."""
    return [number for number in range(1, len(transcode.POSTER_CHOICES) + 1) if frame_of(video, number)]


def take_poster(video: LocalVideo, frame: Path) -> None:
    """Make the file at `frame` the poster of `video`, as one of its own frames.

    The frame that it replaces is deleted a day later unless something shows it then.
    """
    old = video.poster_id if video.poster_is_own else None
    with frame.open("rb") as file:
        image = get_image_model()(
            title=video.title, file=ImageFile(file, name=f"film-{video.pk}.jpg"), collection=video.collection
        )
        image.save()
    video.poster, video.poster_is_own = image, True
    video.save(update_fields=["poster", "poster_is_own"])
    if old:
        _forget_later(old)


def forget(image_id: int) -> None:
    """Delete a picture that was taken from a film, unless something shows it."""
    image = get_image_model().objects.filter(pk=image_id).first()
    if image and not ReferenceIndex.get_references_to(image).exists():
        image.delete()


def _forget_later(image_id: int) -> None:
    from local_videos.jobs.tasks import forget_picture  # noqa: PLC0415  tasks call this module

    later = forget_picture.using(run_after=timezone.now() + _STILL_ASKED_FOR)
    transaction.on_commit(partial(later.enqueue, image_id))
