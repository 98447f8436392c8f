"""What must happen again and again: publishing on schedule, recovering jobs, sweeping what is old.

Each is a management command of the app that owns it, or of Django or Wagtail; this file knows only
how often. They run one after another in one process; one that fails is logged and tried again next time.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import call_command
from django.db import close_old_connections

logger = logging.getLogger(__name__)

MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True)
class RecurringCommand:
    """A management command and how many seconds lie between two runs."""

    name: str
    every: int
    arguments: tuple[str, ...] = ()


SCHEDULE = (
    RecurringCommand("recover_films", 30),
    RecurringCommand("publish_scheduled", MINUTE),
    RecurringCommand("retry_index", MINUTE),
    RecurringCommand("check_tallies", HOUR, ("--when-due",)),
    RecurringCommand("write_standings", HOUR),
    RecurringCommand("prune_db_task_results", HOUR),
    RecurringCommand("spell_names", 24 * HOUR),
    RecurringCommand("read_documents", HOUR),
    RecurringCommand("forget_searches", 24 * HOUR),
    RecurringCommand("clearsessions", 24 * HOUR),
    RecurringCommand("sweep_lists", 24 * HOUR),
    RecurringCommand("sweep_evidence", 24 * HOUR),
)


def keep(
    commands: tuple[RecurringCommand, ...] = SCHEDULE,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    rounds: int | None = None,
) -> None:
    """Run each command at once and then whenever its time has come; `rounds` ends it."""
    due = dict.fromkeys(commands, clock())
    while rounds is None or rounds > 0:
        for command in commands:
            if clock() >= due[command]:
                perform(command)
                due[command] = clock() + command.every
        rounds = None if rounds is None else rounds - 1
        sleep(min(max(1.0, min(due.values()) - clock()), MINUTE))


def perform(command: RecurringCommand) -> bool:
    """Run one command; a failure is logged and must not stop the others. Returns whether it went well."""
    try:
        call_command(command.name, *command.arguments, verbosity=0)
    except Exception:
        logger.exception("The command %s failed; it is tried again in %s s.", command.name, command.every)
        return False
    finally:
        close_old_connections()
    return True
