"""What is said in a film: kept line by line, given to the player as WebVTT. `caption_files` reads files."""

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from local_videos.models import Caption, CaptionCue, LocalVideo

from .caption_files import Cue


def replace_captions(video: LocalVideo, language: str, cues: Sequence[Cue]) -> Caption:
    """Make `cues`, as `caption_files.parse` returns them, the captions of `video` in `language`."""
    with transaction.atomic():
        caption, _created = Caption.objects.update_or_create(
            video=video, language=language, defaults={"updated_at": timezone.now()}
        )
        caption.cues.all().delete()
        CaptionCue.objects.bulk_create(
            CaptionCue(caption=caption, start=cue.start, end=cue.end, text=cue.text) for cue in cues
        )
    return caption


def render(cues: list[Cue]) -> str:
    """Return `cues` as a WebVTT file; their text is shown as it is, never read as markup."""
    parts = ["WEBVTT\n"]
    parts += [f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{escape(cue.text, quote=False)}\n" for cue in cues]
    return "\n".join(parts)


def write_track(caption: Caption, folder: Path) -> str:
    """Write the captions as a file in the stream's `folder` unless it is there; return its name.

    The name changes with the text, so that no player keeps an older version.
    """
    name = f"captions-{caption.pk}-{int(caption.updated_at.timestamp() * 1000):x}.vtt"
    place = folder / name
    if not place.is_file():
        rows = caption.cues.values_list("start", "end", "text")
        fresh = folder / f"{uuid4().hex}.part"
        fresh.write_text(render([Cue(*row) for row in rows]), encoding="utf-8")
        os.replace(fresh, place)  # noqa: PTH105  atomic: a reader sees the whole file or none
    return name


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
