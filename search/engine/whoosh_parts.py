"""The only module that imports Whoosh: names that its maintained fork and the original have in common."""

from whoosh.codec.whoosh3 import STORED_COLUMN, W3Codec, W3FieldWriter, W3PerDocWriter, W3TermInfo
from whoosh.columns import CompressedBytesColumn, NumericColumn, PickleColumn
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Existence
from whoosh.index import EmptyIndexError, FileIndex, LockError
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.util.numeric import byte_to_length
from whoosh.writing import SegmentWriter

__all__ = [
    "ID",
    "STORED",
    "STORED_COLUMN",
    "CompressedBytesColumn",
    "EmptyIndexError",
    "Existence",
    "FieldType",
    "FileIndex",
    "FileStorage",
    "LockError",
    "NumericColumn",
    "PickleColumn",
    "Schema",
    "SegmentReader",
    "SegmentWriter",
    "StructFile",
    "TermNotFound",
    "W3Codec",
    "W3FieldWriter",
    "W3PerDocWriter",
    "W3TermInfo",
    "byte_to_length",
]
