"""Finishes writing down the members' standings of closed years where that was broken off."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hours.models import YearClosure
from hours.years.snapshot import write_standings

PATIENCE = timedelta(hours=1)


class Command(BaseCommand):
    """Does nothing while the task that a closing started may still be at work."""

    help = "Finish writing down the members' standings of closed years."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the years that are closed and not all written down."""
        unfinished = YearClosure.objects.filter(names__isnull=False, written_at__isnull=True)
        for closure in unfinished.filter(closed_at__lt=timezone.now() - PATIENCE):
            write_standings(closure)
            self.stdout.write(f"{closure.year}")
