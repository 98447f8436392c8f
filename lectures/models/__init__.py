"""What is stored of lectures and of the watching of them."""

from .pages import Lecture, LectureCategory, LectureIndex
from .watching import WatchProgress, WatchSession

__all__ = ["Lecture", "LectureCategory", "LectureIndex", "WatchProgress", "WatchSession"]
