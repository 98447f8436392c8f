"""What an officer decides: training done elsewhere, and objections to what the ledger holds."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models import Member, Role
from members.roles.permissions import organizations_of

from .delivery_kinds import DeliveryKind
from .entries import CreditEntry
from .subjects import Subject


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, as far as the asker may see or decide them."""

    def visible_to(self, viewer: Member | AnonymousUser) -> "CaseQuerySet":
        """Cases of members whose record `viewer` may see."""
        return self.filter(member__in=Member.objects.records_visible_to(viewer))

    def decidable_by(self, viewer: Member | AnonymousUser) -> "CaseQuerySet":
        """Open cases that `viewer` may decide: as officer or administrator above the member, never own."""
        units = organizations_of(viewer, Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR)
        return self.filter(state=Case.State.OPEN, member__organization__in=units).exclude(member_id=viewer.pk)


class Case(models.Model):
    """What a member asks hours for, and the answer. Granted, it names the entry that holds the hours."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member"),
        related_name="%(class)ss",
        on_delete=models.PROTECT,
    )
    lecture_key = models.UUIDField()
    title = models.CharField(_("title"), max_length=255)
    subject = models.ForeignKey(
        Subject, verbose_name=_("subject"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    delivery_kind = models.CharField(_("delivery kind"), max_length=16, choices=DeliveryKind)
    earned_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes of teaching"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=255, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    entry = models.OneToOneField(CreditEntry, null=True, on_delete=models.PROTECT, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["entered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="granted", entry__isnull=False)
                | ~Q(state="granted") & Q(entry__isnull=True),
                name="%(class)s_granted_has_entry",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True)
                | ~Q(state="open") & Q(decided_by__isnull=False),
                name="%(class)s_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def taken_back(self) -> CreditEntry | None:
        """The entry that took the granted hours back later. Select `entry__reversal` along with a list."""
        return getattr(self.entry, "reversal", None)

    @property
    def stands(self) -> bool:
        """Whether hours were granted and still stand."""
        return self.entry_id is not None and self.taken_back is None

    @property
    def state_in_words(self) -> str:
        """What became of it, up to today."""
        if self.taken_back is not None:
            return gettext("granted; the hours were taken back later")
        return str(self.get_state_display())


class Evidence(models.Model):
    """A picture or PDF that proves a training, kept where only a view of ours reads it.

    It may stand without a training for a while: a form with a mistake must not lose what was uploaded.
    """

    class Form(models.TextChoices):
        PICTURE = "image/jpeg", _("picture")
        PDF = "application/pdf", _("PDF")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    stored_as = models.CharField(max_length=120)
    form = models.CharField(max_length=20, choices=Form)

    def __str__(self) -> str:
        return str(self.id)


class ExternalTraining(Case):
    """Training that somebody else gave, with evidence; credited only when an officer has approved it."""

    organizer = models.CharField(_("who held it"), max_length=120)
    began_on = models.DateField(_("first day"))
    evidence = models.OneToOneField(
        Evidence, verbose_name=_("evidence"), on_delete=models.PROTECT, related_name="training"
    )

    class Meta(Case.Meta):
        verbose_name = _("external training")
        verbose_name_plural = _("external trainings")
        constraints = [
            *Case.Meta.constraints,
            models.CheckConstraint(
                condition=Q(began_on__lte=models.F("earned_on")), name="external_training_days_in_order"
            ),
            models.UniqueConstraint(
                fields=["member", "lecture_key"],
                condition=Q(state="open"),
                name="one_open_external_training",
            ),
        ]


class Objection(Case):
    """What a member says against hours that are missing or wrong."""

    text = models.TextField(_("what is wrong"), max_length=500)

    class Meta(Case.Meta):
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            *Case.Meta.constraints,
            models.UniqueConstraint(
                fields=["member", "lecture_key"],
                condition=Q(state="open"),
                name="one_open_objection_a_lesson",
            ),
        ]
