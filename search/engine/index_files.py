"""The files of one index: opening, writing, and rebuilding beside the one in use.

    <INDEX_DIR>/format-<number>/<model root>/
        current -> g-…      the generation that answers, switched in one step
        building -> g-…     a rebuild in progress, if `rebuild.lock` is held
        g-…/                a Whoosh index with its `fingerprint`

Everything can be made again from the database, so nothing is flushed to disk by force. The files hold
pickles: the directory must not be writable for others.
"""

import contextlib
import fcntl
import pickle
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from .bulk_writing import BulkWriter
from .schema import fingerprint, make_schema
from .whoosh_parts import EmptyIndexError, FileIndex, FileStorage, LockError, SegmentReader

# Seconds that a writer waits for another one before it gives up with `IndexBusyError`.
WRITE_TIMEOUT = 60.0
# From so many segments on, small ones are merged: every segment costs each query a look.
MOST_SEGMENTS = 6
# Segments of more documents are never merged again: merging holds their postings in memory.
LARGEST_MERGED = 50_000
# How many postings a rebuild gathers in memory before it writes a segment: about 500 MB at the most.
MOST_GATHERED = 24_000_000

INDEX_NAME = "guben"
# How often a table of contents that a commit took away between two looks is looked for anew.
_MOST_LOOKS = 20


class IndexBusyError(Exception):
    """Another process has been writing for longer than `WRITE_TIMEOUT`; nothing was written."""


class RebuildRunningError(Exception):
    """This index is being rebuilt by another process."""


def open_generation(path: Path) -> FileIndex:
    """Open the Whoosh index in `path`, also at the moment in which a commit replaces its contents table."""
    for _look in range(_MOST_LOOKS):
        with contextlib.suppress(FileNotFoundError, EmptyIndexError):
            return FileIndex(FileStorage(str(path)), indexname=INDEX_NAME)
    return FileIndex(FileStorage(str(path)), indexname=INDEX_NAME)


def write(path: Path, *, remove: Iterable[str], add: Iterable[dict[str, Any]]) -> None:
    """Remove the documents with the keys `remove` and add `add`, in one commit.

    Raises `IndexBusyError` if the lock cannot be had in time.
    """
    try:
        writer = BulkWriter(open_generation(path), timeout=WRITE_TIMEOUT, delay=0.02)
    except LockError as error:
        raise IndexBusyError(path) from error
    try:
        reader = writer.reader()
        for key in remove:
            _remove(writer, reader, key)
        for document in add:
            writer.add(document)
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=_merge_small)


def _remove(writer: BulkWriter, reader: Any, key: str) -> None:
    for segment_reader, base in reader.leaf_readers():
        if ("key", key) in segment_reader:
            for number in segment_reader.postings("key", key).all_ids():
                writer.delete_document(base + number)


def _merge_small(writer: BulkWriter, segments: list[Any]) -> list[Any]:
    """Merge the smallest segments as long as each is not much larger than those before it together.

    Whoosh's own policy hardly ever merges segments of a thousand documents, and merging all costs nearly a
    rebuild; this way a document is merged about log(n) times.
    """
    segments = [segment for segment in segments if segment.doc_count() > 0]
    large = [segment for segment in segments if segment.doc_count_all() > LARGEST_MERGED]
    segments = [segment for segment in segments if segment.doc_count_all() <= LARGEST_MERGED]
    if len(segments) < MOST_SEGMENTS:
        return large + segments
    by_size = sorted(segments, key=lambda segment: segment.doc_count_all())
    kept: list[Any] = []
    gathered = 0
    for place, segment in enumerate(by_size):
        if place > 1 and segment.doc_count_all() > 2 * gathered:
            kept = by_size[place:]
            break
        gathered += segment.doc_count_all()
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return large + kept


class IndexFiles:
    """The generations of one index below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path:
        """Return the generation that answers; make an empty one if there is none."""
        link = self.root / "current"
        if not self.exists():
            with self._switching():
                if not self.exists():
                    self._point("current", self._new_generation())
        return self.root / link.readlink()

    def exists(self) -> bool:
        """Whether there is an index to answer from; not so where only the link came back from a backup."""
        return (self.root / "current").exists()

    def fingerprint(self) -> str:
        """Return what the index in use was written with."""
        return (self.current() / "fingerprint").read_text()

    def write(self, documents: list[dict[str, Any]], removed: Iterable[str] = ()) -> None:
        """Add or replace `documents` and remove the keys `removed`; also in a rebuild that is under way.

        Raises `IndexBusyError`.
        """
        keys = [*removed, *(document["key"] for document in documents)]
        if not keys:
            return
        self.current()
        with self._not_switching():
            write(self.current(), remove=keys, add=documents)
            building = self._building()
            if building:
                with (building / "written_meanwhile").open("ab") as file:
                    file.write(pickle.dumps((keys, documents)))

    def reset(self) -> None:
        """Start again with an empty index."""
        with self._switching():
            self._point("current", self._new_generation())
        self._sweep()

    @contextlib.contextmanager
    def _locked(self, name: str, mode: int) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / name).open("a") as file:
            _wait_for(lambda: fcntl.flock(file, mode | fcntl.LOCK_NB))
            yield

    def _switching(self) -> contextlib.AbstractContextManager[None]:
        return self._locked("switch.lock", fcntl.LOCK_EX)

    def _not_switching(self) -> contextlib.AbstractContextManager[None]:
        return self._locked("switch.lock", fcntl.LOCK_SH)

    def _new_generation(self) -> Path:
        path = self.root / f"g-{time.strftime('%Y%m%d%H%M%S')}-{uuid.uuid4().hex[:8]}"
        path.mkdir(mode=0o700)
        FileIndex.create(FileStorage(str(path)), make_schema(), INDEX_NAME)
        (path / "fingerprint").write_text(fingerprint())
        return path

    def _point(self, link: str, generation: Path) -> None:
        beside = self.root / f"{link}.{uuid.uuid4().hex[:8]}"
        beside.symlink_to(generation.name)
        beside.replace(self.root / link)

    def _building(self) -> Path | None:
        """Return the generation of a living rebuild; a killed one holds no lock and is passed over."""
        link = self.root / "building"
        if not link.is_symlink():
            return None
        with (self.root / "rebuild.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return self.root / link.readlink()
        return None

    def _sweep(self) -> None:
        """Delete generations that nobody points at. Whoever still reads one keeps its open files."""
        # Behind the lock, so that nobody is about to point at one just made; a busy index is swept next time.
        with contextlib.suppress(IndexBusyError):
            with self._switching():
                used = {
                    link.readlink().name
                    for link in (self.root / "current", self.root / "building")
                    if link.is_symlink()
                }
                unused = [path for path in self.root.glob("g-*") if path.name not in used]
            for path in unused:
                shutil.rmtree(path, ignore_errors=True)


class Rebuild:
    """A new generation, filled beside the one in use and switched to when it is whole."""

    def __init__(self, files: IndexFiles) -> None:
        """Begin. Raises `RebuildRunningError` if another process is at it."""
        self._files = files
        files.current()
        self._lock = (files.root / "rebuild.lock").open("a")
        try:
            _wait_for(lambda: fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB), seconds=1)
        except IndexBusyError as error:
            self._lock.close()
            raise RebuildRunningError(files.root) from error
        with files._switching():
            self.path = files._new_generation()
            files._point("building", self.path)
        # One writer for as many as memory holds: a word that thousands of documents share is written once.
        self._writer: BulkWriter | None = None
        self._added: set[str] = set()

    def add(self, documents: list[dict[str, Any]]) -> None:
        """Add documents as the database has them."""
        for document in documents:
            if document["key"] in self._added:
                # A parent model put the object in before its own, more specific model did.
                self._commit()
                write(self.path, remove=[document["key"]], add=())
            self._added.add(document["key"])
            writer = self._open_writer()
            writer.add(document)
            if writer.gathered > MOST_GATHERED:
                self._commit()

    def finish(self) -> None:
        """Repeat what was written meanwhile, let the new generation answer and delete the old one."""
        self._commit()
        with self._files._switching():
            for removed, documents in _journal(self.path):
                write(self.path, remove=removed, add=documents)
            self._files._point("current", self.path)
            (self._files.root / "building").unlink()
        self._lock.close()
        self._files._sweep()

    def abandon(self) -> None:
        """Delete what was built, so that a full disk has room again; the old generation goes on answering."""
        if self._lock.closed:
            return
        if self._writer is not None:
            with contextlib.suppress(Exception):  # whatever is broken there, its files go now
                self._writer.cancel()
        with self._files._switching():
            (self._files.root / "building").unlink(missing_ok=True)
        self._lock.close()
        self._files._sweep()

    def _open_writer(self) -> BulkWriter:
        if self._writer is None:
            self._writer = BulkWriter(open_generation(self.path))
        return self._writer

    def _commit(self) -> None:
        if self._writer is not None:
            self._writer.commit(mergetype=_merge_small)
            self._writer = None


def _journal(generation: Path) -> Iterator[tuple[list[str], list[dict[str, Any]]]]:
    """Yield what live writers noted while `generation` was being built, oldest first."""
    with contextlib.suppress(FileNotFoundError), (generation / "written_meanwhile").open("rb") as file:
        while True:
            try:
                # Written by this project's own processes into a directory closed to others.
                yield pickle.load(file)  # noqa: S301
            except EOFError:
                return


def _wait_for(lock: Callable[[], None], *, seconds: float = WRITE_TIMEOUT) -> None:
    """Call `lock` until it does not block; raise `IndexBusyError` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            lock()
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise IndexBusyError from None
            time.sleep(0.02)
        else:
            return


__all__ = [
    "EmptyIndexError",
    "IndexBusyError",
    "IndexFiles",
    "Rebuild",
    "RebuildRunningError",
    "open_generation",
]
