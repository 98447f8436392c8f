"""What members adds to the editors' site."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, register_converter, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from foundation.hooks import Duty
from members.admin.leaving import AnonymiseView
from members.admin.organizations import OrganizationGroup
from members.admin.transfer import TransferFormatter, TransferView
from members.changes.transfer import ACTION as TRANSFER
from members.models import Member, Role
from members.roles.permissions import administers_everything, organizations_of

from .imports import views

register_converter(views.KindConverter, "list_kind")


@hooks.register("register_admin_viewset")
def organizations() -> OrganizationGroup:
    """Add organizations and member categories."""
    return OrganizationGroup()


@hooks.register("register_admin_urls")
def people() -> list[URLResolver | URLPattern]:
    """Add the pages on which lists are entered and those who left are made nameless."""
    return [
        path("lists/", include((views.urlpatterns(), views.app_name))),
        path("users/anonymise/<int:pk>/", AnonymiseView.as_view(), name="members_anonymise"),
        path("users/transfer/<int:pk>/", TransferView.as_view(), name="members_transfer"),
    ]


@hooks.register("register_account_menu_item")
def change_password(request: HttpRequest) -> dict[str, Any]:
    """Lead from the account settings to our page, which takes the place of Wagtail's panel."""
    return {
        "url": reverse("members:change_password"),
        "label": _("Change password"),
        "help_text": _("You are asked for your present password."),
    }


@hooks.register("construct_reports_menu")
def history_of_all(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Offer the history of everything to those alone who administer everything (see `accounts.views`)."""
    if not administers_everything(request.user):
        menu_items[:] = [item for item in menu_items if item.name != "site-history"]


@hooks.register("register_log_actions")
def list_actions(actions: LogActionRegistry) -> None:
    """Name what lists do."""
    actions.register_action("members.issue_code", _("Issue a login code"), _("Issued a login code"))
    actions.register_action("members.redeem_code", _("Choose a password"), _("Chose a password by a code"))
    actions.register_action(TRANSFER)(TransferFormatter)
    actions.register_action(
        "members.second_factor_on", _("Turn two-step sign-in on"), _("Turned two-step sign-in on")
    )
    actions.register_action(
        "members.second_factor_off", _("Turn two-step sign-in off"), _("Turned two-step sign-in off")
    )
    actions.register_action(
        "members.second_factor_codes", _("Make new recovery codes"), _("Made new recovery codes")
    )
    actions.register_action(
        "members.second_factor_reset",
        _("Take two-step sign-in away"),
        _("Took two-step sign-in away because the phone was lost"),
    )
    actions.register_action("members.anonymise", _("Make nameless"), _("Removed who it was"))
    actions.register_action("members.import_create", _("Enter from a list"), _("Entered from a list"))
    actions.register_action("members.import_change", _("Change from a list"), _("Changed from a list"))


@hooks.register("my_duties")
def duties(member: Member) -> list[Duty]:
    """Lead whoever answers for a unit to the login codes, and whoever may to the editors' site."""
    found = []
    if organizations_of(member, *Role.RESPONSIBLE).exists():
        found.append(Duty(50, reverse("members:login_codes"), str(_("Codes for signing in")), "ticket"))
    if member.has_perm("wagtailadmin.access_admin"):
        found.append(Duty(80, reverse("wagtailadmin_home"), str(_("Content and people")), "layout-dashboard"))
    return found
