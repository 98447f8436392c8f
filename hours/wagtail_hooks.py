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
    """Name what can be done to a ledger entry, and to what members ask for."""
    actions.register_action("hours.reverse", _("Take hours back"), _("Took the hours of this entry back"))
    actions.register_action("hours.grant", _("Grant hours"), _("Granted the hours that were asked for"))
    actions.register_action("hours.decline", _("Decline hours"), _("Declined the hours that were asked for"))
