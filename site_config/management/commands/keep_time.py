"""`manage.py keep_time`: run the site's recurring commands until stopped."""

from typing import Any

from django.core.management.base import BaseCommand

from site_config.processes import timekeeping


class Command(BaseCommand):
    """Run the commands of `site_config.processes.timekeeping`."""

    help = "Publish on schedule, recover stuck films, sweep what is old; until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop."""
        timekeeping.keep()
