"""`manage.py sweep_lists`: forget lists of members and organizations that were uploaded long ago."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from members.models import ListImport


class Command(BaseCommand):
    """The rows hold names and phones; once entered and corrected they are needed no more."""

    help = "Delete uploaded lists older than MEMBERS_IMPORT_DAYS; what was entered from them stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them, and say how many."""
        before = timezone.now() - timedelta(days=settings.MEMBERS_IMPORT_DAYS)
        old = ListImport.objects.filter(uploaded_at__lt=before)
        count = old.count()
        old.delete()
        self.stdout.write(f"{count} lists deleted.")
