"""The editors' report of missed queries: what readers looked for and did not find."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from search.models import MissedQuery
from search.page.query_log import missed_queries

EDITING = ["add", "change", "publish"]


class MissedReport(ReportView):
    """Words that found nothing in the last three months; words and numbers only, exportable."""

    page_title = _("Looked for and not found")
    header_icon = "search"
    index_url_name = "search_missed"
    index_results_url_name = "search_missed_results"
    template_name = "search/missed_report.html"
    model = MissedQuery
    any_permission_required = EDITING
    columns = [
        Column("term", label=_("Words looked for"), accessor="term"),
        NumberColumn("total", label=_("Times"), accessor="total"),
        NumberColumn("days", label=_("On days"), accessor="days"),
        Column("last", label=_("Last"), accessor="last"),
    ]
    list_export = ["term", "total", "days", "last"]
    export_headings = {
        "term": _("Words looked for"),
        "total": _("Times"),
        "days": _("On days"),
        "last": _("Last"),
    }

    @cached_property
    def permission_policy(self) -> Any:
        """Whoever edits pages may see what is missing."""
        return policy_registry.get_by_type(Page)

    def get_queryset(self) -> Any:
        """Return the words with their numbers."""
        return missed_queries(timezone.localdate())

    def get_filename(self) -> str:
        """Return the name of the exported file."""
        return "looked-for-and-not-found"


class MissedMenuItem(MenuItem):
    """The report's entry, shown to those who edit pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the user edits pages."""
        may: bool = policy_registry.get_by_type(Page).user_has_any_permission(request.user, EDITING)
        return may
