"""What this room adds to the editors' site."""

from django.urls import URLResolver, include, path, register_converter
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from . import import_admin
from .organization_admin import OrganizationGroup

register_converter(import_admin.KindConverter, "list_kind")


@hooks.register("register_admin_viewset")
def organizations() -> OrganizationGroup:
    """Add organizations and member categories."""
    return OrganizationGroup()


@hooks.register("register_admin_urls")
def lists() -> list[URLResolver]:
    """Add the pages on which lists are entered."""
    return [path("lists/", include((import_admin.urlpatterns(), import_admin.app_name)))]


@hooks.register("register_log_actions")
def list_actions(actions: LogActionRegistry) -> None:
    """Name what lists do."""
    actions.register_action(
        "members.hand_out_code", _("Hand out a code"), _("Handed out a code for signing in")
    )
    actions.register_action(
        "members.choose_password", _("Choose a password"), _("Chose a password by a code")
    )
    actions.register_action("members.import_create", _("Enter from a list"), _("Entered from a list"))
    actions.register_action("members.import_change", _("Change from a list"), _("Changed from a list"))
