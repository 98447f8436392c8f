"""`manage.py forget_searches`: delete what was looked for more than a year ago."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.page.query_log import delete_old


class Command(BaseCommand):
    """Keep the words that were looked for no longer than they help."""

    help = "Delete the words that were looked for more than a year ago."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how much."""
        number = delete_old(timezone.localdate())
        if options["verbosity"]:
            self.stdout.write(f"{number} deleted")
