"""The page "my learning": a member's year at a glance, and every entry of the ledger it rests on."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.calendar import this_year
from foundation.hooks import my_duties
from hours.cases.decisions import cases_of
from lectures.watching.standing import in_progress
from members.accounts.sessions import must_set_up
from members.models import Member
from members.roles.permissions import holds_office

from . import statement
from .home import outlook_of
from .why_not import unearned_by

LECTURES_IN_PROGRESS = 5


@login_required
def my_learning(request: HttpRequest) -> HttpResponse:
    """Show the signed-in member's own year; `?year=` asks for another that holds entries."""
    member = request.user
    assert isinstance(member, Member)  # noqa: S101  login_required has seen to it
    years = statement.years_of(member)
    year = next((year for year in years if str(year) == request.GET.get("year")), this_year())
    outlook = outlook_of(member, year)
    cases = cases_of(member, year)
    return render(
        request,
        "site_config/my_learning.html",
        {
            "year": year,
            "years": years,
            "outlook": outlook,
            "bar": statement.bar_of(outlook),
            "in_progress": in_progress(member, LECTURES_IN_PROGRESS) if year == this_year() else [],
            "has_second_factor": holds_office(member) or member.second_factor_at,
            "must_set_up": must_set_up(member),
            "duties": my_duties(member),
            "cases": cases,
            "unearned": unearned_by(member, year),
            "rows": statement.rows_of(member, year, cases),
        },
    )
