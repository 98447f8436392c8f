"""The demo's data before any film is made, loaded once for all who look at it. Only for SQLite."""

from pathlib import Path

from django.conf import global_settings
from django.core.management import call_command
from django.test import override_settings

from tests import whole_database
from tests.made_once import made_once

FILM_SECONDS = 6
DATABASE, MEDIA = "guben.sqlite3", "media"


def loaded() -> Path:
    """Return a folder with the loaded database and its media."""
    return made_once("demo", _load)


def _load(folder: Path) -> None:
    whole_database.copy_to(folder / DATABASE)
    # A running site checks passwords by Django's own ways alone.
    as_on_a_site = override_settings(
        MEDIA_ROOT=folder / MEDIA, PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS
    )
    with whole_database.in_its_place(folder / DATABASE), as_on_a_site:
        call_command("load_demo", films=0, film_seconds=FILM_SECONDS, verbosity=0)
