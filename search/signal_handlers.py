"""Receives that pages and words change: the index, the spellings and the facet fields follow them."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page

from .editors.rebuild import write_district_words
from .editors.tasks import request_rebuild
from .models import DictionaryWord, Synonyms
from .page import facet_fields, synonyms
from .page.name_spellings import respell
from .page.page_types import searchable_types


@receiver([post_save, post_delete], sender=DictionaryWord)
def _word_changed(**kwargs: Any) -> None:
    transaction.on_commit(_take_over_words)


def _take_over_words() -> None:
    """Let every process segment with the words, and the index hold them."""
    write_district_words()
    request_rebuild()


@receiver([post_save, post_delete], sender=Synonyms)
def _synonyms_changed(**kwargs: Any) -> None:
    synonyms.forget()


def write_words_after_migrate(**kwargs: Any) -> None:
    """Write the words' file, for a site whose database came from a backup."""
    write_district_words()


def _page_changed(**kwargs: Any) -> None:
    facet_fields.cache.invalidate()


def _page_saved(instance: Page, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        respell([instance])


def connect_page_types() -> None:
    """Connect the receivers of all searchable page types; the types are known when all apps are loaded."""
    for model in searchable_types():
        for signal in (post_save, post_delete):
            signal.connect(
                _page_changed, sender=model, dispatch_uid=f"search.page_changed.{model._meta.label}"
            )
        post_save.connect(_page_saved, sender=model, dispatch_uid=f"search.page_saved.{model._meta.label}")
