"""Uploaded lists of members or organizations: the file, its rows, and what becomes of each."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ListImport(models.Model):
    """One uploaded list. Read by a task, looked at by a person, then applied by a task in batches."""

    class Kind(models.TextChoices):
        MEMBERS = "members", _("members")
        ORGANIZATIONS = "organizations", _("organizations")

    class State(models.TextChoices):
        READING = "reading", _("being read")
        READY = "ready", _("waits for confirmation")
        APPLYING = "applying", _("being entered")
        DONE = "done", _("entered")
        FAILED = "failed", _("could not be read")

    RUNNING = (State.READING, State.APPLYING)

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.READING)
    file_name = models.CharField(_("file"), max_length=255)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.CASCADE,
        related_name="list_imports",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=12, help_text="Of the reasons that stand in the rows.")
    header = models.JSONField(default=list, help_text="The column headings as the file has them.")
    columns = models.JSONField(default=dict, help_text="What we read, by name, and its place in the row.")
    rows_total = models.PositiveIntegerField(default=0, help_text="Rows; 0 while nobody knows.")
    rows_done = models.PositiveIntegerField(default=0, help_text="Rows of the running step.")
    fault = models.TextField(blank=True)

    class Meta:
        verbose_name = _("list import")
        verbose_name_plural = _("list imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        """How much of the running step is done, in per cent."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0

    @property
    def running(self) -> bool:
        """Whether a task is at work on it."""
        return self.state in self.RUNNING


class ImportFile(models.Model):
    """The uploaded bytes, kept until they have been read. In the database: every worker can reach them."""

    list_import = models.OneToOneField(ListImport, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.list_import_id)


class ImportRow(models.Model):
    """One row of the list: its cells, and what entering it would do or has done."""

    class Outcome(models.TextChoices):
        CREATE = "create", _("will be new")
        CHANGE = "change", _("will be changed")
        SAME = "same", _("is known already")
        REFUSED = "refused", _("is refused")

    list_import = models.ForeignKey(ListImport, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField(_("row"), help_text="As the file counts them, from 1.")
    cells = models.JSONField(default=list)
    # What may stand once in a list.
    key = models.CharField(max_length=200, blank=True, help_text="Names what the row is about.")
    phone = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    changes = models.JSONField(
        default=list, help_text="[heading, before, after] for each thing that changes."
    )
    reasons = models.JSONField(default=list, help_text="Why it is refused, in the reader's language.")
    rank = models.PositiveSmallIntegerField(default=0, help_text="Lower ranks are entered first.")
    applied = models.BooleanField(default=False)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["list_import", "place"], name="import_row_once"),
        ]
        indexes = [
            models.Index(fields=["list_import", "outcome", "place"]),
            models.Index(fields=["list_import", "applied", "rank", "place"]),
            models.Index(fields=["list_import", "key"]),
            models.Index(fields=["list_import", "phone"]),
        ]

    def __str__(self) -> str:
        return f"{self.list_import_id}:{self.place}"
