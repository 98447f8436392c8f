"""The parts of a film that a viewer can go to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .videos import LocalVideo


class Chapter(models.Model):
    """A part of a film begins here; it ends where the next one begins."""

    # A part of its film, not something that uses it.
    wagtail_reference_index_ignore = True

    video = models.ForeignKey(LocalVideo, on_delete=models.CASCADE, related_name="chapters")
    start = models.FloatField(_("begins at second"))
    title = models.CharField(_("title"), max_length=200)
    from_file = models.BooleanField(
        default=False,
        editable=False,
        help_text="The film's file named the chapter, so a new file brings new ones.",
    )

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["video", "start"], name="one_chapter_begins_at_a_time"),
            models.CheckConstraint(condition=models.Q(start__gte=0), name="chapter_begins_in_the_film"),
        ]

    def __str__(self) -> str:
        return self.title
