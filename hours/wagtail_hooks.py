"""What this room adds to the editors' site."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from .requirement_admin import HoursGroup


@hooks.register("register_admin_viewset")
def hours() -> HoursGroup:
    """Add the ledger and the data that govern it."""
    return HoursGroup()


@hooks.register("register_log_actions")
def reversals(actions: LogActionRegistry) -> None:
    """Name the one thing that can be done to a ledger entry."""
    actions.register_action("hours.reverse", _("Take hours back"), _("Took the hours of this entry back"))
