"""The choice (报名、选课) of a member from a menu."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Enrolment(models.Model):
    """That a member chose an offer of a year's menu. Keyed by stable content ids, so that an editor's
    delete-and-add loses nobody's choice."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    menu_key = models.UUIDField()
    offer_key = models.UUIDField(help_text="translation_key of the course, lecture or exemplar.")
    chosen_at = models.DateTimeField(_("chosen at"), auto_now_add=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["member", "menu_key", "offer_key"], name="enrolment_once")
        ]
        indexes = [models.Index(fields=["menu_key", "offer_key"])]

    def __str__(self) -> str:
        return f"{self.offer_key}"
