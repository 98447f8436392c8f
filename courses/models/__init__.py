"""What is stored of courses, menus and enrolments."""

from .courses import Course, CourseCategory, CourseIndex, CourseSection, SectionLecture
from .enrolments import Enrolment
from .menus import Menu, MenuAudience, MenuIndex, MenuItem

__all__ = [
    "Course",
    "CourseCategory",
    "CourseIndex",
    "CourseSection",
    "Enrolment",
    "Menu",
    "MenuAudience",
    "MenuIndex",
    "MenuItem",
    "SectionLecture",
]
