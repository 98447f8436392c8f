"""The operator's pages on the phone: pairing screens, taking the roll."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from meetings.attendance.refusals import RollRefusedError
from meetings.attendance.roll import Ticks
from members.models import Member

from . import pairing
from . import roll as rolls
from .forms import PairForm, RollForm
from .models import StationDevice
from .screenings import share_seen


@never_cache
@login_required
def pair(request: HttpRequest) -> HttpResponse:
    """Confirm the code that a TV shows and choose its station; list the screens that are paired."""
    operator = cast("Member", request.user)
    stations = pairing.stations_of(operator)
    form = PairForm(request.POST or None, stations=stations, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        try:
            device = pairing.pair(
                operator, form.cleaned_data["code"], form.cleaned_data["station"], timezone.now()
            )
        except pairing.PairingRefusedError as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(
                request,
                _("The screen now belongs to %(station)s. The TV shows its programme in a few seconds.")
                % {"station": device.station},
            )
            return redirect("stations:pair")
    screens = (
        StationDevice.objects.filter(station__in=stations)
        .select_related("station")
        .order_by("station__name", "paired_at")
    )
    return render(
        request,
        "stations/pair.html",
        {"form": form, "screens": screens, "has_stations": bool(screens) or stations.exists()},
    )


@require_POST
@login_required
def unpair(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a screen."""
    operator = cast("Member", request.user)
    device = get_object_or_404(StationDevice, pk=pk, station__in=pairing.stations_of(operator))
    try:
        pairing.unpair(operator, device)
    except pairing.PairingRefusedError as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, _("The screen is signed out. Its TV shows a pairing code again."))
    return redirect("stations:pair")


@never_cache
@login_required
def roll(request: HttpRequest) -> HttpResponse:
    """List the screenings of today and of the days before whose roll can be taken."""
    operator = cast("Member", request.user)
    now = timezone.now()
    return render(
        request,
        "stations/roll.html",
        {
            "today": timezone.localdate(now),
            "screenings": rolls.with_counts(rolls.screenings_of(operator, now)),
            "has_stations": pairing.stations_of(operator).exists(),
            "days": rolls.ROLL_DAYS,
        },
    )


@never_cache
@login_required
def roll_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick who was in the room and save."""
    operator = cast("Member", request.user)
    screening = get_object_or_404(rolls.screenings_of(operator, timezone.now()), pk=pk)
    form = RollForm(request.POST or None)
    fault, ticks = "", None
    if request.method == "POST":
        if not form.is_valid():
            fault = _("The roll could not be read. Please reload the page and tick again.")
        else:
            ticks = Ticks(form.cleaned_data["present"], form.cleaned_data["taken_back"])
            try:
                result = rolls.take_roll(screening, operator, ticks, shown=form.cleaned_data["shown"])
            except RollRefusedError as refusal:
                fault = str(refusal)
            else:
                messages.success(request, result.sentence())
                if result.warning:
                    messages.warning(request, result.warning)
                return redirect("stations:roll_call", pk=pk)
    sheet = rolls.sheet_of(screening, operator, query=request.GET.get("q", ""), ticks=ticks)
    return render(
        request,
        "stations/roll_call.html",
        {
            "screening": screening,
            "share": share_seen(screening),
            "sheet": sheet,
            "fault": fault,
        },
        status=422 if fault else 200,
    )
