"""What a station plans to show, what it showed, and who was in the room."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lectures.models import Lecture

from .stations import Station


class ScreeningPlan(models.Model):
    """A lecture on a station's programme for a day (播放计划)."""

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="plans"
    )
    day = models.DateField(_("day"))
    starts_at = models.TimeField(_("starts at"))
    lecture = models.ForeignKey(
        Lecture, verbose_name=_("lecture"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("screening plan")
        verbose_name_plural = _("screening plans")
        ordering = ["day", "starts_at"]

    def __str__(self) -> str:
        return f"{self.day} {self.lecture}"


class Screening(models.Model):
    """One showing of a lecture in a station (收看记录), timed by the server's clock."""

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="screenings"
    )
    lecture_key = models.UUIDField()
    title = models.CharField(_("title"), max_length=255)
    started_at = models.DateTimeField(_("started at"))
    closed_at = models.DateTimeField(_("ended at"), null=True)
    seen = models.JSONField(default=list, help_text="Distinct stretches of film seconds shown.")
    granted = models.FloatField(default=0)
    completed_at = models.DateTimeField(_("shown to the end at"), null=True)

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.title} {self.started_at:%Y-%m-%d}"


class RollEntry(models.Model):
    """That a member was in the room, as the operator ticked."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="roll")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["screening", "member"], name="roll_once_a_screening")]

    def __str__(self) -> str:
        return f"{self.screening_id}"
