"""What takes long to make is made once in a run of the suite, whichever of its processes and modules ask."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from django.conf import settings

# Both processes of one run have the same name from xdist; without it there is only this one.
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"process-{os.getpid()}"
_KEPT_SECONDS = 6 * 60 * 60


def made_once(what: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that `make` has filled once in this run of the suite.

    `what` names everything on which the content depends. Nobody may change what lies there.
    """
    root = Path(settings.DATA_DIR).parent / "made_once" / _RUN
    if not root.is_dir():
        _remove_old_runs(root.parent)
        root.mkdir(parents=True, exist_ok=True)
    place = root / sha256(what.encode()).hexdigest()
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_dir():
            fresh = place.with_suffix(".part")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            make(fresh)
            fresh.rename(place)
    return place


def _remove_old_runs(folder: Path) -> None:
    if not folder.is_dir():
        return
    for run in folder.iterdir():
        if run.stat().st_mtime < time.time() - _KEPT_SECONDS:
            shutil.rmtree(run, ignore_errors=True)
