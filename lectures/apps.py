"""The Django app of lectures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LecturesConfig(AppConfig):
    name = "lectures"
    verbose_name = _("Lectures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the context builders of the pages, and follow documents that change."""
        # Models can be imported only now.
        from foundation import page_context  # noqa: PLC0415

        from . import signal_handlers  # noqa: F401, PLC0415
        from .models import Lecture, LectureIndex  # noqa: PLC0415
        from .pages.lecture import lecture_context  # noqa: PLC0415
        from .pages.library import library_context  # noqa: PLC0415

        page_context.register(Lecture, lecture_context)
        page_context.register(LectureIndex, library_context)
