"""Writes to an index in a process of its own. Run by `test_index_files.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from foundation import chinese_text
from search.engine import documents
from search.engine.index_files import IndexFiles


def document(key: str, text: str) -> dict[str, object]:
    """Return a document with one text."""
    return documents.document(key, [("text", chinese_text.normalise(text), 1.0)])


if __name__ == "__main__":
    root, first, count = sys.argv[1:]
    files = IndexFiles(Path(root))
    for number in range(int(first), int(first) + int(count)):
        files.write([document(str(number), "乡村振兴")])
        print(number, flush=True)  # the parent waits for it
