"""The app's configuration for Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of the index, and connect the receivers of pages and words that change."""
        from . import checks, signal_handlers  # noqa: F401, PLC0415  models are loaded only now

        post_migrate.connect(
            signal_handlers.write_words_after_migrate, sender=self, dispatch_uid="search.words"
        )
        signal_handlers.connect_page_types()
