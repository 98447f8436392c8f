"""Statistics where staff look for reports: coverage by organization, and the checks of the sums behind it."""

from decimal import Decimal
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import (
    BigIntegerField,
    Case,
    DecimalField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import HeaderButton

from foundation.calendar import this_year
from hours.closed_years import closing_of
from hours.formatting import bare
from hours.models import Tally, TallyCheck
from hours.statistics.figures import units_for
from hours.tallies import lines
from hours.tallies.tasks import request_rebuild
from hours.years.closing import may_close
from members.models import Organization


def with_figures(units: QuerySet[Organization], year: int) -> QuerySet[Organization]:
    """Add to each unit: entries, people, hours, of (people who could be reached) and coverage in per cent."""
    own = Tally.objects.filter(organization=OuterRef("pk"), who=lines.EVERYBODY)
    of_year = own.filter(year=year, line=lines.ALL)
    roster = year if closing_of(year) else lines.ROSTER
    reached = own.filter(year=roster, line=lines.PEOPLE) | own.filter(year=year, line=lines.LEFT)
    late = own.filter(year=year, line=lines.LATE)
    hundredths = DecimalField(max_digits=16, decimal_places=2)
    tenths = DecimalField(max_digits=6, decimal_places=1)
    together = reached.order_by().values("organization").annotate(sum=Sum("people")).values("sum")
    return units.annotate(
        entries=_or_none(of_year.values("entries")),
        people=_or_none(of_year.values("people")),
        hours=_or_none(of_year.values("hundredths")) * Value(Decimal("0.01"), hundredths),
        late=_or_none(late.values("hundredths")) * Value(Decimal("0.01"), hundredths),
        of=_or_none(together),
        coverage=Case(
            When(of__gt=0, then=F("people") * 1000 / F("of") * Value(Decimal("0.1"), tenths)),
            output_field=tenths,
        ),
    )


def _or_none(sums: Any) -> Any:
    # PostgreSQL adds whole numbers up to decimals, and would divide them as such.
    return Cast(Coalesce(Subquery(sums[:1]), 0), BigIntegerField())


class CoverageFilter(WagtailFilterSet):
    """Another year; only branches, or only committees."""

    year = django_filters.NumberFilter(method="of_year", label=gettext_lazy("year"))

    class Meta:
        model = Organization
        fields = ["level"]

    def of_year(self, queryset: QuerySet[Organization], name: str, value: Decimal) -> QuerySet[Organization]:
        """Show the figures of that year."""
        return with_figures(queryset, int(value))


class CoverageReport(ReportView):
    """Person-times, heads and coverage of each organization that the viewer answers for; no person's name."""

    page_title = gettext_lazy("Study hours by organization")
    header_icon = "table"
    index_url_name = "hours_coverage"
    index_results_url_name = "hours_coverage_results"
    filterset_class = CoverageFilter
    default_ordering = "path"
    model = Organization
    columns = [
        TitleColumn(
            "name",
            label=gettext_lazy("name"),
            accessor=lambda unit: "　" * (unit.depth - 1) + unit.name,
            get_url=lambda unit: f"{reverse('hours:statistics')}?unit={unit.code}",
        ),
        Column("level", label=gettext_lazy("level"), accessor="get_level_display"),
        Column("entries", label=gettext_lazy("Person-times"), sort_key="entries"),
        Column("people", label=gettext_lazy("People"), sort_key="people"),
        Column("hours", label=gettext_lazy("Credit hours"), accessor=lambda unit: bare(unit.hours)),
        Column("late", label=gettext_lazy("Entered late"), accessor=lambda unit: bare(unit.late)),
        Column("of", label=gettext_lazy("Belong to it")),
        Column(
            "coverage",
            label=gettext_lazy("Coverage"),
            accessor=lambda unit: "—" if unit.coverage is None else f"{bare(unit.coverage)}%",
        ),
    ]
    list_export = [
        "code",
        "name",
        "get_level_display",
        "entries",
        "people",
        "hours",
        "late",
        "of",
        "coverage",
    ]
    export_headings = {
        "code": gettext_lazy("code"),
        "name": gettext_lazy("name"),
        "get_level_display": gettext_lazy("level"),
        "entries": gettext_lazy("Person-times"),
        "people": gettext_lazy("People"),
        "hours": gettext_lazy("Credit hours"),
        "late": gettext_lazy("Entered late"),
        "of": gettext_lazy("Belong to it"),
        "coverage": gettext_lazy("Coverage"),
    }
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stop whoever answers for no unit."""
        if not units_for(request.user).exists():
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_queryset(self) -> QuerySet[Organization]:
        """Return the viewer's units with the figures of the current year, or of the one asked for."""
        self.queryset = with_figures(units_for(self.request.user), this_year())
        found: QuerySet[Organization] = super().get_queryset()
        return found

    def get_filename(self) -> str:
        """Return the name of the exported file."""
        return "study-hours-by-organization"


class TallyCheckReport(ReportView):
    """What the nightly checks found, how far a rebuild is, and the button that has the sums counted anew."""

    page_title = gettext_lazy("Checks of the statistics")
    header_icon = "clipboard-list"
    index_url_name = "hours_tally_checks"
    index_results_url_name = "hours_tally_checks_results"
    model = TallyCheck
    default_ordering = "-pk"
    columns = [
        DateColumn("started_at", label=gettext_lazy("started")),
        Column("purpose", label=gettext_lazy("purpose"), accessor="get_purpose_display"),
        Column(
            "progress",
            label=gettext_lazy("progress"),
            accessor=lambda run: _("done") if run.finished_at else f"{run.percent}%",
        ),
        Column("differing_organizations", label=gettext_lazy("organizations whose sums differed")),
        Column("corrected_members", label=gettext_lazy("members who had moved unnoticed")),
    ]
    list_export = [
        "started_at",
        "finished_at",
        "get_purpose_display",
        "differing_organizations",
        "corrected_members",
    ]
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stop whoever does not administer the whole district."""
        if not may_close(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_queryset(self) -> QuerySet[TallyCheck]:
        """Return the runs, newest first."""
        self.queryset = TallyCheck.objects.all()
        found: QuerySet[TallyCheck] = super().get_queryset()
        return found

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Offer to count anew."""
        return [HeaderButton(_("Count anew"), url=reverse("hours_rebuild_tallies"), icon_name="rotate")]

    def get_filename(self) -> str:
        """Return the name of the exported file."""
        return "checks-of-the-statistics"


class RebuildTalliesView(WagtailAdminTemplateMixin, FormView):
    """Asks once more, and has the sums counted anew by the workers."""

    form_class = Form
    template_name = "hours/admin/rebuild_tallies.html"
    page_title = gettext_lazy("Count the statistics anew")
    header_icon = "rotate"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stop whoever does not administer the whole district."""
        if not may_close(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the list of checks."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("hours_tally_checks"), "label": _("Checks of the statistics")},
            {"url": "", "label": str(self.page_title)},
        ]

    def form_valid(self, form: Form) -> HttpResponse:
        """Hand the work on and show how far it is."""
        request_rebuild()
        messages.success(
            self.request, _("The statistics are being counted anew. This page shows how far it is.")
        )
        return redirect("hours_tally_checks")


class CoverageMenuItem(MenuItem):
    """The report's entry, for those who answer for a unit."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the viewer answers for any."""
        return units_for(request.user).exists()


class TallyCheckMenuItem(MenuItem):
    """The checks' entry, for administrators of the district."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the viewer administers the whole district."""
        return may_close(request.user)


def urlpatterns() -> list[URLPattern]:
    """Return the addresses of the reports, below the admin's own."""
    return [
        path("reports/hours/", CoverageReport.as_view(), name="hours_coverage"),
        path(
            "reports/hours/results/", CoverageReport.as_view(results_only=True), name="hours_coverage_results"
        ),
        path("reports/tally-checks/", TallyCheckReport.as_view(), name="hours_tally_checks"),
        path(
            "reports/tally-checks/results/",
            TallyCheckReport.as_view(results_only=True),
            name="hours_tally_checks_results",
        ),
        path("reports/tally-checks/rebuild/", RebuildTalliesView.as_view(), name="hours_rebuild_tallies"),
    ]
