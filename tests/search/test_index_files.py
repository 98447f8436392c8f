"""The files of an index survive what happens to processes."""

import fcntl
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from modelsearch.query import PlainText
from wagtail.models import Page

from search.backend import SearchBackend
from search.engine import index_files
from search.engine.index_files import (
    IndexBusyError,
    IndexFiles,
    Rebuild,
    RebuildRunningError,
    open_generation,
)
from search.engine.query import QueryEvaluator
from search.engine.snapshot import Snapshots
from search.engine.whoosh_parts import SegmentWriter

from .writers import document

WRITER = Path(__file__).parent / "writers.py"


def start_writer(root: Path, first: int, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(WRITER), str(root), str(first), str(count)], stdout=subprocess.PIPE, text=True
    )


def keys(files: IndexFiles, query: str = "乡村振兴") -> set[str]:
    """Return the keys that a fresh reader finds."""
    snapshot = Snapshots().latest(files)
    hits = QueryEvaluator(snapshot).evaluate(PlainText(query))
    return {snapshot.keys[number] for number in hits.alive().numbers}


@pytest.mark.slow
def test_writers_of_several_processes_lose_nothing(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, first, 8) for first in (0, 100, 200)]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    assert keys(IndexFiles(tmp_path)) == {str(first + n) for first in (0, 100, 200) for n in range(8)}


@pytest.mark.slow
def test_an_index_can_be_opened_at_any_moment_of_a_commit(tmp_path: Path) -> None:
    writer = start_writer(tmp_path, 0, 10_000)
    assert writer.stdout is not None
    writer.stdout.readline()
    files = IndexFiles(tmp_path)
    generation = files.current()
    try:
        until = time.monotonic() + 2
        while time.monotonic() < until:
            open_generation(generation)
            Snapshots().latest(files)
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


def test_a_live_writer_that_looks_at_the_lock_is_no_rebuild(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    files.current()
    with (tmp_path / "rebuild.lock").open("a") as looking:
        fcntl.flock(looking, fcntl.LOCK_EX)
        gone = threading.Timer(0.05, looking.close)
        gone.start()
        Rebuild(files).abandon()
        gone.join()


def segments(files: IndexFiles) -> dict[str, int]:
    """Return how many documents each segment has, by its name."""
    return {one.segment_id(): one.doc_count_all() for one in open_generation(files.current())._segments()}


def test_many_small_commits_are_merged(tmp_path: Path) -> None:
    """A large segment is left in peace meanwhile, and what was changed or removed stays so."""
    files = IndexFiles(tmp_path)
    files.write([document(f"large {number}", "草地贪夜蛾") for number in range(60)])
    [large] = segments(files)
    for number in range(30):
        replaced = [document("changed", f"乡村振兴 第{number}次")]
        removed = [str(number - 3)] if number % 2 else []
        files.write([document(str(number), "乡村振兴"), *replaced], removed=removed)
    assert len(segments(files)) <= index_files.MOST_SEGMENTS
    assert segments(files)[large] == 60
    assert sum(segments(files).values()) < 100
    assert keys(files) == {"28", "changed", *(str(number) for number in range(1, 30, 2))}
    assert keys(files, "第28次") == set()
    assert len(keys(files, "草地贪夜蛾")) == 60


def test_a_segment_that_is_large_enough_is_not_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_files, "LARGEST_MERGED", 1)
    files = IndexFiles(tmp_path)
    for number in range(8):
        files.write([document(f"{number} {one}", "乡村振兴") for one in range(2)])
    assert list(segments(files).values()) == [2] * 8
    for number in range(8):
        files.write([], removed=[f"{number} 0", f"{number} 1"])
    assert segments(files) == {}  # nothing is left of them


def test_nobody_else_may_read_or_write_an_index(tmp_path: Path) -> None:
    """It holds pickles, and the words of drafts."""
    files = IndexFiles(tmp_path / "index")
    assert [path.stat().st_mode & 0o777 for path in (files.current(), files.root)] == [0o700, 0o700]


def test_a_document_that_cannot_be_written_holds_nothing_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_files, "WRITE_TIMEOUT", 0.1)
    files = IndexFiles(tmp_path)
    files.write([document("1", "乡村振兴")])
    with pytest.raises(KeyError) as _kept_alive:
        files.write([document("2", "乡村振兴"), {"key": "1"}])
    files.write([document("3", "乡村振兴")])
    assert keys(files) == {"1", "3"}


def test_a_rebuild_takes_the_later_of_two_and_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later one is what the object's own model tells, not its parent."""
    files = IndexFiles(tmp_path)
    rebuild = Rebuild(files)
    rebuild.add([document("1", "乡村振兴"), document("2", "乡村振兴"), document("1", "草地贪夜蛾")])
    monkeypatch.setattr(index_files, "MOST_GATHERED", 0)
    rebuild.add([document("3", "草地贪夜蛾")])
    assert rebuild._writer is None  # written at once
    rebuild.finish()
    assert (keys(files), keys(files, "草地贪夜蛾")) == ({"2"}, {"1", "3"})
    assert not (tmp_path / "building").is_symlink()


def test_while_the_index_is_switched_nobody_writes_or_makes_another(tmp_path: Path) -> None:
    files, other = IndexFiles(tmp_path), IndexFiles(tmp_path)
    with files._switching():
        waiting = [
            threading.Thread(target=other.current),
            threading.Thread(target=other.write, args=([document("1", "乡村振兴")],)),
        ]
        for thread in waiting:
            thread.start()
        time.sleep(0.05)
        made = files._new_generation()
        files._point("current", made)
    for thread in waiting:
        thread.join()
    assert files.current() == made
    with files._switching():
        writing = threading.Thread(target=other.write, args=([document("2", "乡村振兴")],))
        writing.start()
        writing.join(0.1)
        assert keys(files) == {"1"}
    writing.join()
    assert keys(files) == {"1", "2"}


def test_removing_from_a_busy_index_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It happens inside a reader's or editor's request; the database hides the page anyway."""
    monkeypatch.setattr(index_files, "WRITE_TIMEOUT", 0.05)
    index = SearchBackend({"INDEX_DIR": tmp_path}).get_index_for_model(Page)
    holder = SegmentWriter(open_generation(index.files.current()), compound=False)
    index.delete_item(Page(pk=1))
    holder.cancel()
