"""What an index holds of a document."""

from search.text.segmentation import fingerprint as segmentation_fingerprint

from .whoosh_parts import ID, STORED, Existence, FieldType, Schema

# Raised by hand whenever the fields below change, or how they are written. Each format has a directory of its
# own: what another version wrote is neither read nor harmed.
FORMAT = "4"


class Terms(FieldType):
    """Terms that `.documents` has prepared and `.bulk_writing` writes: no analyser, no tokens."""

    def __init__(self, *, scorable: bool) -> None:
        """`scorable`: whether the lengths of the documents in this field are kept."""
        super().__init__(Existence(), None, scorable=scorable)


def make_schema() -> Schema:
    """Return the fields of every index.

    key: the primary key. words: all words of all searched fields, weighted by boost. bigrams: two
    neighbouring Chinese characters. suggest: what autocompletion compares. texts: normalised texts by field
    name.
    """
    return Schema(
        bigrams=Terms(scorable=False),
        key=ID(unique=True, sortable=True),
        suggest=Terms(scorable=True),
        texts=STORED,
        words=Terms(scorable=True),
    )


def fingerprint() -> str:
    """Return what an index must carry to be read with this code and dictionary."""
    return f"{FORMAT}-{segmentation_fingerprint()}"
