"""Putting right what was entered: one person's hours, a whole meeting, or a meeting that never was."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from meetings.attendance import roll
from meetings.attendance.refusals import RollRefusedError
from meetings.models import Attendance
from members.models import Member

from . import correcting, entering
from .forms import CorrectionForm, MeetingCorrectionForm
from .outcomes import add_refusal, offered, told


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
        except RollRefusedError as refusal:
            add_refusal(form, refusal)
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


@never_cache
@login_required
def correct_meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show all facts of a meeting; store them anew, with the reason, and credit everybody anew."""
    viewer = cast("Member", request.user)
    meeting = get_object_or_404(entering.sessions_of(viewer), pk=pk)
    form = MeetingCorrectionForm(request.POST or None, session=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            corrected = correcting.correct(
                viewer,
                meeting,
                form.meeting(),
                form.cleaned_data["reason"],
                seen_at=form.cleaned_data["seen_at"],
            )
        except RollRefusedError as refusal:
            add_refusal(form, refusal)
        else:
            done = _("The meeting has been corrected: %(told)s") % {"told": told(corrected)}
            messages.success(request, done)
            return redirect("sessions:session", pk=pk)
    return render(
        request,
        "meetings/correct_meeting.html",
        {
            "session": meeting,
            "form": form,
            "allowed": correcting.may_change(viewer, meeting),
            "offered": offered(form["title"].value() or "", form["lecture"].value()),
            "picked": str(form["lecture"].value() or ""),
            "late": "late_reason" in form.errors or bool(form["late_reason"].value()),
        },
        status=422 if form.errors else 200,
    )


@never_cache
@login_required
def withdraw_meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a reason, take all hours of a meeting back and mark it withdrawn."""
    viewer = cast("Member", request.user)
    meeting = get_object_or_404(entering.sessions_of(viewer), pk=pk)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            correcting.withdraw(viewer, meeting, form.cleaned_data["reason"])
        except RollRefusedError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The meeting has been withdrawn and its hours have been taken back."))
            return redirect("sessions:session", pk=pk)
    return render(
        request,
        "meetings/withdraw_meeting.html",
        {"session": meeting, "form": form, "allowed": correcting.may_change(viewer, meeting)},
        status=422 if form.errors else 200,
    )
