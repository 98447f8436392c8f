"""`manage.py update_messages`: bring every app's translation catalogue up to date, or check that they are.

Each app keeps its own catalogue beside its templates, so that an app can be read, moved or reviewed whole.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

LOCALE = "zh_Hans"


class Command(BaseCommand):
    """Run Django's makemessages in each app; with --check, in a copy, and report what is missing."""

    help = "Update translation catalogues; with --check, fail when a string is untranslated or fuzzy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail when something is missing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Update or check."""
        own_apps = [
            Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR
        ]
        if not options["check"]:
            for app in own_apps:
                make_messages(app)
            return
        missing = [line for app in own_apps for line in missing_translations(app)]
        if missing:
            raise CommandError("Not translated:\n" + "\n".join(missing))


def make_messages(app: Path) -> None:
    """Bring the catalogue of one app up to date with its sources."""
    (app / "locale").mkdir(exist_ok=True)
    command = [
        "makemessages",
        "-l",
        LOCALE,
        "--no-obsolete",
        "--add-location",
        "file",
        "--no-wrap",
        "-v",
        "0",
    ]
    # Without settings Django looks at this folder alone, as wanted.
    bare = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([sys.executable, "-m", "django", *command], cwd=app, env=bare, check=True)  # noqa: S603  fixed


def missing_translations(app: Path) -> list[str]:
    """Return "app: string" for each source string of an app that has no finished translation."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(
            shutil.copytree(app, Path(folder) / app.name, ignore=shutil.ignore_patterns("vendor", "*.mo"))
        )
        make_messages(copy)
        catalogue = copy / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
        if not catalogue.exists():
            return []
        found = []
        for options in (["--untranslated"], ["--only-fuzzy"]):
            done = subprocess.run(  # noqa: S603  fixed command
                ["msgattrib", *options, "--no-obsolete", str(catalogue)],  # noqa: S607  gettext's place differs
                capture_output=True,
                text=True,
                check=True,
            )
            entries = done.stdout.split("\n\n")[1:]
            found += [
                f"{app.name}: {line}" for entry in entries for line in entry.splitlines() if "msgid" in line
            ]
        return found
