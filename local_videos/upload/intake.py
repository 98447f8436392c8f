"""Takes films in. What the file holds decides, never what it is called.

Looking into a file of several GB takes minutes: that is done first (`examine`), outside any transaction, or
it would keep every other writer of the database waiting.
"""

import logging
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.db import transaction
from wagtail.models import Collection

from local_videos import faults, storage
from local_videos.jobs.tasks import request_preparation
from local_videos.models import LocalVideo
from local_videos.transcoding.measuring import measure
from local_videos.transcoding.probing import Probe, probe

from . import content_hash

logger = logging.getLogger("local_videos")

_SHORTEST_SECONDS = 0.5


class IntakeRefused(faults.FilmFault):
    """The file was not taken in; `str()` says why in the reader's language."""


@dataclass(frozen=True)
class Examined:
    """A file that is stored as `stored_as` among the originals and can be prepared as a film.

    `seconds` is its length as far as is known before it is prepared, `size` its bytes, `digest` its content
    hash, `name` what its owner calls it.
    """

    stored_as: str
    name: str
    size: int
    digest: str
    film: Probe
    seconds: float


def take_in(
    *, file: File, title: str, uploaded_by: AbstractBaseUser | None, collection: Collection | None = None
) -> LocalVideo:
    """Keep `file` as a new film and ask for it to be prepared.

    Without a title the file's name becomes it. Raises `IntakeRefused`; then nothing is kept.
    """
    examined = examine(file)
    try:
        return keep_new(examined, title=title, uploaded_by=uploaded_by, collection=collection)
    except BaseException:
        discard(examined)
        raise


def replace_film(video: LocalVideo, file: File) -> None:
    """Give `video` a new file. What plays now keeps playing until the new version is ready.

    Raises `IntakeRefused`; then the film stays as it was.
    """
    examined = examine(file)
    try:
        keep_instead(video, examined)
    except BaseException:
        discard(examined)
        raise


def examine(file: File, digest: str = "") -> Examined:
    """Store the file under a generated name and look into it; not to be called in a transaction.

    `digest` is its content hash, where that is known. Raises `IntakeRefused` for what is no film that can be
    prepared; then nothing is left of it. Whoever does not keep what is returned discards it.
    """
    size = file.size or 0
    originals = storage.OriginalsStorage()
    name = ""
    try:
        if size > settings.LOCAL_VIDEOS_MAX_UPLOAD_BYTES:
            raise faults.FilmFault(faults.TOO_LARGE)
        if size == 0:
            raise faults.FilmFault(faults.EMPTY)
        storage.require_room(0 if isinstance(file, storage.ArrivedFile) else size)
        name = originals.save(storage.original_name(file, ""), file)
        path = Path(originals.path(name))
        film = probe(path)
        return Examined(
            stored_as=name,
            name=PureWindowsPath(file.name or "").name,
            size=size,
            film=film,
            seconds=check(path, film),
            digest=digest or content_hash.of(path),
        )
    except BaseException as error:
        if name:
            originals.delete(name)
        if isinstance(error, faults.FilmFault):
            logger.info("A file was refused: %s", error.code)
            raise IntakeRefused(error.code, error.details) from error
        if isinstance(error, OSError):
            logger.exception("A film could not be stored.")
            raise IntakeRefused(faults.DISC_FULL, str(error)) from error
        raise


def discard(examined: Examined) -> None:
    """Remove a file that was examined and is not kept."""
    storage.OriginalsStorage().delete(examined.stored_as)


def keep_new(
    examined: Examined,
    *,
    title: str,
    uploaded_by: AbstractBaseUser | None,
    collection: Collection | None = None,
) -> LocalVideo:
    """Make a new film of what was examined and ask for it to be prepared."""
    video = LocalVideo(
        title=title.strip() or name_without_ending(examined.name),
        uploaded_by_id=uploaded_by.pk if uploaded_by else None,
    )
    if collection is not None:
        video.collection = collection
    with transaction.atomic():
        _give(video, examined)
    return video


def keep_instead(video: LocalVideo, examined: Examined) -> None:
    """Make what was examined the file of `video` and ask for it to be prepared."""
    with transaction.atomic():
        # Looking into a large file took long: what was decided about the film meanwhile stays.
        video.refresh_from_db(from_queryset=LocalVideo.objects.select_for_update(no_key=True))
        old = str(video.original.name)
        _give(video, examined)
        # ffmpeg may still read the old file; on Unix it can finish doing so.
        transaction.on_commit(lambda: video.original.storage.delete(old))


def check(path: Path, film: Probe) -> float:
    """Return how many seconds the film at `path` lasts, as far as can be told before it is prepared.

    A length that would refuse the film is not believed before the film was read. Raises `IntakeRefused` for
    a film that could be read but not be prepared.
    """
    seconds = film.duration
    if not _SHORTEST_SECONDS <= seconds <= settings.LOCAL_VIDEOS_MAX_SECONDS:
        seconds = measure(path, film).seconds
    if seconds < _SHORTEST_SECONDS:
        raise IntakeRefused(faults.NO_LENGTH)
    if seconds > settings.LOCAL_VIDEOS_MAX_SECONDS:
        raise IntakeRefused(faults.TOO_LONG)
    if film.coded_pixels > settings.LOCAL_VIDEOS_MAX_PIXELS:
        raise IntakeRefused(faults.TOO_MANY_PIXELS)
    return seconds


def name_without_ending(name: str) -> str:
    """Return what the user called the file, without folders and ending, short enough for a title."""
    return PurePosixPath(PureWindowsPath(name).name).stem.strip()[:255] or "film"


def _give(video: LocalVideo, examined: Examined) -> None:
    """Make the file the film's own, save the row, and ask for a preparation."""
    video.original.name = examined.stored_as
    video.content_hash = examined.digest
    video.original_name = examined.name[:255]
    video.size = examined.size
    if not video.playable:
        video.duration, video.has_sound = round(examined.seconds, 3), examined.film.has_sound
        video.width, video.height = examined.film.width, examined.film.height
    video.save()
    request_preparation(video)
