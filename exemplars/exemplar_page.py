"""What the page of an exemplar shows beside the story: the film, and lessons that go deeper."""

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from local_videos.playback.streaming import NotPlayable, Stream, open_stream

from .models import Exemplar

# Digits of a moment in a film; Python refuses to read numbers of thousands of digits.
_LONGEST_SECOND = 8


def exemplar_context(exemplar: Exemplar, request: HttpRequest) -> dict[str, Any]:
    """Return what the page shows. The caller has let the asker see the page, and with it the film."""
    return {
        "stream": stream_of(exemplar),
        "start": start_asked(exemplar, request.GET.get("t", "")),
        "lessons": lessons_of(exemplar),
    }


def start_asked(exemplar: Exemplar, asked: str) -> int:
    """Return the second that an address asks for by `?t=` if it lies in the film, else 0."""
    length = exemplar.video.duration if exemplar.video else 0
    second = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < _LONGEST_SECOND else 0
    return second if second < length else 0


def stream_of(exemplar: Exemplar) -> Stream | None:
    """Open the film of `exemplar`; None while there is none that plays."""
    if exemplar.video is None:
        return None
    try:
        return open_stream(exemplar.video)
    except NotPlayable:
        return None


def lessons_of(exemplar: Exemplar) -> list[Page]:
    """Return the related lessons in the editor's order, without unpublished and restricted ones."""
    wanted = [related.lesson_id for related in exemplar.related_lessons.all()]
    open_pages = Page.objects.live().public().filter(pk__in=wanted).specific()
    by_id = {page.pk: page for page in open_pages}
    return [by_id[page_id] for page_id in dict.fromkeys(wanted) if page_id in by_id]
