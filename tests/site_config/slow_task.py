"""A task that hangs the first time, for a worker to be killed in."""

import time
from pathlib import Path

from django_tasks import task


@task()
def hang_once(mark: str) -> None:
    """Leave a mark and hang; return at once where the mark already is."""
    if Path(mark).exists():
        return
    Path(mark).touch()
    time.sleep(600)
