"""Who may do what with films: by collection, as with images and documents."""

from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from .models import LocalVideo

policy = CollectionOwnershipPermissionPolicy(LocalVideo, owner_field_name="uploaded_by")


def films_of(user: Any, action: str) -> QuerySet[LocalVideo]:
    """Return the films that `user` may `action`; the others do not exist for them."""
    films: QuerySet[LocalVideo] = policy.instances_user_has_any_permission_for(user, [action])
    return films
