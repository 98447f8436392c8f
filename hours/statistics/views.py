"""The pages of statistics for those who answer for a unit. Nobody else is told that they exist."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from foundation.calendar import this_year
from hours.requirements.shortfall import units_listed_for
from hours.tallies.rebuild import last_fault
from members.models import MemberCategory, Organization

from . import charts
from .briefings import heading_of
from .figures import statistics_of, units_for, years_of
from .tables import closing_in_words, tables_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Choice:
    """What a request asks for: an organization that the asker answers for, a year, perhaps a category."""

    organization: Organization
    year: int
    category: MemberCategory | None

    @property
    def query(self) -> str:
        """The same choice as the tail of an address."""
        asked = {"unit": self.organization.code, "year": str(self.year)}
        if self.category:
            asked["category"] = self.category.slug
        return urlencode(asked)


def choice_of(request: HttpRequest) -> Choice:
    """Return what is asked for; without a unit, the highest that the asker answers for.

    Raises `Http404` for whoever answers for none, for a unit that is not theirs, and for a year that is none.
    """
    units = units_for(request.user).order_by("depth", "path")
    code = request.GET.get("unit")
    organization = units.filter(code=code).first() if code else units.first()
    if organization is None:
        raise Http404
    year = request.GET.get("year", "")
    category = MemberCategory.objects.filter(slug=request.GET.get("category", "")).first()
    known = years_of(organization)
    if year and year not in map(str, known):
        raise Http404
    return Choice(organization, int(year) if year else this_year(), category)


@login_required
@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the statistics of a unit and year."""
    choice = choice_of(request)
    found = statistics_of(choice.organization, choice.year, choice.category)
    above = units_for(request.user).filter(pk__in=choice.organization.get_ancestors()).order_by("path")
    tables = tables_of(found)
    return render(
        request,
        "hours/statistics.html",
        {
            "choice": choice,
            "statistics": found,
            "tables": [table for table in tables if table.rows],
            "chart": charts.months(found),
            "years": years_of(choice.organization),
            "categories": MemberCategory.objects.all(),
            "above": above,
            "closing": closing_in_words(found),
            "fault": last_fault(),
            "lists_names": units_listed_for(request.user).filter(pk=choice.organization.pk).exists(),
        },
    )


@login_required
@require_GET
def statistics_excel(request: HttpRequest) -> HttpResponse:
    """Send the tables of the page as an Excel file."""
    from .excel import workbook_of  # noqa: PLC0415  slow to import, and rarely needed

    choice = choice_of(request)
    found = statistics_of(choice.organization, choice.year, choice.category)
    heading = heading_of(found)
    return HttpResponse(
        workbook_of(heading, tables_of(found), closing_in_words(found)),
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, f"{heading}.xlsx") or ""},
    )
