"""Keeps the text of attached PDF and Word files findable.

A document is read in a task after it was saved; then the lectures that hand it out are indexed anew. What
stands in documents of collections that are not open to everybody is never told.
"""

import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Substr
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import CollectionViewRestriction
from wagtail.search import index

from .document_text import READERS
from .models import HandoutText, Lecture

# Seconds that reading one file may take.
_WALL_SECONDS = 90
# Of a text so many characters are looked at for a snippet.
_SHOWN = 60_000


@dataclass(frozen=True)
class Handout:
    """A document whose text may be shown to everybody."""

    title: str
    address: str
    text: str


def is_readable(document: Document) -> bool:
    """Whether the file is of a kind whose text can be read."""
    return document.file_extension.lower() in READERS


def read(document: Document) -> None:
    """Read the file of `document`, if it is new, and index the lectures that hand it out anew.

    A file that cannot be read has no text.
    """
    name = document.file.name[-255:]
    if not HandoutText.objects.filter(document=document, file_name=name).exists():
        HandoutText.objects.update_or_create(
            document=document,
            defaults={"file_name": name, "text": _text_in(document), "read_at": timezone.now()},
        )
    for lecture in Lecture.objects.live().filter(pk__in=_lectures_with(document.pk)):
        index.insert_or_update_object(lecture)


def unread() -> list[int]:
    """Return the keys of documents whose text was never read."""
    waiting = Document.objects.filter(handout_text__isnull=True).only("pk", "file")
    return [document.pk for document in waiting.iterator() if is_readable(document)]


def document_saved(instance: Document, **kwargs: Any) -> None:
    """Receive that a document was saved: its file may be new, or its collection another."""
    if is_readable(instance):
        _ask_for([instance.pk])


def restriction_changed(instance: CollectionViewRestriction, **kwargs: Any) -> None:
    """Receive that a collection was closed or opened: what its documents say is hidden or found again."""
    collections = instance.collection.get_descendants(inclusive=True)
    kept = HandoutText.objects.filter(document__collection__in=collections)
    _ask_for(list(kept.values_list("document_id", flat=True)))


def _ask_for(document_ids: list[int]) -> None:
    from .tasks import read_document  # noqa: PLC0415  tasks import this module

    for key in document_ids:
        transaction.on_commit(partial(read_document.enqueue, key))


def text_of(lecture: Lecture) -> str:
    """Return the texts of all open handouts of a lecture, for the index."""
    return "\n".join(_open_texts().filter(document__in=_ids(lecture)).values_list("text", flat=True))


def handouts_of(lectures: Iterable[Lecture]) -> dict[int, list[Handout]]:
    """Return the open handouts of lectures by the lecture's key; the same queries for one and for many."""
    ids = {lecture.pk: _ids(lecture) for lecture in lectures}
    if not any(ids.values()):
        return {}
    rows = _open_texts().filter(document__in=[one for found in ids.values() for one in found])
    shown = rows.annotate(beginning=Substr("text", 1, _SHOWN)).defer("text").select_related("document")
    by_id = {row.document_id: row for row in shown}
    found: defaultdict[int, list[Handout]] = defaultdict(list)
    for key, documents in ids.items():
        for row in [by_id[one] for one in documents if one in by_id]:
            found[key].append(Handout(row.document.title, row.document.url, row.beginning))
    return found


def _open_texts() -> QuerySet[HandoutText]:
    """Return the texts of documents that everybody may have."""
    closed = [
        key
        for restriction in CollectionViewRestriction.objects.select_related("collection")
        for key in restriction.collection.get_descendants(inclusive=True).values_list("pk", flat=True)
    ]
    return HandoutText.objects.exclude(document__collection__in=closed).order_by("pk")


def _ids(lecture: Lecture) -> list[int]:
    """Return the keys of a lecture's handouts without loading them."""
    values = [block["value"].get("document") for block in lecture.attachments.raw_data]
    return [value for value in values if isinstance(value, int)]


def _lectures_with(document_id: int) -> list[int]:
    """Return the keys of published lectures that hand the document out."""
    lectures = Lecture.objects.live().exclude(attachments=[]).only("pk", "attachments")
    return [lecture.pk for lecture in lectures.iterator(chunk_size=200) if document_id in _ids(lecture)]


def _text_in(document: Document) -> str:
    """Let a process of its own read the file; see `lectures.document_text`."""
    with TemporaryFile() as copy:
        try:
            with document.file.open("rb") as file:
                shutil.copyfileobj(file, copy)
        except OSError:
            return ""
        copy.seek(0)
        command = [sys.executable, "-m", "lectures.document_text", document.file_extension.lower()]
        try:
            done = subprocess.run(  # noqa: S603  our own program; the file's kind is one of READERS
                command,
                stdin=copy,
                capture_output=True,
                timeout=_WALL_SECONDS,
                cwd=settings.BASE_DIR,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
