"""The district's own words (villages, products, people) as a file beside the index.

Editors keep the words in the database; here they are written down for every process that cuts texts, so that
writing an index and reading a query need no database. A process notices a new file within a second.
"""

import os
from pathlib import Path
from uuid import uuid4

from django.conf import settings


def _place() -> Path | None:
    place = getattr(settings, "SEARCH_DISTRICT_WORDS", None)
    return Path(place) if place else None


def version() -> tuple[int, int] | None:
    """Return what changes whenever the file does; None while there is none."""
    place = _place()
    try:
        state = os.stat(place) if place else None  # noqa: PTH116  asked for each second, by every process
    except FileNotFoundError:
        return None
    return (state.st_mtime_ns, state.st_ino) if state else None


def read() -> tuple[str, ...]:
    """Return the words; none where nobody has written any."""
    place = _place()
    try:
        return tuple(place.read_text(encoding="utf-8").split()) if place else ()
    except FileNotFoundError:
        return ()


def write(words: list[str]) -> None:
    """Replace the file in one step."""
    place = _place()
    if place:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f"{place.name}.{uuid4().hex}")
        beside.write_text("\n".join(words), encoding="utf-8")
        beside.replace(place)
