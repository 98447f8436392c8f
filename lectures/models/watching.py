"""Watching a lecture: the watch sessions, and what they add up to."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WatchSession(models.Model):
    """One watch session of a lecture's player, timed by the server's clock.

    A member has at most one open session: opening another closes it, at the moment at which the other begins,
    so that a member's sessions never overlap. `granted` is how many film seconds the session has had
    accepted; it can never exceed the time that accrued while heartbeats came, times the allowed speed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_sessions"
    )
    lecture_key = models.UUIDField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.CharField(
        max_length=100, null=True, help_text="Which film plays: LocalVideo.playing_version; empty: unknown."
    )
    heard_at = models.DateTimeField(
        null=True, help_text="Up to here the time has been accrued; empty: since the session was opened."
    )
    spare = models.FloatField(
        null=True, help_text="Film seconds that the clock permits and nobody reported yet; empty: none."
    )
    granted = models.FloatField(default=0)
    last_heartbeat = models.PositiveIntegerField(
        default=0,
        help_text="Highest number of a heartbeat that came in; older ones do not move the position.",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "closed_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(closed_at__isnull=True), name="one_lesson_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class WatchProgress(models.Model):
    """What a member has seen of a lecture, whatever the device, in seconds of the film `version`.

    What was watched in an earlier year is kept apart, so that a heartbeat that comes late can still complete
    the year in which it was watched.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_progress"
    )
    lecture_key = models.UUIDField()
    seen = models.JSONField(
        default=list,
        help_text="Distinct intervals of seconds: [[from, to], …], in order; watched in one year.",
    )
    watched_at = models.DateTimeField(null=True, help_text="Latest moment at which `seen` was watched.")
    seen_before = models.JSONField(null=True, help_text="As `seen`, of earlier years; empty: nothing.")
    before_at = models.DateTimeField(null=True, help_text="Latest moment at which that was watched.")
    seconds_seen = models.FloatField(default=0)
    position = models.FloatField(_("position"), default=0)
    version = models.CharField(max_length=100, null=True, help_text="As of the watch session.")
    film_since = models.DateTimeField(
        null=True, help_text="When the session opened with which another film was begun."
    )
    done_year = models.PositiveSmallIntegerField(
        null=True,
        help_text="Up to this year it is completed, and what was watched until then adds nothing more.",
    )
    completed_at = models.DateTimeField(_("completed at"), null=True)
    updated_at = models.DateTimeField(_("last watched"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "lecture_key"], name="progress_once_a_lecture")
        ]
        indexes = [models.Index(fields=["member", "-updated_at"])]

    def __str__(self) -> str:
        return f"{self.lecture_key} {self.seconds_seen:.0f} s"

    @property
    def seen_in_all(self) -> list[list[float]]:
        """What counts now: of this year and then of earlier ones, not yet in order."""
        return [*self.seen, *(self.seen_before or [])]
