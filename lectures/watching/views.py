"""Takes what players report of what was seen."""

import json
from typing import Any

from django.core import signing
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import intervals
from .recording import NoSuchSessionError, NotPlayingError, PlayToken, record
from .standing import standing_from

# A heartbeat of a whole evening without a network is a few kilobytes.
MOST_BYTES = 64 * 1024
MOST_HEARTBEATS = 2**31 - 1


class _UnreadableError(ValueError):
    """The request is no heartbeat."""


# Exempt from the CSRF check because no cookie says who reports: the signed token in the body does, another
# site cannot read or make one, and `navigator.sendBeacon` on closing a page can send no header.
@csrf_exempt
@require_POST
@never_cache
def heartbeat(request: HttpRequest) -> JsonResponse:
    """Take in a heartbeat as JSON: `{"token", "number", "intervals": [[from, to], …], "position"}`."""
    try:
        token_text, raw, position, number = _read(request)
    except _UnreadableError:
        return _refusal("unreadable", _("The report of the player could not be read."), 400)
    try:
        token = PlayToken.read(token_text)
    except (signing.BadSignature, ValueError):
        return _refusal("outdated", _("This page is out of date. Please open the lecture again."), 403)
    now = timezone.now()
    try:
        recorded = record(token, raw, position, number, now)
    except NoSuchSessionError:
        return _refusal("unknown", _("This visit is not known. Please open the lecture again."), 404)
    except NotPlayingError:
        return _refusal("gone", _("This lecture is no longer offered; watching it earns no hours."), 410)
    standing = standing_from(recorded.progress, token.member_id, recorded.lecture, now)
    return JsonResponse(
        {
            "status": "elsewhere" if recorded.elsewhere else "recorded",
            "message": (
                _(
                    "You have gone on with a lesson in another window or on another device. "
                    "This film stops here."
                )
                if recorded.elsewhere
                else ""
            ),
            "state": standing.state.value,
            "sentence": standing.sentence,
            "seen": standing.seen,
            "percent": standing.percent,
        }
    )


def _read(request: HttpRequest) -> tuple[Any, Any, float, int]:
    """Return token, claims, position and number of the heartbeat; raise `_UnreadableError`."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > MOST_BYTES:
            raise _UnreadableError
        said = json.loads(request.body)
    # A body nested a thousand lists deep ends in RecursionError; a line may break before it is whole.
    except (ValueError, RecursionError, UnreadablePostError) as fault:
        raise _UnreadableError from fault
    if not isinstance(said, dict):
        raise _UnreadableError
    number, position = said.get("number"), intervals.seconds(said.get("position"))
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= MOST_HEARTBEATS:
        raise _UnreadableError
    if position is None or not isinstance(said.get("intervals"), list):
        raise _UnreadableError
    return said.get("token"), said["intervals"], position, number


def _refusal(status: str, message: str, code: int) -> JsonResponse:
    return JsonResponse({"status": status, "message": message}, status=code)
