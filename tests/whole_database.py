"""The migrated database that tests begin with: made once, copied by every process, restored after a test.

Only for SQLite, whose database is a file. To migrate takes twenty seconds, to copy hardly any time. What was
made is kept for the next run, until a migration changes; `--create-db` does without it.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation

from hours.ledger import append_only


def copy_to(place: Path) -> None:
    """Copy a migrated database to `place`. The first process that wants one makes it while others wait."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", "-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    folder = Path(settings.DATA_DIR).parent / "migrated"
    folder.mkdir(exist_ok=True)
    made = folder / f"{_fingerprint()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for older in folder.glob("*.sqlite3*"):
                older.unlink()
            making = folder / "making.sqlite3"
            _migrate(making)
            making.rename(made)
    shutil.copyfile(made, place)


def _fingerprint() -> str:
    """Return a name that changes with the migrations, and with what is added after them."""
    files = [Path(append_only.__file__)]
    for app in apps.get_app_configs():
        files += sorted(Path(app.path, "migrations").glob("*.py"))
    return sha256(b"".join(str(file).encode() + file.read_bytes() for file in files)).hexdigest()[:20]


def _migrate(place: Path) -> None:
    with in_its_place(place):
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)


@contextmanager
def in_its_place(place: Path) -> Iterator[None]:
    """Let this process use the database file at `place` for a while."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = place
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


@contextmanager
def with_content_of(place: Path) -> Iterator[None]:
    """Let the test database hold for a while what the database file at `place` holds."""
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as before:
        connection.connection.backup(before)
        # Others copy the folder meanwhile: no file of a log may come and go in it.
        with closing(sqlite3.connect(f"{place.as_uri()}?immutable=1", uri=True)) as wanted:
            wanted.backup(connection.connection)
        try:
            yield
        finally:
            connection.ensure_connection()
            before.backup(connection.connection)


def make_for_tests(*args: Any, **kwargs: Any) -> str:
    """Stand for Django's own way to make the test database."""
    place = connection.settings_dict["TEST"]["NAME"]
    copy_to(Path(place))
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES[connection.alias]["NAME"] = place
    return str(place)


def restore_after_tests(patch: pytest.MonkeyPatch) -> None:
    """Have Django restore the whole database where it would empty every table, and later fill them.

    It does so after each test that commits what it does.
    """
    whole = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source:
        source.backup(whole)

    def restore(*args: Any) -> None:
        connection.ensure_connection()
        whole.backup(connection.connection)

    patch.setattr(type(connection.ops), "sql_flush", lambda *args, **kwargs: [])
    patch.setattr(type(connection.ops), "execute_sql_flush", restore)
    patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", lambda *args: None)
