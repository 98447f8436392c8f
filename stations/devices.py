"""The TVs: how a request is known to come from a station's screen.

A TV holds a random token in a long-lived HttpOnly cookie; the database holds its hash alone. `station_of` is
the one place that turns a request into a station.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from .models import Station, StationDevice

COOKIE = "station_screen"
# Browsers keep no cookie longer than 400 days; each visit of the programme renews it.
COOKIE_AGE = timedelta(days=400)
# "Last seen" is for the list of stations: a write a minute is exact enough.
SEEN_STEP = timedelta(minutes=1)


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is stored of `token`. It is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def device_of(request: HttpRequest) -> StationDevice | None:
    """Return the screen that this request comes from, paired or still waiting; None without a known token."""
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    return StationDevice.objects.select_related("station").filter(token_hash=hash_of(token)).first()


def station_of(request: HttpRequest) -> Station | None:
    """Return the station whose paired screen sent this request, else None. Notes that the screen is alive."""
    device = device_of(request)
    if device is None or device.station is None:
        return None
    now = timezone.now()
    if device.last_seen_at is None or now - device.last_seen_at >= SEEN_STEP:
        StationDevice.objects.filter(pk=device.pk).update(last_seen_at=now)
    return device.station


def set_cookie(response: HttpResponse, request: HttpRequest, token: str) -> None:
    """Give the TV its token, or renew it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_AGE,
        path=reverse("stations:screen"),
        secure=request.is_secure() or settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
