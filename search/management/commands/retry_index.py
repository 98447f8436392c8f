"""`manage.py retry_index`: ask again for a search index whose building failed or was lost."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.editors.rebuild import ask_again


class Command(BaseCommand):
    """Let the workers try again, once the pause after a failure is over."""

    help = "Ask the workers to build the search index again where that failed, once its pause is over."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and say whether there was need."""
        asked = ask_again(timezone.now())
        if options["verbosity"]:
            self.stdout.write("asked for again" if asked else "nothing is due")
