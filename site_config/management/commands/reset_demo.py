"""`manage.py reset_demo --yes`: throw a demo installation's data away and load the demo anew."""

import shutil
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from members.models import Member
from site_config.demo import people

# All that an installation keeps below its data directory; anything else there is not ours to delete.
_OURS = ("media", "films", "streams", "index", "guben.sqlite3", "guben.sqlite3-wal", "guben.sqlite3-shm")


class Command(BaseCommand):
    """Refuses wherever it could meet data that is no demo."""

    help = "Delete the demo's database, films and images, and load the demo again. Stop the site first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--yes", action="store_true", help="Really delete.")
        parser.add_argument("--port", type=int, default=8000, help="Where the site would be running.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, delete, migrate, load."""
        data = Path(settings.DATA_DIR)
        self._refuse_if_not_ours(data)
        if _answers(options["port"]):
            raise CommandError(f"The site still runs on port {options['port']}. Stop it first (Ctrl-C).")
        if not options["yes"]:
            raise CommandError(f"This deletes everything in {data}. Say so: reset_demo --yes")
        connections.close_all()
        for name in _OURS:
            path = data / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        self.stdout.write(f"demo: emptied {data}")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_demo", stdout=self.stdout)

    def _refuse_if_not_ours(self, data: Path) -> None:
        """Raise `CommandError` unless this is a demo on one box."""
        # Overridden settings, as in tests, name no module.
        if str(settings.SETTINGS_MODULE).endswith(".production"):
            raise CommandError("These are production settings: the demo cannot be reset here.")
        database = settings.DATABASES["default"]
        file = Path(str(database["NAME"]))
        if "sqlite" not in str(database["ENGINE"]) or file.parent != data:
            raise CommandError("The database is not the demo's own file, so nothing was deleted.")
        if not file.exists():
            return
        call_command("migrate", verbosity=0, interactive=False)
        known = set(people.sign_ins().values())
        present = set(Member.objects.filter(number__in=known).values_list("number", flat=True))
        if Member.objects.exists() and present != known:
            raise CommandError("This installation holds people who are not the demo's. Nothing was deleted.")


def _answers(port: int) -> bool:
    """Return whether something listens on this machine's `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
