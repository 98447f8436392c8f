"""What meetings add to other pages."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from foundation.hooks import Duty
from members.models import Member

from .attendance.roll import units_of


@hooks.register("my_duties")
def rolls_of_meetings(member: Member) -> list[Duty]:
    """Lead whoever answers for a unit to its meetings."""
    if not units_of(member).exists():
        return []
    return [Duty(10, reverse("sessions:sessions"), _("Meetings and rolls of your units"), "list-checks")]
