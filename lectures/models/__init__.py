"""What is stored of lectures and of the watching of them."""

from .handouts import HandoutText
from .pages import Lecture, LectureCategory, LectureIndex
from .watching import WatchProgress, WatchSession

__all__ = [
    "HandoutText",
    "Lecture",
    "LectureCategory",
    "LectureIndex",
    "WatchProgress",
    "WatchSession",
]
