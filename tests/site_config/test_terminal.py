"""What the terminal of a running site shows: faults, and nothing that repeats all day."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django_tasks_db.management.commands.db_worker import Command as Worker

TASK_LOGGERS = ("django_tasks", "django_tasks_db")


@pytest.fixture
def terminal() -> Iterator[StringIO]:
    """What the task loggers write once a worker has set their level."""
    out = StringIO()
    # Both loggers share the one handler of the settings.
    handler = logging.getLogger(TASK_LOGGERS[0]).handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(out)
    Worker().configure_logging(verbosity=1)
    yield out
    handler.setStream(before)
    for name in TASK_LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("name", TASK_LOGGERS)
def test_a_workers_faults_are_said_and_its_routine_is_not(terminal: StringIO, name: str) -> None:
    logging.getLogger(name).info("a task has begun")
    logging.getLogger(name).error("a task has failed")
    assert [line.partition(": ")[2] for line in terminal.getvalue().splitlines()] == ["a task has failed"]


@pytest.mark.parametrize(("verbosity", "lines"), [(0, 0), (1, 1)])
def test_recovering_films_is_silent_when_asked_to_be(
    db: None, capsys: pytest.CaptureFixture[str], verbosity: int, lines: int
) -> None:
    call_command("recover_films", verbosity=verbosity)
    written = capsys.readouterr()
    assert (written.out.count("\n"), written.err) == (lines, "")
