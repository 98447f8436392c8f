"""Dated meetings that teach, and who attended them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hours.models import CreditEntry, DeliveryKind, Subject, Use
from members.models import Organization


class Session(models.Model):
    """One dated meeting (场次) of an organization: a class that was entered, or a screening in a station.

    `lecture_key` is the lecture's lesson_key, or a key of the session's own where a title was typed.
    Title and minutes are copied: the hours outlive the page. `ends_at` is the end as far as it is known;
    while `closed_at` is empty the session still runs, and those on its roll wait for their hours. A meeting
    that was entered wrongly is corrected or withdrawn as a whole (`meetings.sessions.correcting`); when it is
    withdrawn it stays with its roll, without hours, and may be entered anew.
    """

    # Those that a unit enters afterwards; a screening is opened by the station's screen.
    TAUGHT_KINDS = tuple(DeliveryKind.usable_for(Use.MEETING))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="sessions"
    )
    lecture_key = models.UUIDField()
    title = models.CharField(_("title"), max_length=255)
    subject = models.ForeignKey(
        Subject, verbose_name=_("subject"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(_("minutes of teaching"))
    delivery_kind = models.CharField(_("delivery kind"), max_length=16, choices=DeliveryKind)
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    late_reason = models.CharField(_("reason for the late entry"), max_length=255, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Nobody where a station's screen opened it.",
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    corrected_at = models.DateTimeField(_("corrected at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=255, blank=True, db_default="")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-starts_at", "-recorded_at"]
        indexes = [models.Index(fields=["organization", "-starts_at"])]
        constraints = [
            # The same meeting entered twice, by a second tap or a second phone, is one meeting.
            models.UniqueConstraint(
                fields=["organization", "lecture_key", "starts_at"],
                condition=~models.Q(delivery_kind=DeliveryKind.STATION) & models.Q(withdrawn_at__isnull=True),
                name="session_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~models.Q(withdrawn_reason=""),
                name="session_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at"))
                | models.Q(closed_at__isnull=True, ends_at=models.F("starts_at")),
                name="session_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Attendances. `outcome` is what came of a tick; whether its hours still stand the ledger says."""

    def standing(self) -> "AttendanceQuerySet":
        """Those whose hours stand: credited, and not taken back."""
        return self.filter(Attendance.stands_at())

    def taken_back(self) -> "AttendanceQuerySet":
        """Those whose hours were credited and taken back."""
        return self.filter(entry__reversal__isnull=False)

    def present(self) -> "AttendanceQuerySet":
        """Those who count as having been there: all but those whose hours were taken back."""
        return self.filter(Attendance.present_at())

    def occupying(self) -> "AttendanceQuerySet":
        """Those who could be nowhere else at that time: they wait for their hours, or their hours stand."""
        return self.filter(models.Q(outcome=Attendance.Outcome.WAITING) | Attendance.stands_at())


class Attendance(models.Model):
    """That a member was at a session, and what came of it (出勤).

    A credit that was taken back stands nowhere: ask `stands`, never `outcome` alone.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waits for the end of the film")
        CREDITED = "credited", _("hours credited")
        ALREADY = "already", _("had this lesson this year")
        TOO_SHORT = "too_short", _("too short for hours")
        ELSEWHERE = "elsewhere", _("was somewhere else at the same time")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.WAITING)
    entry = models.OneToOneField(CreditEntry, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="attendance_once_a_session"),
            models.CheckConstraint(
                condition=models.Q(outcome="credited", entry__isnull=False)
                | ~models.Q(outcome="credited") & models.Q(entry__isnull=True),
                name="attendance_credited_has_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"

    @staticmethod
    def stands_at(prefix: str = "") -> models.Q:
        """Return the condition of `standing`; `prefix` leads to attendances, such as "attendances__"."""
        return models.Q(
            **{f"{prefix}outcome": Attendance.Outcome.CREDITED, f"{prefix}entry__reversal__isnull": True}
        )

    @staticmethod
    def present_at(prefix: str = "") -> models.Q:
        """Return the condition of `present`; `prefix` as in `stands_at`."""
        return models.Q(**{f"{prefix}pk__isnull": False, f"{prefix}entry__reversal__isnull": True})

    @property
    def taken_back(self) -> bool:
        """Whether hours were credited and taken back. Reads `entry__reversal`: select it along."""
        return self.entry is not None and hasattr(self.entry, "reversal")

    @property
    def stands(self) -> bool:
        """Whether the hours of this tick stand."""
        return self.outcome == self.Outcome.CREDITED and not self.taken_back
