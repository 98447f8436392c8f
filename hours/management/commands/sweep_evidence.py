"""`manage.py sweep_evidence`: remove uploaded evidence that no training was entered with."""

from typing import Any

from django.core.management.base import BaseCommand

from hours.cases.evidence import sweep


class Command(BaseCommand):
    """Sweep once; the timekeeper calls it every day."""

    help = "Remove evidence that was uploaded more than a day ago and belongs to no training."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep and say how many."""
        self.stdout.write(f"{sweep()} removed")
