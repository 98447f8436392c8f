"""What search keeps in the database beside the index."""

from django.db import models


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
