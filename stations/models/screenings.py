"""What a station plans to show and what it showed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lectures.models import Lecture
from meetings.models import Session

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
    """One showing of a lecture in a station (收看记录): a session timed by what the screen reports.

    The session holds title, minutes and beginning, and ends when enough of the film was shown; it outlives
    the station. A power cut leaves the screening open; the next start of the same lecture on the same day
    goes on in the same row.
    """

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="screenings"
    )
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="screening")
    duration = models.FloatField(default=0, help_text="Length of the film in seconds.")
    opened_at = models.DateTimeField(default=timezone.now, help_text="When the player was opened last.")
    version = models.CharField(
        max_length=100, null=True, help_text="Which film plays: LocalVideo.playing_version; empty: unknown."
    )
    heard_at = models.DateTimeField(
        null=True, help_text="Up to here the time has been accrued; empty: since `opened_at`."
    )
    spare = models.FloatField(
        null=True, help_text="Film seconds that the clock permits and nobody reported yet; empty: none."
    )
    granted = models.FloatField(default=0, help_text="Film seconds accepted since `opened_at`.")
    closed_at = models.DateTimeField(
        _("ended at"), null=True, help_text="When the screen went on to something else."
    )
    seen = models.JSONField(default=list, help_text="Distinct intervals of film seconds shown.")
    position = models.FloatField(default=0, help_text="Film second to go on from.")

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-session__starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["station"],
                condition=models.Q(closed_at__isnull=True),
                name="one_screening_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session.title} {self.session.starts_at:%Y-%m-%d}"

    @property
    def is_complete(self) -> bool:
        """Whether enough of the film was shown for its hours."""
        return self.session.closed_at is not None
