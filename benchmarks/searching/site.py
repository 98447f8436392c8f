"""Through the site: real pages in its database, found by its search page, by our backend or by Wagtail's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from modelsearch.backends import get_search_backend
from wagtail.images.models import Image
from wagtail.models import Page

from lectures.models import Lecture, LectureIndex
from search.page.name_spellings import respell_all

from .corpus import BenchmarkQuery, Document

WAGTAILS = {"default": {"BACKEND": "wagtail.search.backends.database"}}


@contextmanager
def wagtails_backend() -> Iterator[None]:
    """Search by Wagtail's own backend for SQLite."""
    with override_settings(WAGTAILSEARCH_BACKENDS=WAGTAILS):
        yield


@contextmanager
def our_backend(place: Path) -> Iterator[None]:
    """Search by ours."""
    ours = {"default": {"BACKEND": "search.backend", "INDEX_DIR": place / "site"}}
    with override_settings(WAGTAILSEARCH_BACKENDS=ours):
        yield


def fill(documents: list[Document]) -> None:
    """Put the documents into the site as published lectures, many at once."""
    parent = LectureIndex.objects.get()
    kind = ContentType.objects.get_for_model(Lecture)
    now = timezone.now()
    pages = [
        Page(
            title=one.title or one.id,
            draft_title=one.title or one.id,
            slug=f"d{one.key}",
            path=Page._get_path(parent.path, parent.depth + 1, place),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}d{one.key}/",
            content_type=kind,
            locale=parent.locale,
            first_published_at=now,
            last_published_at=now,
        )
        for place, one in enumerate(documents, 1)
    ]
    # No worker runs here: what a saved page would have queued is done by `index`.
    nothing = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    with override_settings(TASKS=nothing), transaction.atomic():
        Page.objects.bulk_create(pages, batch_size=100)
        for page, one in zip(pages, documents, strict=True):
            lecture = Lecture(page_ptr=page, summary=one.body[:120], body=[("text", one.body)])
            # As when fixtures are loaded: only the lecture's own columns.
            lecture.save_base(raw=True)
        parent.numchild = len(documents)
        parent.save(update_fields=["numchild"])
        respell_all()


def index() -> float:
    """Index everything; return the seconds of processor time."""
    before = time.process_time()
    call_command("update_index", verbosity=0)
    return time.process_time() - before


def page_seconds(searches: list[BenchmarkQuery], rounds: int) -> list[list[float]]:
    """Return, by search, the processor time of the search page in each of `rounds`.

    A process's very first request, which loads templates and translations, is left out.
    """
    client = Client(SERVER_NAME="localhost")
    times: list[list[float]] = [[] for _search in searches]
    # A secret of a site that lives for minutes; the settings have none, so that it could not be put back.
    settings.SECRET_KEY = "-".join(["benchmark"] * 8)
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        client.get("/search/")
        for _round in range(rounds):
            for place, asked in enumerate(searches):
                before = time.process_time()
                response = client.get("/search/", {"q": asked.text})
                times[place].append(time.process_time() - before)
                assert response.status_code == 200, response.status_code
    return times


class WagtailsSqlite:
    """Wagtail's own search in SQLite, over pictures: they are found by title and description alone."""

    name = "Wagtail's SQLite search"
    cuts_itself = True

    def __init__(self, place: Path) -> None:
        self.place = Path(connection.settings_dict["NAME"])
        self._backend = get_search_backend()

    def build(self, documents: list[Document]) -> None:
        """Put the documents into the index; the rows themselves are not counted."""
        self._backend.get_index_for_model(Image).add_items(Image, Image.objects.prefetch_related("tags"))

    def search(self, asked: BenchmarkQuery) -> list[int]:
        """Return the keys of the best. It makes no snippets."""
        results = self._backend.search(asked.text, Image.objects.all(), operator="or")
        found = [image.pk for image in results[:10]]
        results.facet("uploaded_by_user_id")
        return found

    def update(self, changed: Document) -> None:
        """Replace a document."""
        self._backend.get_index_for_model(Image).add_items(Image, Image.objects.filter(pk=changed.key))


def fill_pictures(documents: list[Document]) -> None:
    """Put the documents into the database as pictures without files."""
    Image.objects.all().delete()
    rows: Any = (
        Image(
            pk=one.key,
            title=one.title[:255] or one.id,
            description=one.body,
            file=f"{one.key}.png",
            width=1,
            height=1,
        )
        for one in documents
    )
    Image.objects.bulk_create(rows, batch_size=500)
