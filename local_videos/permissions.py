"""Who may do what with films: by collection, as with images and documents."""

from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from .models import LocalVideo

policy = CollectionOwnershipPermissionPolicy(LocalVideo, owner_field_name="uploaded_by")
