"""The files of an index survive what happens to processes."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from modelsearch.query import PlainText

from search import index_files
from search.index_files import IndexBusyError, IndexFiles, Rebuild, RebuildRunningError, open_generation
from search.questions import Question
from search.snapshot import Snapshots
from search.whoosh_parts import SegmentWriter

from .writers import document

WRITER = Path(__file__).parent / "writers.py"


def start_writer(root: Path, first: int, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(WRITER), str(root), str(first), str(count)], stdout=subprocess.PIPE, text=True
    )


def keys(files: IndexFiles, question: str = "乡村振兴") -> set[str]:
    """Return the keys that a fresh reader finds."""
    snapshot = Snapshots().latest(files)
    hits = Question(snapshot).answer(PlainText(question))
    return {snapshot.keys[number] for number in hits.alive().numbers}


def test_writers_of_several_processes_lose_nothing(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, first, 8) for first in (0, 100, 200)]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    assert keys(IndexFiles(tmp_path)) == {str(first + n) for first in (0, 100, 200) for n in range(8)}


def test_an_index_can_be_opened_at_any_moment_of_a_commit(tmp_path: Path) -> None:
    writer = start_writer(tmp_path, 0, 10_000)
    assert writer.stdout is not None
    writer.stdout.readline()
    generation = IndexFiles(tmp_path).current()
    try:
        until = time.monotonic() + 2
        while time.monotonic() < until:
            open_generation(generation)
    finally:
        writer.kill()
        writer.communicate()


def test_a_writer_that_waits_too_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = IndexFiles(tmp_path)
    monkeypatch.setattr(index_files, "WRITE_TIMEOUT", 0.1)
    holder = SegmentWriter(open_generation(files.current()), compound=False)
    with pytest.raises(IndexBusyError):
        files.write([document("1", "乡村振兴")])
    holder.cancel()


def test_a_rebuild_answers_only_when_it_is_whole_and_keeps_what_was_written_meanwhile(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    files.write([document(key, "乡村振兴 旧") for key in ("kept", "stale", "changed")])
    rebuild = Rebuild(files)
    with pytest.raises(RebuildRunningError):
        Rebuild(files)
    rebuild.add([document("kept", "乡村振兴"), document("changed", "乡村振兴")])
    files.write([document("changed", "草地贪夜蛾"), document("new", "乡村振兴")], removed=["gone"])
    assert keys(files) == {"kept", "stale", "new"}
    rebuild.finish()
    assert keys(files) == {"kept", "new"}
    assert keys(files, "草地贪夜蛾") == {"changed"}
    assert len(list(tmp_path.glob("g-*"))) == 1


def test_a_killed_rebuild_hinders_nobody(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    rebuild = Rebuild(files)
    rebuild._lock.close()  # what the death of its process does
    files.write([document("1", "乡村振兴")])
    again = Rebuild(files)
    again.add([document("2", "乡村振兴")])
    again.finish()
    assert keys(files) == {"2"}


def test_a_generation_that_is_lost_is_no_fault(tmp_path: Path) -> None:
    """Where only the link came back from a backup, for instance."""
    files = IndexFiles(tmp_path)
    files.write([document("1", "乡村振兴")])
    shutil.rmtree(files.current())
    assert not files.exists()
    assert keys(files) == set()
    files.write([document("2", "乡村振兴")])
    assert keys(files) == {"2"}


def test_what_is_just_made_is_not_swept(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    with files._switching():
        made = files._new_generation()
        sweep = threading.Thread(target=IndexFiles(tmp_path)._sweep)
        sweep.start()
        sweep.join(0.1)
        files._point("building", made)
    sweep.join()
    assert made.is_dir()


def test_many_small_commits_are_merged(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    for number in range(30):
        files.write([document(str(number), "乡村振兴")])
    assert len(open_generation(files.current())._segments()) <= index_files.MOST_SEGMENTS
    assert keys(files) == {str(number) for number in range(30)}
    shutil.rmtree(tmp_path)
