"""The subjects of study (内容类别), kept as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.Model):
    """What a lecture is about; requirements may ask hours in one subject."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["sort_order", "name"]

    def __str__(self) -> str:
        return self.name
