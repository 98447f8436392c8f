"""Certificates that a member can show to somebody, and that anybody can check."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Certificate(models.Model):
    """A learning record (学习档案) or a certificate (学时证明) as it was issued on a day.

    It names the entries that it rests on; when one of them is taken back the certificate is no longer valid.
    The name on it is not kept here a second time.
    """

    class Kind(models.TextChoices):
        RECORD = "record", _("learning record")
        CERTIFICATE = "certificate", _("certificate of hours")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        related_name="certificates",
        on_delete=models.PROTECT,
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"))
    hours = models.DecimalField(_("credit hours"), max_digits=7, decimal_places=2)
    entries = models.JSONField(help_text="Primary keys of the ledger entries that were in force.")
    issued_at = models.DateTimeField(_("issued at"), auto_now_add=True)
    stored_as = models.CharField(max_length=120, blank=True, help_text="Empty while the PDF is being made.")
    failed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"

    @property
    def code_in_groups(self) -> str:
        """The code as it is printed and read aloud: four letters at a time."""
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))
