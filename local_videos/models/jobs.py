"""The attempts at making a film playable."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .videos import LocalVideo

# Before this share is done, the time left would jump about.
_TELLING_PERCENT = 3


class TranscodeJob(models.Model):
    """One attempt. Claimed by a conditional UPDATE and held by a lease that the worker renews."""

    # A part of its film, not something that uses it.
    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    video = models.ForeignKey(LocalVideo, on_delete=models.CASCADE, related_name="jobs")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    reason = models.CharField(
        _("reason"), max_length=40, blank=True, help_text="Code of a sentence in faults.py."
    )
    log = models.TextField(blank=True, help_text="ffmpeg's own words.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("transcode job")
        verbose_name_plural = _("transcode jobs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.video} #{self.pk}"

    @property
    def seconds_left(self) -> int | None:
        """What the rest takes if it goes on as it went so far; None before that can be told."""
        if self.state != self.State.RUNNING or self.started_at is None or self.percent < _TELLING_PERCENT:
            return None
        gone = (timezone.now() - self.started_at).total_seconds()
        return round(gone * (100 - self.percent) / self.percent)
