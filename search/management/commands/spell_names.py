"""`manage.py spell_names`: write anew how the names of all published pages are typed in pinyin."""

from typing import Any

from django.core.management.base import BaseCommand

from search.page.name_spellings import respell_all


class Command(BaseCommand):
    """Spell the names of all published pages; saving a page does so for that page."""

    help = "Write down anew how the names of all published pages are typed in pinyin."

    def handle(self, *args: Any, **options: Any) -> None:
        """Spell, and say how many pages that were."""
        number = respell_all()
        if options["verbosity"]:
            self.stdout.write(f"{number} pages")
