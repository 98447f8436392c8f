"""Closing years: one page for the administrators of the district."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.log_actions import log

from foundation.calendar import this_year
from hours.models import CreditEntry, YearClosure
from members.models import Member

from . import closing
from .snapshot import unwritten


@never_cache
@login_required
def years(request: HttpRequest) -> HttpResponse:
    """List the years with entries, closed or open, with their late entries; close one that is over."""
    viewer = cast("Member", request.user)
    if not closing.may_close(viewer):
        raise PermissionDenied
    fault = ""
    if request.method == "POST":
        typed = request.POST.get("year", "")
        try:
            if not typed.isdecimal() or len(typed) != 4 or not request.POST.get("sure"):  # noqa: PLR2004  a year
                raise closing.ClosingRefusedError(_("Please tick that you are sure, then close the year."))
            closure = closing.close(int(typed), viewer)
        except closing.ClosingRefusedError as refusal:
            fault = str(refusal)
        else:
            log(closure, "hours.close_year", user=viewer)
            messages.success(request, _("The year %(year)s is closed.") % {"year": closure.year})
            return redirect("hours:years")
    closures = {closure.year: closure for closure in YearClosure.objects.select_related("closed_by")}
    counted = (
        CreditEntry.objects.order_by()
        .values("year")
        .annotate(entries=Count("pk"), late=Count("pk", filter=~Q(late_reason="")))
        .order_by("-year")
    )
    rows = [
        {**row, "closure": closures.get(row["year"]), "written": _percent(closures.get(row["year"]))}
        for row in counted
    ]
    return render(
        request,
        "hours/years.html",
        {"rows": rows, "this_year": this_year(), "fault": fault},
        status=422 if fault else 200,
    )


def _percent(closure: YearClosure | None) -> int | None:
    """Return how far the writing down of members' standings is, in per cent; None where nothing is to do."""
    if closure is None or closure.names is None or closure.written_at:
        return None
    return 100 - 100 * unwritten(closure).count() // (closure.people or 1)
