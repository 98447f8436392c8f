"""Asking for a briefing, waiting for it, fetching it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from hours.models import Briefing

from .briefings import heading_of
from .figures import statistics_of, units_for
from .tasks import request_briefing
from .views import choice_of

_LOOK_AGAIN_SECONDS = 3


@login_required
@require_POST
def order_briefing(request: HttpRequest) -> HttpResponse:
    """Have the briefing of the unit, year and category in the address written."""
    choice = choice_of(request)
    briefing = request_briefing(request.user, choice.organization, choice.year, choice.category)  # type: ignore[arg-type]  # signed in
    return redirect("hours:briefing", briefing.pk)


@login_required
@require_GET
def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the asker's own briefing; while it is being written, a page that looks again by itself."""
    found = get_object_or_404(
        Briefing, pk=pk, requested_by=request.user, organization__in=units_for(request.user)
    )
    if found.pdf is None:
        waiting = render(request, "hours/briefing_waiting.html", {"briefing": found})
        if not found.failed:
            waiting["Refresh"] = str(_LOOK_AGAIN_SECONDS)
        return waiting
    name = heading_of(statistics_of(found.organization, found.year, found.category))
    disposition = content_disposition_header(True, f"{name}.pdf") or ""
    return HttpResponse(
        bytes(found.pdf), content_type="application/pdf", headers={"Content-Disposition": disposition}
    )
