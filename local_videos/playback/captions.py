"""What is said in a film: read from WebVTT or SRT files, given to the player as WebVTT.

Such files come from many programs: UTF-8 with and without mark, UTF-16, and GB18030 from older Chinese ones.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from local_videos.models import Caption, CaptionCue, LocalVideo

MOST_BYTES = 5 * 1024**2
_MOST_CUES = 20_000
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class CaptionsRefused(Exception):  # noqa: N818  says what happened, as people would
    """The file holds no captions that can be used; `str()` says why in the reader's language."""

    def __init__(self, sentence: Promise | str) -> None:
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Cue:
    """One line, in seconds of the film."""

    start: float
    end: float
    text: str


def replace_captions(video: LocalVideo, language: str, content: bytes) -> Caption:
    """Make `content`, a WebVTT or SRT file, the captions of `video` in `language`.

    Raises `CaptionsRefused`; then the old captions stay.
    """
    cues = parse(content)
    with transaction.atomic():
        caption, _created = Caption.objects.update_or_create(
            video=video, language=language, defaults={"updated_at": timezone.now()}
        )
        caption.cues.all().delete()
        CaptionCue.objects.bulk_create(
            CaptionCue(caption=caption, start=cue.start, end=cue.end, text=cue.text) for cue in cues
        )
    return caption


def parse(content: bytes) -> list[Cue]:
    """Read a WebVTT or SRT file; raise `CaptionsRefused` if there is not one usable line in it."""
    if len(content) > MOST_BYTES:
        raise CaptionsRefused(_("The captions file is larger than 5 MB, so it is probably no captions file."))
    if not content.strip():
        raise CaptionsRefused(_("The captions file is empty."))
    cues = list(_cues(_decode(content)))
    if not cues:
        raise CaptionsRefused(
            _("No captions were found in this file. Please choose a WebVTT (.vtt) or SRT (.srt) file.")
        )
    if len(cues) > _MOST_CUES:
        raise CaptionsRefused(_("The captions file has more than 20,000 lines."))
    return sorted(cues, key=lambda cue: cue.start)


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


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\x00" in content[:64]:
        # UTF-16 without a mark: the zero byte of Latin digits says which way round.
        return _strictly(content, "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CaptionsRefused(
            _("The letters of this file cannot be read. Please save it as UTF-8 and choose it again.")
        ) from error


def _cues(text: str) -> Iterator[Cue]:
    """Find timing lines and what follows each up to an empty line; that is both WebVTT and SRT."""
    for block in re.split(r"\n[ \t]*\n", "\n".join(text.replace("\x00", "").splitlines())):
        lines = block.strip("\n").split("\n")
        for place, line in enumerate(lines):
            timing = _TIMING.match(line)
            if not timing:
                continue
            start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
            said = "\n".join(filter(None, (_plain(spoken) for spoken in lines[place + 1 :])))
            if said and end > start:
                yield Cue(start, end, said)
            break


def _plain(line: str) -> str:
    return unescape(_TAG.sub("", line)).strip()


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
