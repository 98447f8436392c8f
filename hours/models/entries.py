"""The rows of the ledger. They are inserted, never changed; undoing is a new opposite row."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Member

from .delivery_kinds import DeliveryKind
from .subjects import Subject


class AppendOnlyError(Exception):
    """Somebody tried to change or delete a ledger row."""


class CreditEntryQuerySet(models.QuerySet["CreditEntry"]):
    """Ledger rows, as far as the asker may see them; bulk changes are refused."""

    def visible_to(self, viewer: Member | AnonymousUser) -> "CreditEntryQuerySet":
        """Entries of `viewer` and of the members whose unit they answer for."""
        return self.filter(member__in=Member.objects.records_visible_to(viewer))

    def update(self, **kwargs: Any) -> int:
        """Refuse: the ledger is append-only."""
        raise AppendOnlyError

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: the ledger is append-only."""
        raise AppendOnlyError

    def in_force(self) -> "CreditEntryQuerySet":
        """Credits that have not been taken back; no reversals."""
        return self.filter(reverses__isnull=True, reversal__isnull=True)


class CreditEntry(models.Model):
    """Hours that a member earned by one lesson, or the reversal of such a row.

    Written by `hours.ledger` alone. `key` makes paying twice impossible: it names member, lecture and year.
    """

    key = models.CharField(max_length=120, unique=True, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        related_name="credit_entries",
        on_delete=models.PROTECT,
    )
    year = models.PositiveSmallIntegerField(
        _("year"), help_text=_("Calendar year in the district's time zone.")
    )
    lecture_key = models.UUIDField(
        help_text="The lesson, which counts once a year: a lecture of ours, or made of what was typed."
    )
    title = models.CharField(_("title"), max_length=255)
    subject = models.ForeignKey(
        Subject, verbose_name=_("subject"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    delivery_kind = models.CharField(_("delivery kind"), max_length=16, choices=DeliveryKind)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    hours = models.DecimalField(_("credit hours"), max_digits=6, decimal_places=2)
    earned_on = models.DateField(_("earned on"))
    basis = models.JSONField(_("basis"), default=dict, help_text="What the hours rest on, as facts.")
    place = models.CharField(_("place"), max_length=120, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reverses = models.OneToOneField(
        "self",
        verbose_name=_("reverses"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversal",
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    began_at = models.DateTimeField(
        _("began at"),
        null=True,
        blank=True,
        help_text="When the member was taught in one place; empty for study alone and for whole days.",
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    late_reason = models.CharField(
        _("reason for the late entry"),
        max_length=255,
        blank=True,
        help_text="Filled in exactly when the row was entered after its year had been closed.",
    )

    objects = CreditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-earned_on", "-pk"]
        indexes = [models.Index(fields=["member", "year"]), models.Index(fields=["year", "lecture_key"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, hours__gt=0) | Q(reverses__isnull=False, hours__lt=0),
                name="credit_positive_reversal_negative",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reason=""), name="reversal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(began_at__isnull=True, ended_at__isnull=True)
                | Q(began_at__isnull=False, ended_at__gt=models.F("began_at")),
                name="credit_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.hours}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; refuse to change one that is stored."""
        if not self._state.adding:
            raise AppendOnlyError
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: the ledger is append-only."""
        raise AppendOnlyError
