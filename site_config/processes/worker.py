"""Task workers that lose nothing when they are killed.

A worker that dies in the middle of a task leaves its row marked as running, and the task library would leave
it so for ever. Here each worker has a name that stays: machine, queue and number. When a worker of that name
starts, what its name still holds can only be a dead worker's, and is queued again. Tasks of ours and of
Wagtail's can all be run twice.
"""

import socket
from typing import Any

from django_tasks_db.models import DBTaskResult

# A task that has taken this many workers down with it is the cause, not the victim.
MOST_ATTEMPTS = 5


class WorkerDiedError(Exception):
    """The task's worker died every time it was tried."""


def worker_name(queue: str, number: int = 1) -> str:
    """Return the lasting name of worker `number` of this machine for `queue`."""
    return f"{socket.gethostname()}-{queue}-{number}"


def take_back(name: str) -> int:
    """Queue again what a dead worker called `name` was running; return how many tasks that were."""
    taken = 0
    running: Any = DBTaskResult.objects.running()
    for task in running.filter(worker_ids__icontains=name).only("id", "worker_ids", "task_path"):
        if task.worker_ids[-1:] != [name]:
            continue
        if len(task.worker_ids) >= MOST_ATTEMPTS:
            task.set_failed(WorkerDiedError(task.task_path))
            continue
        taken += running.filter(pk=task.pk).update(status="READY", started_at=None)
    return taken
