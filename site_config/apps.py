"""The Django app of the whole site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfigConfig(AppConfig):
    name = "site_config"
    verbose_name = _("Site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the context builder of the first page, and follow `migrate`."""
        # Models can be imported only now.
        from foundation import page_context  # noqa: PLC0415

        from . import signal_handlers  # noqa: F401, PLC0415
        from .models import HomePage  # noqa: PLC0415
        from .pages.home import home_context  # noqa: PLC0415

        page_context.register(HomePage, home_context)
