"""What is said in a film, line by line."""

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from .videos import LocalVideo


class Caption(models.Model):
    """A caption track of a film in one language."""

    # A part of its film, not something that uses it.
    wagtail_reference_index_ignore = True

    video = models.ForeignKey(LocalVideo, on_delete=models.CASCADE, related_name="captions")
    language = models.CharField(_("language"), max_length=12, default="zh-Hans")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        constraints = [models.UniqueConstraint(fields=["video", "language"], name="caption_once_a_language")]

    def __str__(self) -> str:
        return f"{self.video} ({self.language})"

    @property
    def label(self) -> str:
        """The language's own name, as a viewer reads it in the player."""
        try:
            return str(get_language_info(self.language.lower())["name_local"])
        except KeyError:
            return self.language


class CaptionCue(models.Model):
    """One line, from second to second of the film."""

    # A part of its film, not something that uses it.
    wagtail_reference_index_ignore = True

    caption = models.ForeignKey(Caption, on_delete=models.CASCADE, related_name="cues")
    start = models.FloatField()
    end = models.FloatField()
    text = models.TextField()

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start__gte=0, end__gt=models.F("start")), name="cue_runs_forward"
            )
        ]

    def __str__(self) -> str:
        return self.text
