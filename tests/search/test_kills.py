"""A process that is killed while it writes loses nothing that it had reported, and hinders nobody after it.

`GUBEN_KILLS=50` kills more often than the usual run.
"""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from modelsearch.query import PlainText

from search.engine.index_files import IndexFiles, Rebuild
from search.engine.query import QueryEvaluator
from search.engine.snapshot import Snapshots

from .writers import document

KILLS = int(os.environ.get("GUBEN_KILLS", "3"))
BATCH = 20
# A fork has all libraries loaded already, so a kill hits the writing and not the start.
FORK = multiprocessing.get_context("fork")


def texts(keys: list[int]) -> list[dict[str, object]]:
    return [document(str(key), f"乡村振兴 草地贪夜蛾 第{key}课 {'水肥一体化' * (key % 7)}") for key in keys]


def write(root: Path, keys: list[int], report: Connection) -> None:
    """Write `keys` in batches and report each batch that is committed."""
    files = IndexFiles(root)
    for first in range(0, len(keys), BATCH):
        files.write(texts(keys[first : first + BATCH]))
        report.send(keys[first : first + BATCH])


def rebuild(root: Path, keys: list[int], report: Connection) -> None:
    """Rebuild for ever; report each rebuild that is done."""
    while True:
        under_way = Rebuild(IndexFiles(root))
        for first in range(0, len(keys), BATCH):
            under_way.add(texts(keys[first : first + BATCH]))
        under_way.finish()
        report.send(keys)


def found(root: Path) -> set[int]:
    """Return what a fresh reader finds, with a text of each that can be read."""
    snapshot = Snapshots().latest(IndexFiles(root))
    hits = QueryEvaluator(snapshot).evaluate(PlainText("草地贪夜蛾")).alive()
    assert all("草地贪夜蛾" in snapshot.texts(number)["text"] for number in hits.numbers.tolist())
    return {int(snapshot.keys[number]) for number in hits.numbers}


def killed(
    work: Callable[[Path, list[int], Connection], None], root: Path, keys: list[int], after: float
) -> list[int]:
    """Let another process work, kill it `after` seconds from its first report; return all it reported."""
    receiving, sending = FORK.Pipe(duplex=False)
    process = FORK.Process(target=work, args=(root, keys, sending))
    process.start()
    sending.close()
    reported = list(receiving.recv())
    time.sleep(after)
    process.kill()
    process.join()
    try:
        while True:
            reported += receiving.recv()
    except EOFError:
        return reported


def test_whatever_a_killed_writer_had_committed_is_there_and_the_rest_can_be_caught_up(
    tmp_path: Path,
) -> None:
    chance = random.Random(3)  # noqa: S311  moments, no secrets
    wanted = set(range(KILLS * 2000))
    done: set[int] = set()
    for _kill in range(KILLS):
        left = sorted(wanted - done)
        done |= set(killed(write, tmp_path, left, chance.uniform(0, 0.25)))
        there = found(tmp_path)
        assert done <= there
        assert len(there - done) in (0, BATCH)  # the last commit may have been done but not reported
        done = there
    keys = sorted(wanted - done)[:BATCH]
    IndexFiles(tmp_path).write(texts(keys))
    assert found(tmp_path) == done | set(keys)


def test_a_killed_rebuild_leaves_the_old_index_and_can_be_done_again(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311  moments, no secrets
    keys = list(range(200))
    for _kill in range(max(KILLS // 2, 2)):
        killed(rebuild, tmp_path, keys, chance.uniform(0, 0.4))
        assert found(tmp_path) == set(keys)
        IndexFiles(tmp_path).write(texts([1000]))
        assert found(tmp_path) == {*keys, 1000}
    again = Rebuild(IndexFiles(tmp_path))
    again.add(texts(keys))
    again.finish()
    assert found(tmp_path) == set(keys)
    assert len(list(tmp_path.glob("g-*"))) == 1
