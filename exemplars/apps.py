"""The Django app of exemplars."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExemplarsConfig(AppConfig):
    name = "exemplars"
    verbose_name = _("Exemplars")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the context builders of the pages."""
        # Models can be imported only now.
        from foundation import page_context  # noqa: PLC0415

        from .exemplar_page import exemplar_context  # noqa: PLC0415
        from .library import library_context  # noqa: PLC0415
        from .models import Exemplar, ExemplarIndex  # noqa: PLC0415

        page_context.register(Exemplar, exemplar_context)
        page_context.register(ExemplarIndex, library_context)
