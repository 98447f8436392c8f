"""What search adds to the editors' site."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from search.editors.dictionary import DictionaryGroup
from search.editors.missed_queries import MissedMenuItem, MissedReport


@hooks.register("register_reports_menu_item")
def missed_menu_item() -> MissedMenuItem:
    """Show the report among Wagtail's own."""
    address = reverse("search_missed")
    return MissedMenuItem(
        _("Looked for and not found"), address, name="search-missed", icon_name="search", order=1310
    )


@hooks.register("register_admin_urls")
def missed_urls() -> list[URLPattern]:
    """Give the report its addresses."""
    results = MissedReport.as_view(results_only=True)
    return [
        path("reports/not-found/", MissedReport.as_view(), name="search_missed"),
        path("reports/not-found/results/", results, name="search_missed_results"),
    ]


register_snippet(DictionaryGroup)
