"""Fixtures that every test may use."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation
from django_tasks_db.management.commands.db_worker import Worker
from pytest_django import DjangoDbBlocker, Settings
from xdist.scheduler import LoadGroupScheduling

from members.models import Member, Organization

from . import builders, whole_database

FILES = "django.core.files.storage.FileSystemStorage"

# How long a test takes is nobody's promise: the machine may be busy, or count which lines run.
hypothesis.settings.register_profile("guben", deadline=None)
hypothesis.settings.load_profile("guben")

# Playwright leaves an event loop in the process that runs browser tests; Django would refuse its queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


_BROWSER_ORDER = {"test_pages.py": -1, "test_upload.py": 1, "test_editor.py": 2}


# What the tests of these share takes long to make: all browser tests look at one running site.
_SHARING = ("tests/browser/", "tests/site_config/test_demo.py")


class SharingTestsTogether(LoadGroupScheduling):
    """Gives tests that share something to one process, which makes it once.

    The mark `xdist_group` should do so; xdist 3.8 cannot write it into the test's id under pytest 9.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((shared for shared in _SHARING if nodeid.startswith(shared)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingTestsTogether | None:
    """Share the tests out among the processes."""
    return SharingTestsTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what was imported, which else takes it a tenth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and with what can be done while another process makes the database.

    Of browser tests those come first that need no film: the site's worker prepares films meanwhile.
    """

    def turn(item: pytest.Item) -> int:
        if "browser" in item.keywords:
            return _BROWSER_ORDER.get(item.path.name, 0)
        if "db" not in getattr(item, "fixturenames", ()) and item.get_closest_marker("django_db") is None:
            return 7
        # Only SQLite's database is whole again after a test that commits; elsewhere those stay the last.
        return 8 if "slow" in item.keywords and connection.vendor == "sqlite" else 9

    items.sort(key=turn)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_createdb: bool, django_db_use_migrations: bool
) -> Iterator[None]:
    """Have Django copy a migrated database rather than migrate one."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite" and django_db_use_migrations and not django_db_createdb:
            patch.setattr(connection.creation, "create_test_db", whole_database.make_for_tests)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Have the database whole again after a test that committed something."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            with django_db_blocker.unblock():
                whole_database.restore_after_tests(patch)
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
    # A request leaves its reader's language behind in this thread.
    translation.deactivate()


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
def secretary(branch: Organization) -> Member:
    """Who answers for the branch."""
    secretary = builders.make_member(branch)
    builders.make_role(secretary, branch, "secretary")
    return secretary


@pytest.fixture
def member_client(client: Client, member: Member) -> Client:
    """A test client signed in as `member`."""
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
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
