"""Fixtures that every test may use."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django_tasks_db.management.commands.db_worker import Worker
from pytest_django import Settings
from xdist.scheduler import LoadGroupScheduling

from hours.append_only import laying, lifting
from members.models import Member, Organization

from . import builders

FILES = "django.core.files.storage.FileSystemStorage"

# Playwright leaves an event loop in the process that runs browser tests; Django would refuse its queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


_BROWSER_ORDER = {"test_pages.py": -1, "test_upload.py": 1, "test_editor.py": 2}


class OneBrowserProcess(LoadGroupScheduling):
    """Gives all browser tests to one process: they share one running site.

    The mark `xdist_group` should do so; xdist 3.8 cannot write it into the test's id under pytest 9.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowserProcess | None:
    """Share the tests out among the processes."""
    return OneBrowserProcess(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let browser tests begin with those that need no film: the site's worker prepares films meanwhile."""
    items.sort(key=lambda item: _BROWSER_ORDER.get(item.path.name, 0) if "browser" in item.keywords else 9)


@pytest.fixture(autouse=True, scope="session")
def ledger_gives_way_to_flush() -> Iterator[None]:
    """Let Django empty the database after a transactional test.

    The ledger's triggers refuse DELETE, which is how SQLite is flushed: lift them for the flush alone.
    """
    operations = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(*args: Any, **kwargs: Any) -> list[str]:
        return [*lifting(connection.vendor), *flush(*args, **kwargs), *laying(connection.vendor)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def own_places(settings: Settings, tmp_path: Path) -> None:
    """Let no test meet the films, pictures, index or remembered answers that another left behind."""
    settings.LOCAL_VIDEOS_ROOT = tmp_path / "films"
    settings.LOCAL_VIDEOS_STREAMS_ROOT = tmp_path / "streams"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SEARCH_DISTRICT_WORDS = tmp_path / "district_words.txt"
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "INDEX_DIR": tmp_path / "index"}
    }
    private = {"BACKEND": FILES, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    cache.clear()


@pytest.fixture
def district(db: None) -> Organization:
    """An empty district."""
    return builders.make_district()


@pytest.fixture
def branch(district: Organization) -> Organization:
    """A branch of the district."""
    return builders.make_branch(district)


@pytest.fixture
def member(branch: Organization) -> Member:
    """A rural member of the branch."""
    return builders.make_member(branch, "rural")


@pytest.fixture
def member_client(client: Client, member: Member) -> Client:
    """A test client signed in as `member`."""
    client.force_login(member, backend="members.sign_in.PhoneOrNumberBackend")
    return client


@pytest.fixture
def run_tasks(db: None) -> Callable[[], None]:
    """Run every waiting task with the real worker, then return."""

    def run() -> None:
        Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="tests",
            excluded_queue_names=[],
        ).run()

    return run
