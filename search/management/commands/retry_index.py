"""`manage.py retry_index`: enqueue again a rebuild of the search index that failed or was lost."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.editors.tasks import retry_rebuild


class Command(BaseCommand):
    """Let the workers try again, once the pause after a failure is over."""

    help = "Ask the workers to build the search index again where that failed, once its pause is over."

    def handle(self, *args: Any, **options: Any) -> None:
        """Enqueue, and report whether there was need."""
        requested = retry_rebuild(timezone.now())
        if options["verbosity"]:
            self.stdout.write("enqueued again" if requested else "nothing is due")
