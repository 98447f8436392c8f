"""Rules and yearly requirements: data with a validity, never constants."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CreditRule(models.Model):
    """How minutes become hours, from a date on. Regions differ: 45, 50 or 60 minutes."""

    valid_from = models.DateField(_("valid from"), unique=True)
    minutes_per_hour = models.PositiveSmallIntegerField(
        _("minutes per credit hour"), default=45, validators=[MinValueValidator(1)]
    )
    step = models.DecimalField(
        _("step"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("0.25"),
        help_text=_("Hours are credited in multiples of this, rounded down."),
        validators=[MinValueValidator(Decimal("0.01"))],
    )

    class Meta:
        verbose_name = _("credit rule")
        verbose_name_plural = _("credit rules")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes_per_hour__gt=0, step__gt=0), name="credit_rule_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.minutes_per_hour} min, {self.step}"


class HourRequirement(models.Model):
    """The hours that one calendar year asks of a group of members."""

    class AppliesTo(models.TextChoices):
        EVERYBODY = "everybody", _("every member")
        POSTS = "posts", _("secretaries and committee members")

    year_from = models.PositiveSmallIntegerField(_("from year"))
    year_until = models.PositiveSmallIntegerField(_("until year"), null=True, blank=True)
    applies_to = models.CharField(
        _("applies to"), max_length=12, choices=AppliesTo, default=AppliesTo.EVERYBODY
    )
    hours = models.DecimalField(_("credit hours"), max_digits=6, decimal_places=2)
    centralized_sessions = models.PositiveSmallIntegerField(_("centralized trainings at least"), default=0)

    class Meta:
        verbose_name = _("hour requirement")
        verbose_name_plural = _("hour requirements")
        ordering = ["-year_from", "applies_to"]
        constraints = [
            models.UniqueConstraint(fields=["year_from", "applies_to"], name="requirement_once_a_year"),
            models.CheckConstraint(
                condition=Q(year_until__isnull=True) | Q(year_until__gte=models.F("year_from")),
                name="requirement_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year_from} {self.get_applies_to_display()}: {self.hours}"


class Exemption(models.Model):
    """That a member has no hard requirement, and until when. Never why (privacy)."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        related_name="exemptions",
        on_delete=models.CASCADE,
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")

    def __str__(self) -> str:
        return f"{self.valid_from} – {self.valid_until or '…'}"
