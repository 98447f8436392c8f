"""The tree of organizations: district, committees, branches."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from members.signals import members_changing, organization_moved


class Organization(MP_Node):
    """A node of the tree. Create with `add_root` and `add_child`, never with `objects.create`."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("district")
        COMMITTEE = "committee", _("committee")
        BRANCH = "branch", _("branch")

    name = models.CharField(_("name"), max_length=120)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    level = models.CharField(_("level"), max_length=12, choices=Level)

    node_order_by = ["code"]

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self) -> str:
        return self.name

    def contains(self, other: "Organization") -> bool:
        """Return whether `other` is this node or lies below it."""
        return other.path.startswith(self.path)

    def move(self, target: "Organization | None", pos: str | None = None) -> None:
        """Move this node and all below it (see treebeard) and tell the apps above."""
        with transaction.atomic():
            members_changing.send(Organization)
            before = _above(self)
            super().move(target, pos)
            moved = Organization.objects.get(pk=self.pk)
            after = _above(moved)
            if before != after:
                organization_moved.send(Organization, organization=moved, before=before, after=after)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete this node and all below it, once those who count have been told."""
        with transaction.atomic():
            members_changing.send(Organization)
            return super().delete(*args, **kwargs)


def _above(node: Organization) -> list[Any]:
    return list(node.get_ancestors().values_list("pk", flat=True))
