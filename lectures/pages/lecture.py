"""What the page of one lecture shows to whom."""

import math
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks

from foundation.durations import clock
from lectures.models import Lecture
from lectures.watching.intervals import seconds
from lectures.watching.standing import status_for
from lectures.watching.tokens import PageToken
from local_videos.models import CaptionCue
from local_videos.playback.streaming import NotPlayable, Stream, open_stream

# The strip under the film is drawn in this many units, so that it needs no styles.
STRIP_UNITS = 1000


@dataclass(frozen=True)
class Line:
    """One line of the transcript."""

    start: int
    clock: str
    text: str


def lecture_context(lecture: Lecture, request: HttpRequest) -> dict[str, Any]:
    """Return the template's context; changes nothing: the player begins a watch session when it plays.

    A stranger is given no stream and no address of one. Apps above add to it by the hook `lecture_context`,
    a function of the lecture, the request and the context so far that returns what it adds.
    """
    context = _own_context(lecture, request)
    for add in hooks.get_hooks("lecture_context"):
        context |= add(lecture, request, context)
    return context


def _own_context(lecture: Lecture, request: HttpRequest) -> dict[str, Any]:
    member = request.user
    context: dict[str, Any] = {"transcript": transcript_of(lecture), "watching": None, "stream": None}
    if not member.is_authenticated or not lecture.has_film:
        return context
    context["stream"] = _stream_of(lecture)
    context["start"] = _start_asked(request, lecture)
    if getattr(request, "is_preview", False) or context["stream"] is None:
        return context
    now = timezone.now()
    standing = status_for(member, lecture, now)
    if context["start"] is None:
        # Who had got to the last seconds begins again.
        near_end = standing.position > lecture.film_seconds - min(5, lecture.film_seconds / 10)
        context["start"] = 0 if near_end else math.floor(standing.position)
    return context | {
        "watching": standing,
        "page_token": PageToken(member.pk, lecture.lesson_key, lecture.film_version, now).sign(),
        "strip": strip_of(standing.seen, lecture.film_seconds),
    }


def strip_of(seen: list[list[float]], duration: float) -> list[dict[str, float]]:
    """Return the seen intervals as places and widths on the strip of the whole film."""
    scale = STRIP_UNITS / duration
    return [{"x": round(start * scale, 2), "width": round((end - start) * scale, 2)} for start, end in seen]


def transcript_of(lecture: Lecture) -> list[Line]:
    """Return what is said in the film, in its first caption language."""
    if lecture.video is None:
        return []
    cues = CaptionCue.objects.filter(caption=lecture.video.captions.order_by("pk")[:1])
    return [Line(int(cue.start), clock(cue.start), cue.text) for cue in cues]


def _stream_of(lecture: Lecture) -> Stream | None:
    """Return where the film plays; None where its files are not in their place (a restore half done)."""
    if lecture.video is None:
        return None
    try:
        return open_stream(lecture.video)
    except NotPlayable:
        return None


def _start_asked(request: HttpRequest, lecture: Lecture) -> int | None:
    """Return the second that the address asks for by `?t=`, if it lies in the film."""
    try:
        asked = seconds(float(request.GET.get("t", "")))
    except ValueError:
        return None
    return int(asked) if asked is not None and 0 <= asked < lecture.film_seconds else None
