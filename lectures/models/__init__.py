"""What is stored of lectures, of the watching of them, and of meetings."""

from .handouts import HandoutText
from .pages import Lecture, LectureCategory, LectureIndex
from .sessions import Attendance, Session
from .watching import WatchProgress, WatchSession

__all__ = [
    "Attendance",
    "HandoutText",
    "Lecture",
    "LectureCategory",
    "LectureIndex",
    "Session",
    "WatchProgress",
    "WatchSession",
]
