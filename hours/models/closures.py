"""The years whose books are closed, and how people and units stood then."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Organization


class YearClosure(models.Model):
    """That a calendar year is closed: from then on every entry for it is late and says why.

    What the year came to is kept as well: the sums of the statistics (`Tally` rows of the year, which
    nothing but late entries adds to), the units (`YearUnit`) and the people (`YearStanding`).
    """

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    closed_at = models.DateTimeField(_("closed at"), auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    names = models.JSONField(
        null=True,
        help_text="What groups, member types and subjects were called: lists of [key, name]. "
        "Null where a year was closed without its figures standing still.",
    )
    people = models.PositiveIntegerField(default=0, help_text="Members whose year is to be written down.")
    written_at = models.DateTimeField(
        null=True,
        help_text="When the last member's standing had been written down; see `hours.years.snapshot`.",
    )

    class Meta:
        verbose_name = _("closed year")
        verbose_name_plural = _("closed years")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class YearUnit(models.Model):
    """An organization as it stood in the tree when a year was closed."""

    year = models.PositiveSmallIntegerField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=255, help_text="Its place in the tree, as treebeard writes it.")
    name = models.CharField(max_length=120)

    class Meta:
        verbose_name = "unit of a closed year"
        constraints = [models.UniqueConstraint(fields=["year", "organization"], name="year_unit_once")]
        indexes = [models.Index(fields=["year", "path"])]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class YearStanding(models.Model):
    """A member's closed year: who they were when it was closed, and what they had of what was asked.

    Who they were is taken at the moment of closing. The rest follows from that and from what a closed year
    no longer lets anybody change; it is written down by a task and is null until then.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        related_name="year_standings",
        on_delete=models.CASCADE,
    )
    year = models.PositiveSmallIntegerField(_("year"))
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    categories = models.JSONField(_("member categories"), help_text="Primary keys.")
    in_post = models.BooleanField(_("held a post"))
    has_left = models.BooleanField(_("had left"))
    born_in = models.PositiveSmallIntegerField(_("year of birth"), null=True)
    required = models.DecimalField(_("hours asked"), max_digits=6, decimal_places=2, null=True)
    earned = models.DecimalField(_("credit hours"), max_digits=7, decimal_places=2, null=True)
    fulfilled = models.BooleanField(_("complete"), null=True)
    exempt = models.BooleanField(_("nothing asked"), null=True)
    exempt_until = models.DateField(_("exempt until"), null=True)
    details = models.JSONField(
        _("in detail"), null=True, help_text="Kinds that counted, centralized trainings and parts asked."
    )

    class Meta:
        verbose_name = _("closed year of a member")
        verbose_name_plural = _("closed years of members")
        constraints = [
            models.UniqueConstraint(fields=["member", "year"], name="year_standing_once"),
            models.CheckConstraint(
                condition=Q(fulfilled__isnull=True)
                | Q(
                    required__isnull=False, earned__isnull=False, exempt__isnull=False, details__isnull=False
                ),
                name="year_standing_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["year", "id"], condition=Q(fulfilled__isnull=True), name="year_unwritten"),
        ]

    def __str__(self) -> str:
        return str(self.year)
