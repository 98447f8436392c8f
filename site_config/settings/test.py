"""Settings of the test suite: the real parts, with a data directory of their own."""

import os
from pathlib import Path

from django.conf import global_settings

_ROOT = Path(os.environ.get("GUBEN_DATA", Path(__file__).resolve().parent.parent.parent / "var" / "test"))
# Each parallel test process has its own index, films and database.
os.environ["GUBEN_DATA"] = str(_ROOT / os.environ.get("PYTEST_XDIST_WORKER", "main"))

from .base import *  # noqa: E402, F403  the data directory must be known before base is read
from .base import DATA_DIR, DATABASES, INSTALLED_APPS, STATIC_ROOT  # noqa: E402  as above

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}

SECRET_KEY = "for tests only"  # noqa: S105  signs nothing outside a test run
ALLOWED_HOSTS = ["*"]
# Quick for what tests write; the others read what the demo's site wrote.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *global_settings.PASSWORD_HASHERS]

# Its command `lintmigrations` belongs to `make check`.
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
