"""The app's configuration for Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HoursConfig(AppConfig):
    name = "hours"
    verbose_name = _("Study hours")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signal handlers, and have the database guard the ledger after every migration."""
        from . import signal_handlers  # noqa: F401, PLC0415  models are loaded only now
        from .ledger import append_only  # noqa: PLC0415  models are loaded only now

        post_migrate.connect(append_only.after_migrate, sender=self)
