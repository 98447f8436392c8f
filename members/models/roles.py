"""What a person may do, and for which part of the tree."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .organizations import Organization


class Role(models.Model):
    """A post or task held for an organization and everything below it."""

    class Kind(models.TextChoices):
        SECRETARY = "secretary", _("branch secretary")
        OFFICER = "officer", _("committee officer")
        EDITOR = "editor", _("district editor")
        ADMINISTRATOR = "administrator", _("administrator")
        OPERATOR = "operator", _("station operator")

    # Those who answer for a unit: they help its members to their hours and may see their records.
    RESPONSIBLE = (Kind.SECRETARY, Kind.OFFICER, Kind.ADMINISTRATOR)

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("member"), related_name="roles", on_delete=models.CASCADE
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), related_name="roles", on_delete=models.CASCADE
    )
    kind = models.CharField(_("role"), max_length=16, choices=Kind)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["member", "organization", "kind"], name="role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.organization}"
