"""Fixtures that every test may use."""

from collections.abc import Callable

import pytest
from django.test import Client
from django_tasks_db.management.commands.db_worker import Worker

from members.models import Member, Organization

from . import builders


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
