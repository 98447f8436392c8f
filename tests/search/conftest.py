"""Fixtures of the search tests: an index of their own and an editor."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_index(settings: Settings, tmp_path: Path) -> None:
    """Give each test an empty index."""
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "INDEX_DIR": tmp_path / "index"}
    }


@pytest.fixture
def rebuild(db: None) -> Callable[[], None]:
    """Index everything that is in the database."""

    def run() -> None:
        call_command("update_index", verbosity=0)

    return run
