"""Settings of a site that a test starts and kills: the test's own database and folders, small films."""

import os
from pathlib import Path

from site_config.settings.test import *  # noqa: F403  settings are layered by Django's own convention
from site_config.settings.test import DATABASES

_FOLDER = Path(os.environ["KILLED_SITE_FOLDER"])
DATABASES["default"]["NAME"] = os.environ["KILLED_SITE_DATABASE"]
MEDIA_ROOT = _FOLDER / "media"
LOCAL_VIDEOS_ROOT = _FOLDER / "films"
LOCAL_VIDEOS_STREAMS_ROOT = _FOLDER / "streams"
LOCAL_VIDEOS_LADDER = [(180, 300_000, "veryfast"), (120, 200_000, "veryfast")]
# One core each: the work lasts as long as a film twice its length would with two, for half the price.
LOCAL_VIDEOS_FFMPEG_THREADS = 1
LOCAL_VIDEOS_LEASE_SECONDS = 4
LOCAL_VIDEOS_RETRY_SECONDS = 1
