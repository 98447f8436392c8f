"""Keeps what is said in films findable: the index entry of a page holds the words of its film.

Page types are not known by name. A page shows a film when its model has a foreign key to it.
"""

from typing import Any

from wagtail.models import Page
from wagtail.search import index

from .models import LocalVideo


def index_pages_with(video_id: int) -> int:
    """Index the published pages that show the film anew; return how many there are."""
    count = 0
    for relation in LocalVideo._meta.related_objects:
        model: Any = relation.related_model
        if not issubclass(model, Page):
            continue
        for page in model.objects.live().filter(**{relation.field.name: video_id}):
            index.insert_or_update_object(page)
            count += 1
    return count
