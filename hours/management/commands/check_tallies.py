"""`manage.py check_tallies`: compare the sums of the statistics with the ledger."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hours.tallies import rebuild
from hours.tallies.tasks import check_tallies


class Command(BaseCommand):
    """Check; exit with a fault when something differs."""

    help = "Compare the sums that statistics are read from with the ledger of study hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--when-due",
            action="store_true",
            help="Give the check to the workers if its time has come (at night); else do nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check now, or enqueue the check when its time has come."""
        if options["when_due"]:
            if rebuild.is_due(timezone.now()):
                check_tallies.enqueue()
            return
        run = rebuild.check()
        if run.differing_organizations:
            msg = (
                f"The sums of {run.differing_organizations} organizations differ from the ledger. "
                "`manage.py rebuild_tallies` counts them anew."
            )
            raise CommandError(msg)
        self.stdout.write(
            f"All sums agree with the ledger (members who had moved unnoticed: {run.corrected_members})."
        )
