"""The picture that stands for a film: one of its own frames, or one that an editor brought."""

from pathlib import Path

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from . import storage, transcoding
from .models import LocalVideo


def frame_of(video: LocalVideo, number: int) -> Path | None:
    """Return the file of the frame with `number` (from 1 on); None if the film has no such frame."""
    if video.current_job_id is None or not 1 <= number <= len(transcoding.POSTER_CHOICES):
        return None
    name = transcoding.POSTER_CHOICES[number - 1]
    place = storage.job_folder(video.pk, video.current_job_id) / name
    return place if place.is_file() else None


def frames_of(video: LocalVideo) -> list[int]:
    """Return the numbers of the frames that an editor may choose from."""
    return [number for number in range(1, len(transcoding.POSTER_CHOICES) + 1) if frame_of(video, number)]


def take_poster(video: LocalVideo, frame: Path) -> None:
    """Make the file at `frame` the poster of `video`, as one of its own frames.

    The frame that it replaces is deleted unless something else shows it.
    """
    old = video.poster if video.poster_is_own else None
    with frame.open("rb") as file:
        image = get_image_model()(
            title=video.title, file=ImageFile(file, name=f"film-{video.pk}.jpg"), collection=video.collection
        )
        image.save()
    video.poster, video.poster_is_own = image, True
    video.save(update_fields=["poster", "poster_is_own"])
    if old and not any(user != video for user, _references in ReferenceIndex.get_grouped_references_to(old)):
        old.delete()
