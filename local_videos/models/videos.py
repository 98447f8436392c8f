"""The asset and the files made from it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from wagtail.models import CollectionMember
from wagtail.search import index

from local_videos import faults, film_changes, storage

if TYPE_CHECKING:
    from .jobs import TranscodeJob


class LocalVideo(CollectionMember, index.Indexed, models.Model):
    """A film that somebody of the district shot, as uploaded, and its way to being playable.

    `current_job` names the finished attempt whose renditions play; it changes only when a better one is
    whole, so a replacement never interrupts a viewer.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting to be prepared")
        PREPARING = "preparing", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    title = models.CharField(_("title"), max_length=255)
    original = models.FileField(
        _("film"), upload_to=storage.original_name, storage=storage.OriginalsStorage()
    )
    original_name = models.CharField(_("file name"), max_length=255, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    content_hash = models.CharField(
        max_length=64, blank=True, editable=False, db_index=True, help_text="See content_hash.py."
    )
    duration = models.FloatField(_("length in seconds"), default=0, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    has_sound = models.BooleanField(default=True, editable=False)
    changes = models.JSONField(
        default=list,
        db_default=[],
        editable=False,
        help_text="What of the film was changed when it was prepared: see transcoding/changes.py.",
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.UPLOADED, editable=False)
    current_job = models.ForeignKey(
        "local_videos.TranscodeJob", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    playing_hash = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        editable=False,
        help_text="The content_hash of the file that the current job was made from.",
    )
    poster = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("poster"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    poster_is_own = models.BooleanField(
        default=True,
        editable=False,
        help_text="The poster was taken from the film, so a new film brings a new one.",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    search_fields = [
        *CollectionMember.search_fields,
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.FilterField("title"),
        index.FilterField("uploaded_at"),
    ]

    class Meta:
        verbose_name = _("local video")
        verbose_name_plural = _("local videos")
        ordering = ["-uploaded_at"]
        permissions = [("choose_localvideo", "Can choose local video")]

    def __str__(self) -> str:
        return self.title

    @property
    def playable(self) -> bool:
        """Whether there is something to watch. A film whose replacement is being prepared still plays."""
        return self.current_job_id is not None

    @property
    def playing_version(self) -> str:
        """What plays now, in a word that changes with the film and not with its being prepared again."""
        return f"{self.pk}:{self.playing_hash}"

    def newest_job(self) -> "TranscodeJob | None":
        """Return the latest attempt, or None. Uses jobs that were prefetched."""
        return max(self.jobs.all(), key=lambda job: job.pk, default=None)

    @property
    def is_busy(self) -> bool:
        """Whether the film waits to be prepared or is being prepared."""
        return self.state in (self.State.UPLOADED, self.State.PREPARING)

    @property
    def percent(self) -> int:
        """How far the latest attempt is."""
        job = self.newest_job()
        return job.percent if job else 0

    @property
    def seconds_left(self) -> int | None:
        """How long the running attempt will probably take; None if that cannot be said."""
        job = self.newest_job()
        return job.seconds_left if job and self.is_busy else None

    def told_changes(self) -> list[str]:
        """Return a sentence for each thing that was changed when the film was prepared."""
        return film_changes.sentences(self.changes)

    def fault(self) -> str:
        """Return the sentence that says why the latest attempt failed; empty if it did not."""
        job = self.newest_job()
        return faults.sentence(job.reason) if job and self.state == self.State.FAILED else ""

    def transcript(self) -> str:
        """Return all that is said in the film, one line a cue; empty without captions."""
        return "\n".join(
            self.captions.order_by("language", "cues__start")
            .exclude(cues__text=None)
            .values_list("cues__text", flat=True)
        )


def playing_version(path: str = "") -> models.Expression:
    """Return `LocalVideo.playing_version` for the database; `path` leads to the film, as in a filter."""
    return Concat(
        Cast(f"{path}pk", models.CharField(max_length=20)),
        models.Value(":"),
        f"{path}playing_hash",
        output_field=models.CharField(),
    )


class Rendition(models.Model):
    """One quality of a film, made by one job."""

    # A part of its film, not something that uses it.
    wagtail_reference_index_ignore = True

    job = models.ForeignKey("local_videos.TranscodeJob", on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=20)
    height = models.PositiveIntegerField(default=0)
    bandwidth = models.PositiveIntegerField(default=0, help_text="Peak bits per second.")
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-height"]
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="rendition_once_a_job")]

    def __str__(self) -> str:
        return self.name
