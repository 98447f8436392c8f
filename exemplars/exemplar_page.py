"""What the page of an exemplar shows beside the story: the film, and lessons that go deeper."""

from typing import Any

from wagtail.models import Page

from local_videos.streaming import NotPlayable, Stream, open_stream

from .models import Exemplar


def exemplar_context(exemplar: Exemplar) -> dict[str, Any]:
    """Return what the page shows. The caller has let the asker see the page, and with it the film."""
    return {"stream": stream_of(exemplar), "lessons": lessons_of(exemplar)}


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
