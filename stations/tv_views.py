"""The TV's pages and what its scripts ask for. Whoever has no paired screen's cookie gets a pairing code."""

import json
import math
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from foundation import qr_codes
from local_videos.playback.streaming import NotPlayable, open_stream

from . import devices, pairing, programme, screenings
from .models import Screening, StationDevice


@never_cache
@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """Show today's programme, or on a screen that is not paired a pairing code."""
    station = devices.station_of(request)
    if station is None:
        return _pairing_page(request, devices.device_of(request))
    now = timezone.now()
    offer = programme.programme_of(station, now, request.GET.get("subject", ""))
    response = render(request, "stations/screen.html", {"station": station, "now": now, "offer": offer})
    devices.set_cookie(response, request, request.COOKIES[devices.COOKIE])
    return response


@never_cache
@require_GET
def pairing_state(request: HttpRequest) -> JsonResponse:
    """Tell a waiting screen whether its code still stands: waiting, paired or expired."""
    device = devices.device_of(request)
    if device is None or (device.station_id is None and not pairing.is_open(device, timezone.now())):
        return JsonResponse({"state": "expired"})
    return JsonResponse({"state": "paired" if device.station_id else "waiting"})


@never_cache
@require_GET
def line(request: HttpRequest) -> HttpResponse:
    """Answer with nothing: the screen measures its line by it. 403 when the screen was unpaired."""
    return HttpResponse(status=204 if devices.station_of(request) else 403)


@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin or resume the lecture on whose tile was pressed; the tile names the page, not the lesson."""
    station = devices.station_of(request)
    if station is None:
        return redirect("stations:screen")
    try:
        key = UUID(request.POST.get("lecture", ""))
    except ValueError as fault:
        raise Http404 from fault
    lecture = programme.playable().filter(translation_key=key).select_related("video", "subject").first()
    if lecture is None:
        return redirect("stations:screen")
    screening = screenings.start_screening(station, lecture, timezone.now())
    return redirect("stations:playing", pk=screening.pk)


@never_cache
@require_GET
def playing(request: HttpRequest, pk: int) -> HttpResponse:
    """Play the station's open screening on the whole screen, from where it stopped."""
    station = devices.station_of(request)
    if station is None:
        return redirect("stations:screen")
    screening = get_object_or_404(Screening.objects.select_related("session"), pk=pk, station=station)
    lecture = screenings.playing_lecture(screening)
    if lecture is None or lecture.video is None or screening.closed_at is not None:
        return redirect("stations:screen")
    try:
        stream = open_stream(lecture.video)
    except NotPlayable:
        messages.error(request, _("This film cannot be shown at the moment. Please choose another one."))
        return redirect("stations:screen")
    roll_url = request.build_absolute_uri(reverse("stations:roll_call", args=[screening.pk]))
    return render(
        request,
        "stations/playing.html",
        {
            "station": station,
            "screening": screening,
            "stream": stream,
            # A film that was replaced meanwhile begins anew, with its first heartbeat.
            "resume_at": screenings.resume_at(screening, lecture.film_version),
            "token": screenings.heartbeat_token(screening, lecture.film_version),
            "roll_qr": qr_codes.data_uri(roll_url),
        },
    )


@never_cache
@require_POST
def heartbeat(request: HttpRequest) -> JsonResponse:
    """Take in what was shown since the last heartbeat.

    Takes `token`, `intervals` (JSON), `position` (seconds) and `number`, which every answer of ours names.
    """
    station = devices.station_of(request)
    said = station and screenings.heartbeat_of(request.POST.get("token", ""), station)
    if not said:
        return _refusal(request, "unknown", 403)
    try:
        claims = json.loads(request.POST.get("intervals", "[]"))
        position = float(request.POST.get("position", "0"))
    except (ValueError, RecursionError):
        return _refusal(request, "unreadable", 400)
    if not math.isfinite(position):
        return _refusal(request, "unreadable", 400)
    now = timezone.now()
    screening = screenings.record(said.screening, claims, now, position, said.version)
    return JsonResponse(
        {
            "status": "recorded",
            "number": request.POST.get("number", ""),
            "open": screening.closed_at is None,
            "completed": screening.is_complete,
            "over": not screening.is_complete and screenings.is_over(screening, now),
        }
    )


def _refusal(request: HttpRequest, status: str, code: int) -> JsonResponse:
    return JsonResponse({"status": status, "number": request.POST.get("number", "")}, status=code)


def _pairing_page(request: HttpRequest, device: StationDevice | None) -> HttpResponse:
    now = timezone.now()
    token = request.COOKIES.get(devices.COOKIE, "")
    if device is None:
        waiting = pairing.issue_code(now)
        device, token = waiting.device, waiting.token
    else:
        device = pairing.renew(device, now)
    code = device.pairing_code or ""
    pair_url = request.build_absolute_uri(reverse("stations:pair"))
    response = render(
        request,
        "stations/pairing.html",
        {
            "groups": pairing.groups(code),
            "qr": qr_codes.data_uri(f"{pair_url}?code={code}"),
            "pair_url": pair_url,
        },
    )
    devices.set_cookie(response, request, token)
    return response
