"""Fixtures of the search tests: the index is filled on demand."""

from collections.abc import Callable

import pytest
from django.core.management import call_command


@pytest.fixture
def rebuild(db: None) -> Callable[[], None]:
    """Index everything that is in the database."""

    def run() -> None:
        call_command("update_index", verbosity=0)

    return run
