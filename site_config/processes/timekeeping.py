"""What must happen again and again: publishing on schedule, recovering jobs, sweeping what is old.

Each duty is a management command of the room that owns it, or of Django or Wagtail; this file knows only
how often. Duties run one after another in one process; a duty that fails is logged and tried again next time.
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
class Duty:
    """A management command and how many seconds lie between two runs."""

    command: str
    every: int
    arguments: tuple[str, ...] = ()


DUTIES = (
    Duty("recover_films", 30),
    Duty("publish_scheduled", MINUTE),
    Duty("retry_index", MINUTE),
    Duty("check_tallies", HOUR, ("--when-due",)),
    Duty("write_standings", HOUR),
    Duty("prune_db_task_results", HOUR),
    Duty("spell_names", 24 * HOUR),
    Duty("read_documents", HOUR),
    Duty("forget_searches", 24 * HOUR),
    Duty("clearsessions", 24 * HOUR),
    Duty("sweep_lists", 24 * HOUR),
    Duty("sweep_evidence", 24 * HOUR),
)


def keep(
    duties: tuple[Duty, ...] = DUTIES,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    rounds: int | None = None,
) -> None:
    """Run each duty at once and then whenever its time has come; `rounds` limits the looks at the clock."""
    due = dict.fromkeys(duties, clock())
    while rounds is None or rounds > 0:
        for duty in duties:
            if clock() >= due[duty]:
                perform(duty)
                due[duty] = clock() + duty.every
        rounds = None if rounds is None else rounds - 1
        sleep(min(max(1.0, min(due.values()) - clock()), MINUTE))


def perform(duty: Duty) -> bool:
    """Run one duty; a failure is logged and must not stop the others. Returns whether it went well."""
    try:
        call_command(duty.command, *duty.arguments, verbosity=0)
    except Exception:
        logger.exception("The duty %s failed; it will be tried again in %s s.", duty.command, duty.every)
        return False
    finally:
        close_old_connections()
    return True
