"""Caption files as programs and people write them: WebVTT and SRT, brought into order and then read.

They come in UTF-8 with and without mark, UTF-16, GB18030 from older Chinese programs and Big5 from Taiwan and
Hong Kong; without empty lines between the cues or with some inside one; with times that a person typed.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

import webvtt
from charset_normalizer import from_bytes
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_BYTES = 5 * 1024**2
_MOST_CUES = 20_000
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# The first wins where both read equally well.
_CHINESE = ("gb18030", "big5")
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-+>\s*{_TIME}(?:\s|$)")
# What is meant as times: an arrow with a number and a colon on one side of it.
_MEANT_AS_TIMING = re.compile(r"^\s*\d+\s*:.*-+>|-+>\s*\d+\s*:")
_BESIDE_CUES = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
# The tags of WebVTT (https://www.w3.org/TR/webvtt1/#webvtt-cue-text-span), SRT and those that SubStation
# leaves in it. Whatever else stands between < and > was said.
_TAG = re.compile(
    r"</?(?:[bius]|c|ruby|rt)(?:\.[^\s<>.]+)*>|</?(?:v|lang)(?:\.[^\s<>.]+)*(?:\s[^<>]*)?>"
    r"|</?font(?:\s[^<>]*)?>|<\d+:[\d:.]+>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_LONGEST_QUOTE = 40


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


@dataclass
class _Block:
    """A timing in the form of WebVTT, and the lines that follow it."""

    timing: str
    lines: list[str] = field(default_factory=list)


def parse(content: bytes) -> list[Cue]:
    """Read a WebVTT or SRT file.

    Raises `CaptionsRefused` if there is not one usable line in it, and for times that cannot be read, with
    the number of their line.
    """
    if len(content) > MOST_BYTES:
        raise CaptionsRefused(
            gettext_lazy("The captions file is larger than 5 MB, so it is probably no captions file.")
        )
    if not content.strip():
        raise CaptionsRefused(gettext_lazy("The captions file is empty."))
    cues = _read(_blocks(_decode(content)))
    if not cues:
        raise CaptionsRefused(
            gettext_lazy(
                "No captions were found in this file. Please choose a WebVTT (.vtt) or SRT (.srt) file."
            )
        )
    if len(cues) > _MOST_CUES:
        raise CaptionsRefused(gettext_lazy("The captions file has more than 20,000 lines."))
    return sorted(cues, key=lambda cue: cue.start)


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
        read = {found.encoding: found.chaos for found in from_bytes(content, cp_isolation=list(_CHINESE))}
        likely = [encoding for encoding in _CHINESE if encoding in read]
        return _strictly(content, min(likely, key=lambda encoding: read[encoding], default="gb18030"))


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CaptionsRefused(
            gettext_lazy(
                "The letters of this file cannot be read. Please save it as UTF-8 and choose it again."
            )
        ) from error


def _blocks(text: str) -> list[_Block]:
    """Bring the file into order: each timing with all that is said until the next one."""
    found: list[_Block] = []
    beside = False
    # Some programs write \r\r\n: one end of a line, not an empty line more.
    lines = re.split(r"\r*\n|\r", text.replace("\x00", ""))
    is_webvtt = lines[0].startswith("WEBVTT")
    for number, line in enumerate(lines, 1):
        timing = _timing(line, number)
        if timing:
            if found:
                _drop_name_of_next(found[-1].lines, is_webvtt=is_webvtt)
            found.append(_Block(timing))
            beside = False
        elif _BESIDE_CUES.match(line) and not "".join(lines[max(0, number - 2) : number - 1]).strip():
            beside = True
        elif beside:
            beside = bool(line.strip())
        elif found:
            found[-1].lines.append(line)
    return found


def _timing(line: str, number: int) -> str:
    """Return the times in `line`, written as WebVTT does; empty if it holds none."""
    plain = unicodedata.normalize("NFKC", line).replace("→", "-->").replace("，", ",").replace("。", ".")
    times = _TIMING.match(plain)
    if times:
        return f"{_stamp(*times.groups()[:4])} --> {_stamp(*times.groups()[4:8])}"
    if _MEANT_AS_TIMING.search(plain):
        raise CaptionsRefused(
            _("Line %(number)s holds times that cannot be read: “%(line)s”. Please write them as %(right)s.")
            % {
                "number": number,
                "line": line.strip()[:_LONGEST_QUOTE],
                "right": "00:01:05,000 --> 00:01:09,000",
            }
        )
    return ""


def _stamp(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> str:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{(fraction or '').ljust(3, '0')}"


def _drop_name_of_next(lines: list[str], *, is_webvtt: bool) -> None:
    """Take away what stands right above the next timing and names it: a number, in WebVTT any line."""
    name = lines[-1].strip() if lines else ""
    by_itself = len(lines) > 1 and not lines[-2].strip()
    if name.isdecimal() or (name and is_webvtt and by_itself):
        lines.pop()


def _read(blocks: list[_Block]) -> list[Cue]:
    """Read the ordered file; leave out cues that say nothing and those that run backwards."""
    parts = ["WEBVTT"]
    for block in blocks:
        said = "\n".join(filter(None, (_plain(line) for line in block.lines)))
        if said:
            # What was said may look like times or tags; the reader of the file shall not take it for any.
            parts.append(f"{block.timing}\n{escape(said, quote=False)}")
    if len(parts) == 1:
        return []
    cues = (
        Cue(_seconds(caption.start_time), _seconds(caption.end_time), unescape(caption.raw_text))
        for caption in webvtt.from_string("\n\n".join(parts)).captions
    )
    return [cue for cue in cues if cue.end > cue.start]


def _plain(line: str) -> str:
    return unescape(_TAG.sub("", line)).strip()


def _seconds(time: Any) -> float:
    return float(time.in_seconds() + time.milliseconds / 1000)
