"""Films on their way from an editor's computer."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from local_videos import storage

from .videos import LocalVideo


class Upload(models.Model):
    """One file that arrives piece by piece. How much has arrived is the size of the file at `part`."""

    # An upload does not use a film in the sense of "where is it used".
    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        ARRIVING = "arriving", _("arriving")
        KNOWN = "known", _("known already")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255, help_text="What its owner calls the file; only ever shown.")
    size = models.PositiveBigIntegerField(help_text="Bytes of the whole file, as announced.")
    fingerprint = models.CharField(
        max_length=200, blank=True, help_text="By which the browser knows the file again."
    )
    title = models.CharField(max_length=255, blank=True)
    collection = models.ForeignKey(
        "wagtailcore.Collection", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaces = models.ForeignKey(
        LocalVideo,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The film that gets this file; empty for a new film.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVING)
    film = models.ForeignKey(
        LocalVideo,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What the upload became, or the film that holds the same.",
    )
    reason = models.CharField(max_length=40, blank=True, help_text="Code of a sentence in faults.py.")
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="upload_has_a_size")]

    def __str__(self) -> str:
        return self.name

    @property
    def part(self) -> Path:
        """Where the bytes lie that have arrived; named by us alone."""
        return storage.uploads_root() / self.id.hex

    @property
    def digests(self) -> Path:
        """Where the digests of its whole blocks lie; see content_hash.py."""
        return storage.uploads_root() / f"{self.id.hex}.digests"

    @property
    def offset(self) -> int:
        """Bytes that have arrived."""
        if self.state in (self.State.DONE, self.State.REFUSED):
            return self.size
        try:
            return self.part.stat().st_size
        except FileNotFoundError:
            return 0

    @property
    def percent(self) -> int:
        """How much has arrived."""
        return 100 * self.offset // self.size

    @property
    def expires_at(self) -> datetime:
        """When it is removed unless it goes on."""
        return self.touched_at + timedelta(days=settings.LOCAL_VIDEOS_UPLOAD_DAYS)
