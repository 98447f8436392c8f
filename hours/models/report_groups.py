"""The groups of members that the district reports, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import MemberCategory

from .delivery_kinds import DeliveryKind
from .subjects import Subject


class ReportGroup(models.Model):
    """One of the groups that the district reports, as data: of whom, and what counts.

    A criterion left empty asks nothing. An attendance may fall into several groups.
    """

    name = models.CharField(_("name"), max_length=60)
    categories = models.ManyToManyField(
        MemberCategory,
        verbose_name=_("member categories"),
        through="ReportGroupCategory",
        blank=True,
        related_name="+",
    )
    secretaries_only = models.BooleanField(
        _("secretaries only"), default=False, help_text=_("Only those who hold the post of a secretary.")
    )
    delivery_kinds = models.JSONField(_("delivery kinds"), default=list, blank=True)
    subjects = models.ManyToManyField(
        Subject, verbose_name=_("subjects"), through="ReportGroupSubject", blank=True, related_name="+"
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("reported group")
        verbose_name_plural = _("reported groups")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.name

    def describe(self) -> str:
        """Return in words who and what counts; prefetch `categories` and `subjects` for a list of groups."""
        who = [category.name for category in self.categories.all()]
        post = [str(_("secretaries only"))] if self.secretaries_only else []
        what = [subject.name for subject in self.subjects.all()]
        how = DeliveryKind.names_of(self.delivery_kinds)
        return "；".join("、".join(names) for names in (who, post, what, how) if names)


# The rows between are models of their own because of PROTECT: a group that lost its last category or subject
# would ask nothing any more and so count everybody.


class ReportGroupCategory(models.Model):
    """A category that a group asks for; one of them is enough."""

    group = models.ForeignKey(ReportGroup, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(MemberCategory, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "category of a reported group"
        constraints = [
            models.UniqueConstraint(fields=["group", "category"], name="report_group_category_once")
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.category_id}"


class ReportGroupSubject(models.Model):
    """A subject that counts in a group."""

    group = models.ForeignKey(ReportGroup, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "subject of a reported group"
        constraints = [models.UniqueConstraint(fields=["group", "subject"], name="report_group_subject_once")]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.subject_id}"
