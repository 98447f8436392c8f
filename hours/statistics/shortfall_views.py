"""The page of who still lacks hours, for the phone and for paper."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation.calendar import this_year
from hours.closed_years import closing_of
from hours.requirements.shortfall import shortfalls_of, units_listed_for

from .figures import years_of

_SHOWN = 12  # a list of more units than these is no longer a choice at a glance


@login_required
@require_GET
def shortfall(request: HttpRequest) -> HttpResponse:
    """Show who of the asker's own unit still lacks hours; `?unit=` chooses among several."""
    units = units_listed_for(request.user).order_by("-depth", "path")
    code = request.GET.get("unit")
    organization = units.filter(code=code).first() if code else units.first()
    if organization is None:
        raise Http404
    years = years_of(organization)
    year = request.GET.get("year", "")
    if year and year not in map(str, years):
        raise Http404
    chosen = int(year) if year else this_year()
    return render(
        request,
        "hours/shortfall.html",
        {
            "organization": organization,
            "units": units if units.count() <= _SHOWN else [],
            "year": chosen,
            "years": years,
            "closing": closing_of(chosen),
            "shortfalls": shortfalls_of(organization, chosen),
        },
    )
