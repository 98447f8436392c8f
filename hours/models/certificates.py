"""Certificates that a member can show to somebody, and that anybody can check."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Certificate(models.Model):
    """A learning record (学习档案) or a certificate (学时证明) as it was issued on a day.

    All that is printed on it is fixed in `facts` when it is issued, and drawn from them alone. It names the
    entries that it rests on; when one of them is taken back the certificate is no longer valid, nor when a
    newer one has been issued or it was revoked.
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
    facts = models.JSONField(
        null=True,
        help_text="What is printed, as codes and words of then (`hours.certificates.facts`). Empty once the "
        "member has left; null where it was issued before facts were kept and no PDF was made since.",
    )
    digest = models.CharField(max_length=64, blank=True, db_default="", help_text="SHA-256 of the facts.")
    replaced_at = models.DateTimeField(_("replaced at"), null=True)
    replaced_by = models.ForeignKey(
        "self", verbose_name=_("replaced by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    revocation_reason = models.CharField(
        _("reason for the revocation"), max_length=255, blank=True, db_default=""
    )

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True, replaced_by__isnull=True)
                | Q(replaced_at__isnull=False, replaced_by__isnull=False),
                name="certificate_replaced_by_one",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revocation_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revocation_reason=""),
                name="certificate_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"

    @property
    def is_forgotten(self) -> bool:
        """Whether who it was about has left, so that nothing of them is kept."""
        return self.facts == {}

    @property
    def code_in_groups(self) -> str:
        """The code as it is printed and read aloud: four letters at a time."""
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))
