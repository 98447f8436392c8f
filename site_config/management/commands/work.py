"""`manage.py work`: run the tasks of one queue, first those that a killed predecessor left behind."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from site_config.processes.worker import take_back, worker_name


class Command(BaseCommand):
    """The task library's worker under a lasting name."""

    help = "Run the tasks of a queue. Any number of workers may share a queue; each needs its own --number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--queue", default="default", help="Queue: default, or films.")
        parser.add_argument("--number", type=int, default=1, help="Which of this machine's workers this is.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take back, then work until stopped."""
        name = worker_name(options["queue"], options["number"])
        taken = take_back(name)
        if taken:
            self.stderr.write(f"-- {name}: {taken} task(s) of a killed worker queued again")
        call_command("db_worker", queue_name=options["queue"], worker_id=name, startup_delay=False)
