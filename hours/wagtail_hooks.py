"""What this app adds to the editors' site and to "my learning"."""

from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.staticfiles import versioned_static
from wagtail.log_actions import LogActionRegistry

from foundation.hooks import Duty
from hours.admin.requirements import HoursGroup
from hours.years.closing import may_close
from members.models import Member, Role
from members.roles.permissions import organizations_of

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
def log_actions(actions: LogActionRegistry) -> None:
    """Name what can be done to a ledger entry, and to what members ask for."""
    actions.register_action("hours.reverse", _("Take hours back"), _("Took the hours of this entry back"))
    actions.register_action(
        "hours.issue_certificate", _("Issue a certificate"), _("Issued this certificate for a member")
    )
    actions.register_action(
        "hours.revoke_certificate", _("Revoke a certificate"), _("Revoked this certificate")
    )
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
def tally_checks() -> MenuItem:
    """Show the checks of the sums among the reports."""
    return statistics_reports.TallyCheckMenuItem(
        _("Checks of the statistics"),
        reverse("hours_tally_checks"),
        name="hours-tally-checks",
        icon_name="clipboard-list",
        order=720,
    )


@hooks.register("my_duties")
def duties(member: Member) -> list[Duty]:
    """Lead whoever answers for a unit to its figures, certificates and decisions."""
    found = []
    if organizations_of(member, *Role.RESPONSIBLE).exists():
        found += [
            Duty(20, reverse("hours:statistics"), str(_("Statistics of your units")), "chart-column"),
            Duty(
                30, reverse("hours:certificates_people"), str(_("Certificates for your members")), "file-text"
            ),
        ]
    if organizations_of(member, Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR).exists():
        found.append(Duty(40, reverse("hours:decisions"), str(_("To be decided")), "scale"))
    if may_close(member):
        found.append(Duty(60, reverse("hours:years"), str(_("Closing of years")), "archive"))
    return found
