"""Entering a meeting for a whole branch on a phone, and looking at what was entered."""

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from foundation.calendar import today
from hours.closed_years import is_closed
from meetings.attendance import roll, roll_sheet
from meetings.attendance.refusals import RollRefusedError
from meetings.models import Session
from members.models import Member, Organization

from . import correcting, entering
from .forms import MorePresentForm, SessionForm
from .outcomes import add_refusal, offered, told

SESSIONS_A_PAGE = 20
UNITS_SHOWN = 12


@never_cache
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the meetings of the viewer's units, and the units to enter a new one for."""
    viewer = cast("Member", request.user)
    units = roll.units_of(viewer)
    wanted = request.GET.get("unit", "").strip()[:60]
    found = units.filter(name__icontains=wanted) if wanted else units
    return render(
        request,
        "meetings/sessions.html",
        {
            "page_obj": Paginator(entering.sessions_of(viewer), SESSIONS_A_PAGE).get_page(
                request.GET.get("page")
            ),
            "units": found[:UNITS_SHOWN],
            "more_units": found.count() > UNITS_SHOWN,
            "has_units": bool(found) or units.exists(),
            "many_units": units.count() > UNITS_SHOWN,
            "wanted": wanted,
            "filters": {"unit": wanted} if wanted else {},
        },
    )


@never_cache
@login_required
def new_session(request: HttpRequest, unit: int) -> HttpResponse:
    """Say what was taught, tick who was there, save: one page."""
    viewer = cast("Member", request.user)
    organization = get_object_or_404(roll.units_of(viewer), pk=unit)
    # The day was changed: show who belonged here then. Nothing is checked or saved yet.
    looks = "look" in request.POST
    form = SessionForm(
        None if looks else request.POST or None,
        unit=organization,
        initial=_as_sent(request) if looks else _beginning(organization),
    )
    entered = None
    if request.method == "POST" and not looks and form.is_valid():
        try:
            session = entering.enter(viewer, form.meeting(), form.cleaned_data["present"])
        except RollRefusedError as refusal:
            entered = refusal.session if isinstance(refusal, entering.MeetingDiffersError) else None
            add_refusal(form, refusal)
        else:
            messages.success(request, told(session))
            return redirect("sessions:session", pk=session.pk)
    ticked = request.POST.getlist("present")
    return render(
        request,
        "meetings/new_session.html",
        {
            "unit": organization,
            "form": form,
            "entered": entered,
            "may_correct": entered is not None and correcting.may_change(viewer, entered),
            "offered": offered(form["title"].value() or "", form["lecture"].value()),
            "picked": str(form["lecture"].value() or ""),
            "sheet": roll_sheet.blank_sheet(organization, _day_of_form(form), ticked),
            "branches": organization.get_children(),
            "late": "late_reason" in form.errors or bool(form["late_reason"].value()),
        },
        status=422 if form.errors else 200,
    )


@never_cache
@login_required
def lectures_offered(request: HttpRequest) -> HttpResponse:
    """Answer the lectures that match what is being typed, as radio buttons."""
    if not roll.units_of(cast("Member", request.user)).exists():
        raise Http404
    return render(
        request,
        "meetings/lectures_offered.html",
        {
            "offered": offered(request.GET.get("title", "")[:255], request.GET.get("lecture")),
            "picked": request.GET.get("lecture", ""),
        },
    )


@never_cache
@login_required
def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what came of each tick, and take further ticks."""
    viewer = cast("Member", request.user)
    meeting = get_object_or_404(entering.sessions_of(viewer), pk=pk)
    late = is_closed(timezone.localdate(meeting.starts_at).year) and not meeting.late_reason
    form = MorePresentForm(request.POST or None, late=late)
    if request.method == "POST" and form.is_valid():
        ticks = roll.Ticks(form.cleaned_data["present"], form.cleaned_data["taken_back"])
        try:
            saved = entering.add_present(meeting, viewer, ticks, form.cleaned_data["late_reason"])
        except RollRefusedError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, told(meeting))
            if saved.warning:
                messages.warning(request, saved.warning)
            return redirect("sessions:session", pk=pk)
    if form.errors:
        meeting = get_object_or_404(entering.sessions_of(viewer), pk=pk)  # somebody may have changed it
    return render(
        request,
        "meetings/session.html",
        {
            "session": meeting,
            "sheet": roll_sheet.sheet_to_add(
                meeting,
                viewer,
                ticked=request.POST.getlist("present"),
                known=request.POST.getlist("taken_back"),
            ),
            "form": form,
            "late": late or "late_reason" in form.errors,
            "may_change": correcting.may_change(viewer, meeting),
        },
        status=422 if form.errors else 200,
    )


def _as_sent(request: HttpRequest) -> dict[str, Any]:
    """Return what stands in the fields, as it was sent, so that nothing typed is lost."""
    return {name: request.POST.get(name, "") for name in SessionForm.base_fields if name != "present"}


def _day_of_form(form: SessionForm) -> date:
    """Return the day that stands in the form; today for none that is one."""
    try:
        day: date | None = form.fields["day"].clean(form["day"].value())
    except ValidationError:
        day = None
    return day or today()


def _beginning(unit: Organization) -> dict[str, Any]:
    """Return what the form begins with: today, and where the unit's last meeting of today ended."""
    now = timezone.localtime()
    latest = (
        Session.objects.filter(organization=unit, ends_at__lte=now, starts_at__gt=now - timedelta(hours=12))
        .order_by("-ends_at")
        .first()
    )
    start = timezone.localtime(latest.ends_at) if latest else now.replace(minute=0)
    if timezone.localdate(start) != now.date():
        start = now.replace(minute=0)
    return {"day": now.date(), "starts": start.time().replace(second=0, microsecond=0)}
