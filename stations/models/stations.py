"""A station and the screens that are signed in for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Organization


class Station(models.Model):
    """A room with a screen in a village or community (远程教育站点)."""

    name = models.CharField(_("name"), max_length=120)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), related_name="stations", on_delete=models.PROTECT
    )

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StationDevice(models.Model):
    """A TV. It shows a pairing code, which an operator confirms on a phone; then it is the station's.

    Only a hash of its token is stored: reading the database signs nobody in.
    """

    pairing_code = models.CharField(max_length=8, unique=True, null=True)
    code_expires_at = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    station = models.ForeignKey(
        Station, verbose_name=_("station"), null=True, on_delete=models.CASCADE, related_name="devices"
    )
    paired_at = models.DateTimeField(_("paired at"), null=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True)

    class Meta:
        verbose_name = _("station screen")
        verbose_name_plural = _("station screens")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(station__isnull=True) | models.Q(pairing_code__isnull=True),
                name="paired_screen_has_no_code",
            )
        ]

    def __str__(self) -> str:
        return f"{self.station or self.pairing_code}"
