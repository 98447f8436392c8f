"""Django's entry to this room."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of the index, and listen for pages and words that change."""
        from search.editors.rebuild import words_changed, write_down  # noqa: PLC0415  as above
        from search.page.facet_fields import kept  # noqa: PLC0415  as above
        from search.page.name_spellings import page_saved  # noqa: PLC0415  as above
        from search.page.page_types import kinds  # noqa: PLC0415  as above
        from search.page.synonyms import synonyms_changed  # noqa: PLC0415  as above

        from . import checks  # noqa: F401, PLC0415  registers itself; models are ready only now
        from .models import DictionaryWord, Synonyms  # noqa: PLC0415  as above

        post_migrate.connect(write_down, sender=self, dispatch_uid="search.words")
        for signal in (post_save, post_delete):
            signal.connect(words_changed, sender=DictionaryWord, dispatch_uid="search.words")
            signal.connect(synonyms_changed, sender=Synonyms, dispatch_uid="search.page.synonyms")
        for model in [model for kind in kinds().values() for model in kind.models]:
            name = model._meta.label
            for signal in (post_save, post_delete):
                signal.connect(kept.changed, sender=model, dispatch_uid=f"search.page.facet_fields.{name}")
            post_save.connect(page_saved, sender=model, dispatch_uid=f"search.page.name_spellings.{name}")
