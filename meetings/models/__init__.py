"""What is stored of sessions and attendance."""

from .sessions import Attendance, Session

__all__ = ["Attendance", "Session"]
