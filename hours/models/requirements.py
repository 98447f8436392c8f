"""Rules and yearly requirements: data with a validity, never constants."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from members.models import MemberCategory

from .delivery_kinds import DeliveryKind
from .subjects import Subject


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
    """Hours that are asked of a group of members: in all, or a part of them in one subject or kind.

    Which of several is asked of whom: `hours.requirements.applicable`.
    """

    class AppliesTo(models.TextChoices):
        EVERYBODY = "everybody", _("every member")
        POSTS = "posts", _("secretaries and committee members")

    class Measure(models.TextChoices):
        TOTAL = "total", _("hours of the year in all")
        PART = "part", _("a part of them, in a subject or a delivery kind")

    measure = models.CharField(_("what is asked"), max_length=6, choices=Measure, default=Measure.TOTAL)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("What is valid on 31 December is asked of that whole year."),
    )
    applies_to = models.CharField(
        _("applies to"), max_length=12, choices=AppliesTo, default=AppliesTo.EVERYBODY
    )
    category = models.ForeignKey(
        MemberCategory,
        verbose_name=_("member category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: members of every category."),
    )
    age_from = models.PositiveSmallIntegerField(
        _("from age"), null=True, blank=True, help_text=_("Completed years at the end of the year.")
    )
    age_until = models.PositiveSmallIntegerField(_("until age"), null=True, blank=True)
    hours = models.DecimalField(_("credit hours"), max_digits=6, decimal_places=2)
    subject = models.ForeignKey(
        Subject,
        verbose_name=_("subject"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Only for a part: hours in this subject."),
    )
    delivery_kinds = models.JSONField(
        _("delivery kinds that count"),
        default=list,
        blank=True,
        help_text=_("None ticked: every kind counts."),
    )
    centralized_sessions = models.PositiveSmallIntegerField(_("centralized trainings at least"), default=0)

    class Meta:
        verbose_name = _("hour requirement")
        verbose_name_plural = _("hour requirements")
        ordering = ["-valid_from", "measure", "applies_to", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="requirement_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(measure="part") | Q(subject__isnull=True),
                name="requirement_total_of_all_subjects",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.get_applies_to_display()}: {self.hours}"

    @property
    def what(self) -> str:
        """What counts, in words: subject and kinds; empty where everything does."""
        subject = [str(self.subject)] if self.subject else []
        return pgettext("between names", ", ").join([*subject, *DeliveryKind.names_of(self.delivery_kinds)])


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
