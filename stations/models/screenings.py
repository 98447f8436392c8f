"""What a station plans to show and what it showed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hours.models import Subject
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
    """One showing of a lecture in a station (收看记录), timed by the server's clock.

    Title, length and minutes are copied when it starts: the hours of the room outlive the page. A power cut
    leaves it open; the next start of the same lecture on the same day goes on in the same row.
    """

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="screenings"
    )
    lecture_key = models.UUIDField()
    title = models.CharField(_("title"), max_length=255)
    subject = models.ForeignKey(Subject, null=True, on_delete=models.SET_NULL, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=0, help_text="Minutes that count.")
    duration = models.FloatField(default=0, help_text="Length of the film in seconds.")
    started_at = models.DateTimeField(_("started at"))
    opened_at = models.DateTimeField(default=timezone.now, help_text="When the player was opened last.")
    granted = models.FloatField(default=0, help_text="Film seconds accepted since `opened_at`.")
    last_beat_at = models.DateTimeField(_("last shown at"), default=timezone.now)
    closed_at = models.DateTimeField(_("ended at"), null=True)
    seen = models.JSONField(default=list, help_text="Distinct stretches of film seconds shown.")
    position = models.FloatField(default=0, help_text="Film second to go on from.")
    completed_at = models.DateTimeField(_("shown to the end at"), null=True)

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["station", "-started_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["station"],
                condition=models.Q(closed_at__isnull=True),
                name="one_screening_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.started_at:%Y-%m-%d}"
