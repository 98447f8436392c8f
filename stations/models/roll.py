"""Who was in the room."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hours.models import CreditEntry

from .screenings import Screening


class RollEntry(models.Model):
    """That a member was in the room, as the operator ticked, and what came of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waits for the end of the film")
        CREDITED = "credited", _("hours credited")
        ALREADY = "already", _("had this lesson this year")
        TOO_SHORT = "too_short", _("too short for hours")
        ELSEWHERE = "elsewhere", _("was somewhere else at the same time")

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="roll")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.WAITING)
    entry = models.OneToOneField(CreditEntry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["screening", "member"], name="roll_once_a_screening"),
            models.CheckConstraint(
                condition=models.Q(outcome="credited", entry__isnull=False)
                | ~models.Q(outcome="credited") & models.Q(entry__isnull=True),
                name="roll_credited_has_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.screening_id}"
