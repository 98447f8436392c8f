"""`manage.py read_documents`: let the workers read the text of documents that nobody has read yet."""

from typing import Any

from django.core.management.base import BaseCommand

from lectures.handouts.indexing import unread
from lectures.tasks import read_document


class Command(BaseCommand):
    """Find documents whose text is missing: uploaded before an update, or a task that was lost."""

    help = "Let the workers read the text of PDF and Word documents that was never read."

    def handle(self, *args: Any, **options: Any) -> None:
        """Give them to the workers."""
        waiting = unread()
        for key in waiting:
            read_document.enqueue(key)
        if options["verbosity"]:
            self.stdout.write(f"{len(waiting)} documents")
