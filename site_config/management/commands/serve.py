"""`manage.py serve`: prepare the data, then run the whole site on this machine until Ctrl-C."""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from search.editors.tasks import rebuild_if_outdated
from site_config.processes import front_server, serving


class Command(BaseCommand):
    """Migrate, collect static files, optionally load demo content, serve."""

    help = "Run the site, its workers and its timekeeper on this machine. Ctrl-C stops everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="0.0.0.0", help="Address to listen on.")  # noqa: S104  phones must reach it
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on.")
        parser.add_argument(
            "--no-nginx",
            action="store_true",
            help="Do without nginx; the machine's own stands before.",
        )
        parser.add_argument("--demo", action="store_true", help="Load the demo content first.")
        parser.add_argument("--film-seconds", type=float, help="Length of demo films; default: as written.")
        parser.add_argument("--films", type=int, help="How many demo lessons get a film; default: all.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare and serve."""
        host, port = options["host"], options["port"]
        if not serving.port_is_free(host, port):
            raise CommandError(f"Port {port} is taken by another program. Choose one: make run PORT=8001")
        self.say("bringing the database up to date")
        call_command("migrate", verbosity=0, interactive=False)
        if rebuild_if_outdated():
            self.say("the search index is of another version; the worker builds it anew")
        self.say("collecting static files")
        call_command("collectstatic", verbosity=0, interactive=False)
        if options["demo"]:
            more = {name: options[name] for name in ("film_seconds", "films") if options[name]}
            call_command("load_demo", stdout=self.stdout, **more)
        self.say(
            f"serving at http://localhost:{port}/ ; {settings.WAGTAIL_SITE_NAME}. Ctrl-C stops everything."
        )
        if options["no_nginx"] or front_server.nginx() is None:
            self.supervise(host=host, port=port, front=None)
        else:
            # A socket's path may have no more than about a hundred characters: not below the data.
            with TemporaryDirectory(prefix="guben-") as front:
                self.supervise(host=host, port=port, front=Path(front))
        self.say("stopped")

    def supervise(self, *, host: str, port: int, front: Path | None) -> None:
        """Run the site until it is stopped."""
        if front is None:
            self.say("films are sent by the application server, which knows no ranges (nginx would)")
        serving.supervise(serving.processes(host=host, port=port, front=front), self.say)

    def say(self, text: str) -> None:
        """Tell the person at the terminal what happens, at once."""
        self.stdout.write(f"-- {text}")
        self.stdout.flush()
