"""The text of documents, so that it can be searched."""

from django.db import models


class HandoutText(models.Model):
    """What stands in a PDF or Word file; empty where it could not be read."""

    document = models.OneToOneField(
        "wagtaildocs.Document", on_delete=models.CASCADE, related_name="handout_text"
    )
    file_name = models.CharField(max_length=255, help_text="Of the file that was read.")
    text = models.TextField()
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file_name
