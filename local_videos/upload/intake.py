"""Takes films in. What the file holds decides, never what it is called."""

import logging
from pathlib import Path, PurePosixPath, PureWindowsPath

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.db import transaction
from wagtail.models import Collection

from local_videos import faults, storage
from local_videos.jobs.tasks import request_preparation
from local_videos.models import LocalVideo
from local_videos.transcoding.probing import Probe, probe

from . import content_hash

logger = logging.getLogger("local_videos")

_SHORTEST_SECONDS = 0.5
# Below this many bits a second no picture (no speech) can be held; short black films are let through.
_LEAST_BITS_A_SECOND, _LEAST_BITS_OF_SPEECH = 8_000, 2_000
_PLAUSIBLE_ANYWAY_SECONDS = 60


class IntakeRefused(faults.FilmFault):
    """The file was not taken in; `str()` says why in the reader's language."""


def take_in(
    *, file: File, title: str, uploaded_by: AbstractBaseUser | None, collection: Collection | None = None
) -> LocalVideo:
    """Keep `file` as a new film and ask for it to be prepared.

    Without a title the file's name becomes it. Raises `IntakeRefused`; then nothing is kept.
    """
    video = LocalVideo(
        title=title.strip() or name_without_ending(file.name or ""),
        uploaded_by_id=uploaded_by.pk if uploaded_by else None,
    )
    if collection is not None:
        video.collection = collection
    _keep(video, file)
    return video


def replace_film(video: LocalVideo, file: File) -> None:
    """Give `video` a new file. What plays now keeps playing until the new version is ready.

    Raises `IntakeRefused`; then the film stays as it was.
    """
    old = str(video.original.name)
    _keep(video, file)
    # ffmpeg may still read the old file; on Unix it can finish doing so.
    transaction.on_commit(lambda: video.original.storage.delete(old))


def check(film: Probe) -> None:
    """Raise `IntakeRefused` for a film that could be read but not be prepared."""
    if film.duration < _SHORTEST_SECONDS:
        raise IntakeRefused(faults.NO_LENGTH)
    least = _LEAST_BITS_OF_SPEECH if film.video_stream is None else _LEAST_BITS_A_SECOND
    too_small = film.size * 8 / film.duration < least
    if film.duration > settings.LOCAL_VIDEOS_MAX_SECONDS:
        raise IntakeRefused(faults.IMPLAUSIBLE_LENGTH if too_small else faults.TOO_LONG)
    if film.duration > _PLAUSIBLE_ANYWAY_SECONDS and too_small:
        raise IntakeRefused(faults.IMPLAUSIBLE_LENGTH)
    if film.coded_pixels > settings.LOCAL_VIDEOS_MAX_PIXELS:
        raise IntakeRefused(faults.TOO_MANY_PIXELS)


def name_without_ending(name: str) -> str:
    """Return what the user called the file, without folders and ending, short enough for a title."""
    return PurePosixPath(PureWindowsPath(name).name).stem.strip()[:255] or "film"


def _keep(video: LocalVideo, file: File) -> None:
    """Store the file under a generated name, look into it, and save the row; or leave no trace."""
    size = file.size or 0
    if size > settings.LOCAL_VIDEOS_MAX_UPLOAD_BYTES:
        raise IntakeRefused(faults.TOO_LARGE)
    originals = storage.OriginalsStorage()
    name = ""
    try:
        if size == 0:
            raise IntakeRefused(faults.EMPTY)
        storage.require_room(0 if isinstance(file, storage.ArrivedFile) else size)
        name = originals.save(storage.original_name(video, ""), file)
        film = probe(Path(originals.path(name)))
        check(film)
        digest = content_hash.of(Path(originals.path(name)))
        with transaction.atomic():
            if video.pk:
                # Looking into a large file takes long: what was decided about the film meanwhile stays.
                video.refresh_from_db(from_queryset=LocalVideo.objects.select_for_update())
            video.original.name = name
            video.content_hash = digest
            video.original_name = PureWindowsPath(file.name or "").name[:255]
            video.size = size
            if not video.playable:
                video.duration, video.has_sound = round(film.duration, 3), film.has_sound
                video.width, video.height = film.width, film.height
            video.save()
            request_preparation(video)
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
