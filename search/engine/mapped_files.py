"""Reads the files of an index through the machine's memory map.

A look at a term costs some ten small reads at scattered places; through a map they cost no system call, the
pages are shared by all processes, and a file that a merge has deleted stays readable.
"""

import mmap
from pathlib import Path
from typing import Any

from .whoosh_parts import FileStorage, StructFile


class _MappedFile(StructFile):
    def get(self, position: int, length: int) -> bytes:
        """Return `length` bytes at `position`."""
        return bytes(self.file[position : position + length])


class MappedStorage(FileStorage):
    """A folder whose files are only read."""

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        """Open a file for reading; an empty one cannot be mapped."""
        path = Path(self.folder) / name
        with path.open("rb") as file:
            if not path.stat().st_size:
                return super().open_file(name, **kwargs)
            return _MappedFile(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), name=name)
