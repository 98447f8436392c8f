"""Follows documents and collections, so that the text of handouts is found as far as it may be."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.documents.models import Document
from wagtail.models import CollectionViewRestriction

from .handouts.indexing import is_readable
from .models import HandoutText
from .tasks import read_document


@receiver(post_save, sender=Document)
def document_saved(instance: Document, **kwargs: Any) -> None:
    """Read a document that was saved: its file may be new, or its collection another."""
    if is_readable(instance):
        _enqueue([instance.pk])


@receiver([post_save, post_delete], sender=CollectionViewRestriction)
def restriction_changed(instance: CollectionViewRestriction, **kwargs: Any) -> None:
    """Index anew what a collection holds that was closed or opened: it is hidden or found again."""
    collections = instance.collection.get_descendants(inclusive=True)
    kept = HandoutText.objects.filter(document__collection__in=collections)
    _enqueue(list(kept.values_list("document_id", flat=True)))


def _enqueue(document_ids: list[int]) -> None:
    for key in document_ids:
        transaction.on_commit(partial(read_document.enqueue, key))
