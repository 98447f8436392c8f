"""The Django app of courses and menus."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses and menus")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the context builders of the pages."""
        # Models can be imported only now.
        from foundation import page_context  # noqa: PLC0415

        from .models import Course, CourseIndex, Menu, MenuIndex  # noqa: PLC0415
        from .pages.course import course_context, course_index_context  # noqa: PLC0415
        from .pages.menu import menu_context, menu_index_context  # noqa: PLC0415

        page_context.register(Course, course_context)
        page_context.register(CourseIndex, course_index_context)
        page_context.register(Menu, menu_context)
        page_context.register(MenuIndex, menu_index_context)
