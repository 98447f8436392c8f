"""Entering a meeting for a whole branch on a phone, and looking at what was entered."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache

from hours.closed_years import is_closed
from hours.ledger import ReversalRefusedError
from hours.ledger.credit_rules import NoCreditRuleError
from lectures.models import Lecture
from meetings.attendance import roll, roll_sheet
from meetings.models import Attendance, Session
from members.models import Member, Organization

from . import entering
from .forms import CorrectionForm, MorePresentForm, SessionForm

SESSIONS_A_PAGE = 20
LECTURES_OFFERED = 5
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
    form = SessionForm(request.POST or None, unit=organization, initial=_beginning(organization))
    if request.method == "POST" and form.is_valid():
        try:
            session = entering.enter(viewer, form.meeting(), form.cleaned_data["present"])
        except roll.RollRefusedError as refusal:
            form.add_error(None, str(refusal))
        except NoCreditRuleError:
            form.add_error(
                "day", _("No credit rule is laid down for this day. The administrator can add one.")
            )
        else:
            messages.success(request, _told(session))
            return redirect("sessions:session", pk=session.pk)
    ticked = request.POST.getlist("present")
    return render(
        request,
        "meetings/new_session.html",
        {
            "unit": organization,
            "form": form,
            "offered": offered(form["title"].value() or "", form["lecture"].value()),
            "picked": str(form["lecture"].value() or ""),
            "sheet": roll_sheet.blank_sheet(organization, ticked),
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


def offered(typed: str, picked: Any = None) -> list[Lecture]:
    """Return a few lectures to pick from: the one picked, then those that hold `typed`, newest first."""
    lectures = Lecture.objects.live().select_related("video")
    matching = lectures.filter(title__icontains=typed.strip()) if typed.strip() else lectures
    found = list(matching.order_by("-first_published_at", "-pk")[:LECTURES_OFFERED])
    try:
        key = UUID(str(picked)) if picked else None
    except ValueError:
        key = None
    if key and key not in {lecture.translation_key for lecture in found}:
        found = [*lectures.filter(translation_key=key)[:1], *found]
    return found


@never_cache
@login_required
def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what came of each tick, and take further ticks."""
    viewer = cast("Member", request.user)
    meeting = get_object_or_404(entering.sessions_of(viewer), pk=pk)
    late = is_closed(timezone.localdate(meeting.starts_at).year) and not meeting.late_reason
    form = MorePresentForm(request.POST or None, late=late)
    if request.method == "POST" and form.is_valid():
        try:
            entering.add_present(
                meeting, viewer, form.cleaned_data["present"], form.cleaned_data["late_reason"]
            )
        except roll.RollRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(meeting))
            return redirect("sessions:session", pk=pk)
    return render(
        request,
        "meetings/session.html",
        {"session": meeting, "sheet": roll_sheet.sheet_to_add(meeting, viewer), "form": form, "late": late},
        status=422 if form.errors else 200,
    )


@never_cache
@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a reason and take one person's hours back."""
    viewer = cast("Member", request.user)
    ticked = get_object_or_404(
        Attendance.objects.filter(session__in=entering.sessions_of(viewer)).select_related(
            "session__organization", "member", "entry__member__organization"
        ),
        pk=pk,
    )
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            roll.correct(viewer, ticked, form.cleaned_data["reason"])
        except (roll.RollRefusedError, ReversalRefusedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The hours of %(name)s have been taken back.") % {"name": ticked.member}
            )
            return redirect("sessions:session", pk=ticked.session_id)
    return render(
        request,
        "meetings/correct.html",
        {"attendance": ticked, "form": form, "allowed": roll.may_correct(viewer, ticked)},
        status=422 if form.errors else 200,
    )


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


def _told(meeting: Session) -> str:
    """Return in one line how many are credited and how many are not."""
    outcomes = list(meeting.attendances.values_list("outcome", flat=True))
    credited = outcomes.count(Attendance.Outcome.CREDITED)
    rest = len(outcomes) - credited
    parts = [
        ngettext("%(n)d person is credited", "%(n)d people are credited", credited) % {"n": credited},
    ]
    if rest:
        parts.append(
            ngettext(
                "%(n)d person is noted without hours; the reason stands beside the name",
                "%(n)d people are noted without hours; the reason stands beside each name",
                rest,
            )
            % {"n": rest}
        )
    return pgettext("between clauses", "; ").join(parts) + pgettext("end of a sentence", ".")
