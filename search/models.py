"""What search keeps in the database beside the index."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_TERM = 30
# Words of one group, and characters of one word.
MOST_SYNONYMS = 8
LONGEST_WORD = 16


class Spelling(models.Model):
    """How a published page's name is typed in pinyin, from one word of it on.

    Kept by `search.page.name_spellings`; everything here can be made again from the pages.
    """

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="spellings")
    text = models.CharField(max_length=255, db_index=True)
    pinyin = models.CharField(max_length=255, db_index=True, help_text="Pinyin of `text` without spaces.")
    initials = models.CharField(max_length=255, db_index=True)
    syllables = models.CharField(max_length=255, help_text="Pinyin of `text`, a space between syllables.")
    word = models.CharField(max_length=64)
    word_pinyin = models.CharField(max_length=255, db_index=True)

    def __str__(self) -> str:
        return f"{self.text} ({self.syllables})"


class MissedQuery(models.Model):
    """A query that found nothing, as its words a day: how often, never by whom."""

    term = models.CharField(_("words"), max_length=LONGEST_TERM)
    day = models.DateField(_("day"))
    times = models.PositiveIntegerField(_("times"), default=0)

    class Meta:
        verbose_name = _("words not found")
        verbose_name_plural = _("words not found")
        constraints = [models.UniqueConstraint(fields=["term", "day"], name="missed_query_once_a_day")]

    def __str__(self) -> str:
        return self.term


class DictionaryWord(models.Model):
    """A word of the district that the general dictionary does not know: a village, a product, a person."""

    word = models.CharField(
        _("word"),
        max_length=LONGEST_WORD,
        unique=True,
        validators=[
            RegexValidator(
                r"^[\u3400-\u4dbf\u4e00-\u9fff]{2,}$",
                _("Please enter Chinese characters only, at least two, without spaces."),
            )
        ],
        help_text=_("For example the name of a village, a product or a person of an exemplar's story."),
    )

    class Meta:
        verbose_name = _("word of the district")
        verbose_name_plural = _("words of the district")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class Synonyms(models.Model):
    """Words for the same thing: whoever looks for one finds the others as well."""

    words = models.TextField(
        _("words"), help_text=_("One word a line, two at least, for example 党员 and 共产党员.")
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return " = ".join(self.listed)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the words tidy."""
        self.words = "\n".join(self.listed)
        super().save(*args, **kwargs)

    @property
    def listed(self) -> list[str]:
        """The words, without empty lines and repetitions."""
        return list(dict.fromkeys(" ".join(word.split()) for word in self.words.splitlines() if word.strip()))

    def clean(self) -> None:
        """Ask for two words to eight, none of them a sentence."""
        super().clean()
        if not 1 < len(self.listed) <= MOST_SYNONYMS:
            raise ValidationError({"words": _("Please enter two to eight different words, one a line.")})
        long = [word for word in self.listed if len(word) > LONGEST_WORD]
        if long:
            sentence = _("“%(word)s” is too long for a word; sixteen characters are the most.")
            raise ValidationError({"words": sentence % {"word": long[0]}})


class IndexRebuild(models.Model):
    """One building of the index with new words, and how far it has come.

    `attempt`: how often it was begun. `due_at`: when to enqueue it again unless it has come further by then;
    None when it is finished or given up.
    """

    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    fault = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> int:
        """How much is done."""
        return min(100, self.done * 100 // self.total) if self.total else 0
