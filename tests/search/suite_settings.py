"""Settings for modelsearch's own test suite, which runs in a process of its own without Wagtail."""

import os
import tempfile
from pathlib import Path

SECRET_KEY = "for tests only"
INSTALLED_APPS = [
    "modelsearch.test.testapp",
    "modelsearch",
    "taggit",
    "django.contrib.contenttypes",
    "django.contrib.auth",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
# The wheel ships the suite without its records.
FIXTURE_DIRS = [Path(__file__).parent / "fixtures"]
USE_TZ = True
INDEX_DIR = Path(tempfile.gettempdir()) / f"guben-suite-{os.getpid()}"
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "search.backend", "INDEX_DIR": INDEX_DIR}}
