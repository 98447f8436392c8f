"""The chapters of a film, as an editor writes them: one a line, "1:05 How to sow"."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.durations import clock
from local_videos.models import Chapter, LocalVideo

_LINE = re.compile(r"^(?:(\d{1,2})[:：])?(\d{1,3})[:：]([0-5]\d)\s+(\S.*)$")
_MOST, _LONGEST_TITLE = 200, 200


class ChaptersRefused(Exception):  # noqa: N818  says what happened, as people would
    """A line is not a chapter; `str()` says which and why in the reader's language."""


def written(video: LocalVideo) -> str:
    """Return the chapters of `video` as an editor writes them."""
    return "\n".join(f"{clock(round(one.start))} {one.title}" for one in video.chapters.all())


def parse(text: str, duration: float) -> list[tuple[float, str]]:
    """Read chapters as (second, title), in order; raise `ChaptersRefused` for a line that is none."""
    found: dict[float, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.match(line)
        if not match:
            raise ChaptersRefused(
                _("“%(line)s” is no chapter. Please write a time and a title, for example: 1:05 How to sow")
                % {"line": line[:60]}
            )
        hours, minutes, seconds, title = match.groups()
        start = float(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))
        if duration and start >= duration:
            raise ChaptersRefused(
                _("“%(line)s” begins after the end of the film, which is %(end)s long.")
                % {"line": line[:60], "end": clock(duration)}
            )
        if start in found:
            raise ChaptersRefused(
                _("Two chapters begin at %(time)s. Please give each a time of its own.")
                % {"time": clock(start)}
            )
        found[start] = title[:_LONGEST_TITLE]
    if len(found) > _MOST:
        raise ChaptersRefused(_("A film can have 200 chapters at most."))
    return sorted(found.items())


def replace_chapters(video: LocalVideo, chapters: list[tuple[float, str]]) -> None:
    """Make `chapters`, which an editor wrote, the only ones of `video`."""
    with transaction.atomic():
        video.chapters.all().delete()
        Chapter.objects.bulk_create(
            Chapter(video=video, start=start, title=title, from_file=False) for start, title in chapters
        )
