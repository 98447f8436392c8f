"""What meetings add to other pages."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from foundation.hooks import Duty
from members.models import Member

from .attendance.roll import units_of
from .sessions.correcting import CORRECTED, WITHDRAWN


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """Name what can be done to a meeting as a whole."""
    actions.register_action(
        CORRECTED, gettext_lazy("Correct a meeting"), gettext_lazy("Corrected this meeting")
    )
    actions.register_action(
        WITHDRAWN, gettext_lazy("Withdraw a meeting"), gettext_lazy("Withdrew this meeting")
    )


@hooks.register("my_duties")
def rolls_of_meetings(member: Member) -> list[Duty]:
    """Lead whoever answers for a unit to its meetings."""
    if not units_of(member).exists():
        return []
    return [Duty(10, reverse("sessions:sessions"), _("Meetings and rolls of your units"), "list-checks")]
