"""Which film of a lesson plays: a lesson may stand on several pages, and its film may be replaced."""

from uuid import UUID

from lectures.models import Lecture


class NotPlayingError(Exception):
    """The lecture cannot be watched: it is not published (any more) or has no film that plays."""


class ReplacedError(Exception):
    """The lecture plays another film now than the one that is reported on."""


def page_playing(key: UUID, version: str | None) -> Lecture:
    """Return the earliest published page of the lesson `key` that plays the film `version`.

    A `version` of None is unknown, and no film's. Raises `NotPlayingError` where no page of the lesson plays,
    `ReplacedError` where all play another film. One query.
    """
    pages = Lecture.objects.live().filter(lesson_key=key).select_related("video", "subject").order_by("pk")
    playing = [page for page in pages if page.has_film]
    if not playing:
        raise NotPlayingError
    for page in playing:
        if page.film_version == version:
            return page
    raise ReplacedError
