"""The managed vocabulary of member categories (党员类型). Editors extend it; code never lists it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase


class MemberCategory(TagBase):
    """A kind of member that content can be meant for. `slug` is the stable code, such as `rural`."""

    free_tagging = False

    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)
    icon = models.SlugField(
        _("icon"), max_length=40, blank=True, help_text=_("Name of the shape used in marks.")
    )

    class Meta:
        verbose_name = _("member category")
        verbose_name_plural = _("member categories")
        ordering = ["sort_order", "name"]


class MemberCategoryTag(ItemBase):
    """That a member is of a category; one person may be of several."""

    tag = models.ForeignKey(MemberCategory, related_name="member_tags", on_delete=models.PROTECT)
    content_object = models.ForeignKey(
        "members.Member", related_name="category_tags", on_delete=models.CASCADE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="member_category_once"),
        ]
