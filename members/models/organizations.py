"""The tree of organizations: district, committees, branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node


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
