"""What the statistics are read from: sums kept up to date with every entry of the ledger.

None of this is a source of truth. Everything here can be counted anew from the ledger and the members
(`hours.tallies.rebuild`), and is checked against them every night.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import MemberCategory, Organization


class CountedMember(models.Model):
    """Where, and as what, the tallies count a member at present.

    When the member moves or changes category, this row says what must be taken off before the new is added.
    """

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="+")
    categories = models.JSONField(default=list)
    is_secretary = models.BooleanField(default=False)
    has_left = models.BooleanField(default=False)

    class Meta:
        verbose_name = "counted member"

    def __str__(self) -> str:
        return f"{self.member_id} @ {self.organization_id}"


class LateMember(models.Model):
    """Where the late entries of a member count who had no standing when the year was closed.

    Fixed with the member's first late entry, as a `YearStanding` is at the closing: later moves of the member
    or of a unit change nothing of a closed year.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    units = models.JSONField(help_text="Primary keys of the member's organization and those above it.")
    categories = models.JSONField()

    class Meta:
        verbose_name = "member with late entries"
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="late_member_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.year}"


class Tally(models.Model):
    """One sum of an organization and all below it: of a year, of some people (`who`), in one `line`.

    `who` and `line` are written and explained by `hours.tallies.lines`. `entries` are person-times, `people`
    heads; `hundredths` are hours times 100, so that sums are exact on every database. Rows of the year 0
    count the people themselves.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=24)
    line = models.CharField(max_length=24)
    entries = models.BigIntegerField(default=0)
    people = models.BigIntegerField(default=0)
    hundredths = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "tally"
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "who", "line"], name="tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.year} {self.who} {self.line}: {self.entries}"


class TallyCheck(models.Model):
    """One run over all tallies that compares them with the ledger, and replaces what differs in a rebuild."""

    class Purpose(models.TextChoices):
        CHECK = "check", _("check")
        REBUILD = "rebuild", _("count anew")

    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    done = models.PositiveIntegerField(default=0, help_text="Members and organizations gone through.")
    total = models.PositiveIntegerField(default=0)
    corrected_members = models.PositiveIntegerField(
        default=0, help_text="Members whose move or category had not been noticed; corrected at once."
    )
    differing_organizations = models.PositiveIntegerField(
        _("organizations whose sums differed"), default=0, help_text="Organizations."
    )

    class Meta:
        verbose_name = _("check of the statistics")
        verbose_name_plural = _("checks of the statistics")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> int:
        """How far the run is, 0 to 100."""
        return 100 * self.done // self.total if self.total else 0


class Briefing(models.Model):
    """A one-page briefing of a unit's year that somebody asked for, as PDF once it is written."""

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    category = models.ForeignKey(MemberCategory, null=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    requested_at = models.DateTimeField(auto_now_add=True)
    pdf = models.BinaryField(null=True)
    failed = models.BooleanField(default=False)

    class Meta:
        verbose_name = "briefing"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organization} {self.year}"
