"""The films' worker for tests that kill it: `python -m tests.local_videos.film_worker DATABASE FOLDER`."""

import sys
from pathlib import Path

import django
from django.conf import settings


def main(database: str, folder: Path) -> None:
    """Serve the queue of the films in the test's database and folders until killed."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  needs the setup
    from django.db import connections  # noqa: PLC0415

    connections["default"].settings_dict["NAME"] = database
    settings.LOCAL_VIDEOS_ROOT = folder / "films"
    settings.LOCAL_VIDEOS_STREAMS_ROOT = folder / "streams"
    settings.MEDIA_ROOT = str(folder / "media")
    settings.LOCAL_VIDEOS_LADDER = [(180, 300_000, "veryfast"), (120, 200_000, "veryfast")]
    settings.LOCAL_VIDEOS_LEASE_SECONDS = 4
    settings.LOCAL_VIDEOS_RETRY_SECONDS = 1
    call_command("db_worker", queue_name="films", interval=0.1, startup_delay=False, reload=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
