"""Where films lie on disc. Nothing here has an address; only `streaming` gives one, for a while."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from . import faults

# Room that must stay free, so that a film never stops the database.
RESERVE_BYTES = 500 * 1024**2


@deconstructible(path="local_videos.storage.OriginalsStorage")
class OriginalsStorage(FileSystemStorage):
    """Keeps uploaded films as they came, outside everything that is served."""

    @property
    def base_location(self) -> str:
        """The folder of the originals."""
        return str(root() / "originals")

    @property
    def location(self) -> str:
        """The same as an absolute path."""
        return os.path.abspath(self.base_location)  # noqa: PTH100  Django compares plain strings

    def url(self, name: str | None) -> str:
        """Originals are never reachable by address."""
        raise ValueError("An uploaded film has no address.")


class ArrivedFile(File):
    """A file that lies below the films' folder already: keeping it costs no room and no copying.

    What is handed over is a second link to it, so the file itself stays until its owner removes it.
    """

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path.open("rb"), name=name)
        self.path = path

    def temporary_file_path(self) -> str:
        """Return a link that may be moved away."""
        link = self.path.with_name(f"{self.path.name}.{uuid4().hex}.link")
        os.link(self.path, link)
        # It may have waited for days; no sweep shall take it for one that nobody asks for.
        os.utime(link)
        return str(link)


def root() -> Path:
    """Return the folder of all films."""
    return Path(settings.LOCAL_VIDEOS_ROOT)


def original_name(instance: object, filename: str) -> str:
    """Return the generated name that an upload is kept under; what the user called it is not used."""
    return uuid4().hex


def job_folder(video_id: int, job_id: int) -> Path:
    """Return the folder that holds what a finished job made."""
    return root() / str(video_id) / str(job_id)


def scratch_root() -> Path:
    """Return the folder of unfinished work."""
    return root() / "scratch"


def scratch_folder(job_id: int, attempt: int) -> Path:
    """Return the folder in which one attempt works."""
    return scratch_root() / f"{job_id}-{attempt}"


def uploads_root() -> Path:
    """Return the folder of uploads that have not come to their end."""
    return root() / "uploads"


def require_room(needed: int) -> None:
    """Raise `FilmFault` unless `needed` bytes fit and the reserve stays free."""
    root().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root()).free < needed + RESERVE_BYTES:
        raise faults.FilmFault(faults.DISC_FULL)
