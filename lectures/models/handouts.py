"""The text of documents, so that it can be searched, and of it what everybody may have."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models.functions import Substr
from wagtail.models import CollectionViewRestriction

# Of a text so many characters are looked at for a snippet.
_SHOWN = 60_000


@dataclass(frozen=True)
class Handout:
    """A document whose text may be shown to everybody."""

    title: str
    address: str
    text: str


class HandoutTextQuerySet(models.QuerySet["HandoutText"]):
    """Texts of documents, as far as everybody may have them."""

    def public(self) -> "HandoutTextQuerySet":
        """Leave out the documents of collections that are not open to everybody."""
        closed = [
            key
            for restriction in CollectionViewRestriction.objects.select_related("collection")
            for key in restriction.collection.get_descendants(inclusive=True).values_list("pk", flat=True)
        ]
        return self.exclude(document__collection__in=closed).order_by("pk")


class HandoutText(models.Model):
    """What stands in a PDF or Word file; empty where it could not be read."""

    document = models.OneToOneField(
        "wagtaildocs.Document", on_delete=models.CASCADE, related_name="handout_text"
    )
    file_name = models.CharField(max_length=255, help_text="Of the file that was read.")
    text = models.TextField()
    read_at = models.DateTimeField()

    objects = HandoutTextQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name


def text_of(document_ids: Collection[int]) -> str:
    """Return the texts of those of the documents that everybody may have, for the index."""
    texts = HandoutText.objects.public().filter(document__in=document_ids)
    return "\n".join(texts.values_list("text", flat=True))


def handouts_of(documents_of: Mapping[int, Collection[int]]) -> dict[int, list[Handout]]:
    """Return the open handouts by key, from the ids of documents by key.

    The same queries for one key and for many.
    """
    if not any(documents_of.values()):
        return {}
    ids = [one for found in documents_of.values() for one in found]
    rows = HandoutText.objects.public().filter(document__in=ids)
    shown = rows.annotate(beginning=Substr("text", 1, _SHOWN)).defer("text").select_related("document")
    by_id = {row.document_id: row for row in shown}
    found: defaultdict[int, list[Handout]] = defaultdict(list)
    for key, documents in documents_of.items():
        for row in [by_id[one] for one in documents if one in by_id]:
            found[key].append(Handout(row.document.title, row.document.url, row.beginning))
    return found
