"""Keeps the text of attached PDF and Word files findable.

A document is read in a task after it was saved; then the lectures that hand it out are indexed anew. What
stands in documents of collections that are not open to everybody is never told.
"""

import shutil
import subprocess
import sys
from tempfile import TemporaryFile

from django.conf import settings
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.search import index

from lectures.models import HandoutText, Lecture

from .text_extraction import READERS

# Seconds that reading one file may take.
_WALL_SECONDS = 90


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


def _lectures_with(document_id: int) -> list[int]:
    """Return the keys of published lectures that hand the document out."""
    lectures = Lecture.objects.live().exclude(attachments=[]).only("pk", "attachments")
    return [lecture.pk for lecture in lectures.iterator(chunk_size=200) if document_id in lecture.handout_ids]


def _text_in(document: Document) -> str:
    """Let a process of its own read the file; see `lectures.handouts.text_extraction`."""
    with TemporaryFile() as copy:
        try:
            with document.file.open("rb") as file:
                shutil.copyfileobj(file, copy)
        except OSError:
            return ""
        copy.seek(0)
        command = [sys.executable, "-m", "lectures.handouts.text_extraction", document.file_extension.lower()]
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
