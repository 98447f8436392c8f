"""`manage.py load_demo`: fill an installation with an invented district."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from site_config.demo import loading, people
from site_config.demo.palette import FontMissingError


class Command(BaseCommand):
    """Load the demo content; what is there already stays as it is."""

    help = "Load the demo district. Running it again adds only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--film-seconds", type=float, help="Length of each film; default: as written.")
        parser.add_argument("--films", type=int, help="How many lessons get a film; default: all.")
        parser.add_argument(
            "--wait", action="store_true", help="Make and prepare the films before returning."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then say how to sign in."""
        try:
            loading.load(
                self.say,
                film_seconds=options["film_seconds"],
                film_limit=options["films"],
                wait=options["wait"],
            )
        except FontMissingError as missing:
            raise CommandError(str(missing)) from missing
        self.say(f"sign in with the password {people.DEMO_PASSWORD} and a member number:")
        for who, number in people.sign_ins().items():
            self.say(f"   {number}  {who}")

    def say(self, text: str) -> None:
        """Tell the person at the terminal what happens, at once."""
        self.stdout.write(f"demo: {text}")
        self.stdout.flush()
