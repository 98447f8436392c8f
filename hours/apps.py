"""Django's entry to this room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HoursConfig(AppConfig):
    name = "hours"
    verbose_name = _("Study hours")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database guard the ledger; let the sums follow the people; forget who leaves."""
        from . import leaving, signal_handlers  # noqa: F401, PLC0415  models are loaded only now
        from .ledger import append_only  # noqa: PLC0415  models are loaded only now

        post_migrate.connect(append_only.after_migrate, sender=self)
