"""The only module that imports Whoosh: names that its maintained fork and the original have in common."""

from whoosh.columns import NumericColumn
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence
from whoosh.index import EmptyIndexError, FileIndex, LockError
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.util.numeric import byte_to_length
from whoosh.writing import SegmentWriter

__all__ = [
    "ID",
    "STORED",
    "EmptyIndexError",
    "Existence",
    "FieldType",
    "FileIndex",
    "FileStorage",
    "LockError",
    "NumericColumn",
    "Schema",
    "SegmentReader",
    "SegmentWriter",
    "TermNotFound",
    "byte_to_length",
]
