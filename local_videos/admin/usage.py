"""Where a film is used. A film in use is not deleted."""

from django.db import models
from wagtail.models import ReferenceIndex

from local_videos.models import LocalVideo


def uses_of(video: LocalVideo) -> list[models.Model]:
    """Return what refers to `video`: by a protected key (known at once) or a text (from the index)."""
    found: dict[tuple[type, object], models.Model] = {}
    for relation in LocalVideo._meta.related_objects:
        if relation.on_delete is models.PROTECT:
            for user in relation.related_model._default_manager.filter(**{relation.field.name: video}):
                found[type(user), user.pk] = user
    for user, _references in ReferenceIndex.get_grouped_references_to(video):
        found.setdefault((type(user), user.pk), user)
    return list(found.values())
