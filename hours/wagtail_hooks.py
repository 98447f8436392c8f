"""What this room adds to the editors' site."""

from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.staticfiles import versioned_static
from wagtail.log_actions import LogActionRegistry

from hours.admin.requirements import HoursGroup

from .admin import reports as statistics_reports


@hooks.register("register_admin_viewset")
def hours() -> HoursGroup:
    """Add the ledger and the data that govern it."""
    return HoursGroup()


@hooks.register("insert_global_admin_css")
def narrow_lists() -> SafeString:
    """Keep lists with many figures readable on a phone."""
    return format_html('<link rel="stylesheet" href="{}">', versioned_static("hours/admin_lists.css"))


@hooks.register("register_log_actions")
def reversals(actions: LogActionRegistry) -> None:
    """Name what can be done to a ledger entry, and to what members ask for."""
    actions.register_action("hours.reverse", _("Take hours back"), _("Took the hours of this entry back"))
    actions.register_action("hours.issue_proof", _("Issue a proof"), _("Issued this proof for a member"))
    actions.register_action("hours.grant", _("Grant hours"), _("Granted the hours that were asked for"))
    actions.register_action("hours.close_year", _("Close a year"), _("Closed this year"))
    actions.register_action("hours.decline", _("Decline hours"), _("Declined the hours that were asked for"))


@hooks.register("register_admin_urls")
def reports() -> list[URLPattern]:
    """Give the reports their addresses."""
    return statistics_reports.urlpatterns()


@hooks.register("register_reports_menu_item")
def coverage() -> MenuItem:
    """Show the figures by organization among the reports."""
    return statistics_reports.CoverageMenuItem(
        _("Study hours by organization"),
        reverse("hours_coverage"),
        name="hours-coverage",
        icon_name="table",
        order=710,
    )


@hooks.register("register_reports_menu_item")
def recounts() -> MenuItem:
    """Show the checks of the sums among the reports."""
    return statistics_reports.RecountMenuItem(
        _("Checks of the statistics"),
        reverse("hours_recounts"),
        name="hours-recounts",
        icon_name="clipboard-list",
        order=720,
    )
