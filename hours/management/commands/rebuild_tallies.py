"""`manage.py rebuild_tallies`: count the sums of the statistics anew from the ledger."""

from typing import Any

from django.core.management.base import BaseCommand

from hours.tallies import rebuild


class Command(BaseCommand):
    """Count anew; may be stopped and started again."""

    help = "Count the sums that statistics are read from anew from the ledger of study hours."

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and say what was wrong."""
        run = rebuild.rebuild()
        self.stdout.write(
            f"Counted anew. Organizations that were wrong: {run.differing_organizations}; "
            f"members counted in the wrong place: {run.corrected_members}."
        )
