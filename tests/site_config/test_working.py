"""A killed worker's task is not lost, and nobody else's task is touched."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from site_config.processes.worker import MOST_ATTEMPTS, take_back, worker_name
from tests import builders

ROOT = Path(__file__).resolve().parent.parent.parent


def running_task(*workers: str) -> Any:
    """Return a task row as a worker leaves it when it dies."""
    lecture = builders.make_lecture()
    task = DBTaskResult.objects.filter(task_path__contains="insert_or_update").latest("enqueued_at")
    assert lecture.pk
    DBTaskResult.objects.filter(pk=task.pk).update(status="RUNNING", worker_ids=list(workers))
    task.refresh_from_db()
    return task


@pytest.mark.django_db
def test_what_a_dead_worker_held_is_queued_again_and_others_are_left_alone() -> None:
    mine, other = worker_name("default"), worker_name("default", 2)
    dead = running_task(mine)
    alive = running_task(other)
    moved_on = running_task(mine, other)
    assert take_back(mine) == 1
    for task in (dead, alive, moved_on):
        task.refresh_from_db()
    assert [dead.status, alive.status, moved_on.status] == ["READY", "RUNNING", "RUNNING"]


@pytest.mark.django_db
def test_a_task_that_kills_every_worker_is_given_up() -> None:
    name = worker_name("default")
    task = running_task(*[name] * MOST_ATTEMPTS)
    assert take_back(name) == 0
    task.refresh_from_db()
    assert task.status == "FAILED"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the copied database is a file of SQLite")
@pytest.mark.slow
def test_a_worker_killed_in_mid_task_is_followed_by_one_that_finishes_it(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "GUBEN_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "site_config.settings.local",
    }

    def manage(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def status() -> str:
        with closing(sqlite3.connect(tmp_path / "guben.sqlite3")) as database:
            query = "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%hang_once'"
            return str(database.execute(query).fetchone()[0])

    def worker() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=environment)

    mark = tmp_path / "begun"
    migrated = str(connection.settings_dict["NAME"])
    with (
        closing(sqlite3.connect(migrated)) as source,
        closing(sqlite3.connect(tmp_path / "guben.sqlite3")) as copy,
    ):
        source.backup(copy)
    enqueue = f"from tests.site_config.slow_task import hang_once; hang_once.enqueue({str(mark)!r})"
    manage("shell", "-v0", "-c", enqueue)
    first = worker()
    deadline = time.monotonic() + 240
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    first.kill()
    first.wait()
    assert status() == "RUNNING"
    second = worker()
    deadline = time.monotonic() + 240
    while status() != "SUCCESSFUL" and time.monotonic() < deadline:
        time.sleep(0.3)
    second.terminate()
    second.wait(timeout=20)
    assert status() == "SUCCESSFUL"
