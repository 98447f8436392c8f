"""Gives a film an address that nobody can guess and that stops working after some hours.

A stream is a folder below `LOCAL_VIDEOS_STREAMS_ROOT`, sent by nginx (or the application server) without
asking Python. Its name carries when it ends and a keyed hash, so every process finds the same name without
a table, and viewers of one film share it. The folder holds hard links: the server follows no symbolic link
out of its mount, and a film that is replaced or deleted keeps playing for those who are watching it.
"""

import base64
import hmac
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from local_videos import storage
from local_videos.models import LocalVideo
from local_videos.transcoding import output_files

from . import captions

# A new address begins every three hours and works for six, so the shortest lasts three: a long lecture.
SLOT_SECONDS = 3 * 60 * 60
SLOTS = 2
_NAME_BYTES = 20
_UNFINISHED = ".making"


class NotPlayable(Exception):  # noqa: N818  says what happened, as people would
    """There is nothing to watch yet."""


@dataclass(frozen=True)
class CaptionSource:
    """One caption track: language as in HTML (zh-Hans), its name for people, its address."""

    language: str
    label: str
    url: str


@dataclass(frozen=True)
class ChapterMark:
    """A part of the film begins at `start` seconds."""

    start: float
    title: str


@dataclass(frozen=True)
class Stream:
    """Where a film can be watched until `expires_at`; `duration` in seconds.

    `thumbs_url` is a WebVTT file of small pictures for the line that seeks; empty if the film has none.
    """

    hls_url: str
    mp4_url: str
    sound_url: str
    poster_url: str
    thumbs_url: str
    captions: list[CaptionSource]
    chapters: list[ChapterMark]
    duration: float
    expires_at: datetime


def open_stream(video: LocalVideo, now: float | None = None) -> Stream:
    """Return the addresses of `video`. The caller has decided that the asker may watch.

    `now` is seconds since 1970, for tests. Raises `NotPlayable` unless `video.playable`.
    """
    if video.current_job_id is None:
        raise NotPlayable
    made = storage.job_folder(video.pk, video.current_job_id)
    ends = _end_of(time.time() if now is None else now)
    name = _name(video.current_job_id, ends)
    folder = Path(settings.LOCAL_VIDEOS_STREAMS_ROOT) / name
    if not folder.is_dir():
        _link(made, folder)
    track = output_files.THUMBNAILS_TRACK
    base = f"{settings.LOCAL_VIDEOS_STREAMS_URL}{name}"
    return Stream(
        hls_url=f"{base}/{output_files.MASTER}",
        mp4_url=f"{base}/{output_files.PROGRESSIVE}",
        sound_url=f"{base}/{output_files.SOUND_ONLY}/{output_files.PLAYLIST}" if video.has_sound else "",
        poster_url=f"{base}/{output_files.POSTER}",
        thumbs_url=f"{base}/{track}" if (folder / track).is_file() else "",
        chapters=[ChapterMark(one.start, one.title) for one in video.chapters.all()],
        captions=[
            CaptionSource(track.language, track.label, f"{base}/{captions.write_track(track, folder)}")
            for track in video.captions.all()
        ],
        duration=video.duration,
        expires_at=datetime.fromtimestamp(ends, UTC),
    )


def sweep_expired_streams(now: float | None = None) -> int:
    """Remove the folders of streams that have ended; return how many."""
    moment = time.time() if now is None else now
    root = Path(settings.LOCAL_VIDEOS_STREAMS_ROOT)
    if not root.is_dir():
        return 0
    swept = 0
    for folder in root.iterdir():
        if _ended(folder, moment):
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def _end_of(now: float) -> int:
    return (int(now) // SLOT_SECONDS + SLOTS) * SLOT_SECONDS


def _name(job_id: int, ends: int) -> str:
    proof = hmac.digest(settings.SECRET_KEY.encode(), f"local_videos.stream:{job_id}:{ends}".encode(), sha256)
    return f"{ends:x}-{base64.b32encode(proof[:_NAME_BYTES]).decode().lower()}"


def _ended(folder: Path, moment: float) -> bool:
    """Whether nobody may use the folder any more; one without a readable end was left half made."""
    if folder.name.endswith(_UNFINISHED):
        with suppress(FileNotFoundError):
            return folder.stat().st_mtime < moment - 60 * 60
        return False
    try:
        return int(folder.name.split("-")[0], 16) <= moment
    except ValueError:
        return False


def _link(made: Path, folder: Path) -> None:
    """Fill `folder` with links to what was made; seen by others only when whole."""
    if not (made / output_files.MANIFEST).is_file():
        raise NotPlayable
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = folder.with_name(f"{uuid4().hex}{_UNFINISHED}")
    shutil.copytree(made, making, copy_function=os.link)
    try:
        making.rename(folder)
    except OSError:
        # Another process was quicker; its folder is the same.
        shutil.rmtree(making, ignore_errors=True)
        if not folder.is_dir():
            raise
