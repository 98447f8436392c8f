"""What search keeps in the database beside the index."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_TERM = 30


class Spelling(models.Model):
    """How a published page's name is typed by its sound, from one word of it on.

    Kept by `search.names`; everything here can be made again from the pages.
    """

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="spellings")
    text = models.CharField(max_length=255, db_index=True)
    sounds = models.CharField(max_length=255, db_index=True, help_text="Pinyin of `text` without spaces.")
    initials = models.CharField(max_length=255, db_index=True)
    syllables = models.CharField(max_length=255, help_text="Pinyin of `text`, a space between syllables.")
    word = models.CharField(max_length=64)
    word_sounds = models.CharField(max_length=255, db_index=True)

    def __str__(self) -> str:
        return f"{self.text} ({self.syllables})"


class MissedTerm(models.Model):
    """Words that were looked for on a day and not found: how often, never by whom."""

    term = models.CharField(_("words"), max_length=LONGEST_TERM)
    day = models.DateField(_("day"))
    times = models.PositiveIntegerField(_("times"), default=0)

    class Meta:
        verbose_name = _("words not found")
        verbose_name_plural = _("words not found")
        constraints = [models.UniqueConstraint(fields=["term", "day"], name="missed_term_once_a_day")]

    def __str__(self) -> str:
        return self.term
