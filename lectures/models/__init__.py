"""What is stored of lectures, of the watching of them, and of meetings."""

from .pages import Lecture, LectureCategory, LectureIndex
from .sessions import Attendance, Session
from .watching import WatchProgress, WatchSession

__all__ = [
    "Attendance",
    "Lecture",
    "LectureCategory",
    "LectureIndex",
    "Session",
    "WatchProgress",
    "WatchSession",
]
