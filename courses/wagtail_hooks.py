"""What this app adds to Wagtail's admin: a list of all menus, and how often each item was chosen."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem as AdminMenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.menus.demand import demand

from .models import Menu, MenuItem

EDITING = ["add", "change", "publish"]


class MenuListing(PageListingViewSet):
    """All menus with their year and window, whatever the place in the tree."""

    model = Menu
    icon = "list-ul"
    menu_label = _("Menus")
    menu_order = 150
    add_to_admin_menu = True
    columns = [
        *(column for column in IndexView.base_columns if column.name not in {"parent", "type"}),
        Column("year", label=_("Year"), sort_key="year", width="8%"),
        DateColumn("closes_at", label=_("Choosing closes"), sort_key="closes_at", width="12%"),
    ]


@hooks.register("register_admin_viewset")
def register_menu_listing() -> MenuListing:
    """Show the list in the admin's main menu."""
    return MenuListing("menu_listing")


class DemandFilter(WagtailFilterSet):
    """Narrows the report to a year or a section."""

    class Meta:
        model = MenuItem
        fields = ["menu__year", "section"]


class DemandReport(ReportView):
    """How often each item was chosen, as counts; exportable, without anybody's name."""

    page_title = _("Choices by item")
    header_icon = "list-ol"
    index_url_name = "courses_demand"
    index_results_url_name = "courses_demand_results"
    filterset_class = DemandFilter
    model = MenuItem
    any_permission_required = EDITING
    columns = [
        Column("menu.year", label=_("Year"), accessor="menu.year"),
        Column("menu", label=_("Menu"), accessor="menu.title"),
        Column("section", label=_("Section"), accessor="get_section_display"),
        Column("page", label=_("Item"), accessor="page.title"),
        Column("times_chosen", label=_("Times chosen")),
    ]
    list_export = ["menu.year", "menu.title", "get_section_display", "page.title", "times_chosen"]
    export_headings = {
        "menu.year": _("Year"),
        "menu.title": _("Menu"),
        "get_section_display": _("Section"),
        "page.title": _("Item"),
        "times_chosen": _("Times chosen"),
    }

    @cached_property
    def permission_policy(self) -> Any:
        """Whoever edits pages may see the counts."""
        return policy_registry.get_by_type(Page)

    def get_queryset(self) -> QuerySet[MenuItem]:
        """Return the items with their counts."""
        return demand()

    def get_filename(self) -> str:
        """Return the name of the exported file."""
        return "choices-by-item"


class DemandMenuItem(AdminMenuItem):
    """The report's entry, shown to those who edit pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the asker edits pages."""
        may: bool = policy_registry.get_by_type(Page).user_has_any_permission(request.user, EDITING)
        return may


@hooks.register("register_reports_menu_item")
def register_demand_menu_item() -> DemandMenuItem:
    """Show the report among Wagtail's own."""
    return DemandMenuItem(
        _("Choices by item"), reverse("courses_demand"), name="courses-demand", icon_name="list-ol", order=700
    )


@hooks.register("register_admin_urls")
def register_demand_urls() -> list[URLPattern]:
    """Give the report its addresses."""
    return [
        path("reports/choices/", DemandReport.as_view(), name="courses_demand"),
        path(
            "reports/choices/results/", DemandReport.as_view(results_only=True), name="courses_demand_results"
        ),
    ]
