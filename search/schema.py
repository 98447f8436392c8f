"""What an index holds of a document."""

from collections.abc import Iterator
from typing import Any

from .segmentation import fingerprint as segmentation_fingerprint
from .whoosh_parts import ID, STORED, Existence, FieldType, Schema

# Raised by hand whenever the fields below change.
_VERSION = "1"


class Words(FieldType):
    """Counted and weighted words, prepared by `search.documents`: no analyser, no token objects."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, scorable=True)

    def index(
        self, value: list[tuple[str, int, float]], **kwargs: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield the postings of (word, count, weight) triples."""
        for word, count, weight in value:
            yield word.encode(), count, weight, b""


class Marks(FieldType):
    """Terms that a document has or has not. Their number is the document's length: without lengths Whoosh
    looks for their missing file at every posting it writes."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, scorable=True)

    def index(self, value: set[str], **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield the postings of a set of terms."""
        for term in value:
            yield term.encode(), 1, 1.0, b""


def make_schema() -> Schema:
    """Return the fields of every index.

    key: the primary key. words: all words of all searched fields, weighted by boost. pairs: buckets of
    neighbouring characters. suggest: what autocompletion compares. texts: normalised texts by field name.
    """
    return Schema(
        key=ID(unique=True, sortable=True),
        words=Words(),
        pairs=Marks(),
        suggest=Marks(),
        texts=STORED,
    )


def fingerprint() -> str:
    """Return what an index must carry to be read with this code and dictionary."""
    return f"{_VERSION}-{segmentation_fingerprint()}"
