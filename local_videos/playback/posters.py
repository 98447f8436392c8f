"""The picture that stands for a film: one of its own frames, or one that an editor brought."""

from pathlib import Path

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import ReferenceIndex

from local_videos import storage
from local_videos.models import LocalVideo
from local_videos.transcoding.output_files import POSTER_CHOICES


def frame_of(video: LocalVideo, number: int) -> Path | None:
    """Return the file of the frame with `number` (from 1 on); None if the film has no such frame."""
    if video.current_job_id is None or not 1 <= number <= len(POSTER_CHOICES):
        return None
    name = POSTER_CHOICES[number - 1]
    place = storage.job_folder(video.pk, video.current_job_id) / name
    return place if place.is_file() else None


def frames_of(video: LocalVideo) -> list[int]:
    """Return the numbers of the frames that an editor may choose from."""
    return [number for number in range(1, len(POSTER_CHOICES) + 1) if frame_of(video, number)]


def store_frame(video: LocalVideo, frame: Path) -> AbstractImage:
    """Keep the file at `frame` as a picture of `video`. Reading and writing pictures takes a while."""
    with frame.open("rb") as file:
        image: AbstractImage = get_image_model()(
            title=video.title, file=ImageFile(file, name=f"film-{video.pk}.jpg"), collection=video.collection
        )
        image.save()
    return image


def replace_poster(video: LocalVideo, image: AbstractImage) -> int | None:
    """Make `image` the poster of `video`, as one of its own frames.

    Return the number of the own frame that was the poster before; None if there was none. It is not deleted.
    """
    old = video.poster_id if video.poster_is_own else None
    video.poster, video.poster_is_own = image, True
    video.save(update_fields=["poster", "poster_is_own"])
    return old


def delete_unused(image_id: int) -> None:
    """Delete a picture that was taken from a film, unless something shows it."""
    image = get_image_model().objects.filter(pk=image_id).first()
    if image and not ReferenceIndex.get_references_to(image).exists():
        image.delete()
