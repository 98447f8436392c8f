"""Begins watch sessions, and takes what players report of what was seen.

Every answer is JSON with a `status`, and names the `number` of the report that it answers: by that a player
tells our answer from that of a portal or proxy on the way, and forgets a report only then.
"""

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
from .lessons import NotPlayingError, ReplacedError
from .recording import Recorded, record
from .sessions import NoSuchSessionError, begin
from .standing import standing_from
from .tokens import PageToken, PlayToken

# The player begins another report long before (watching.js).
MOST_BYTES = 64 * 1024
MOST_HEARTBEATS = 2**31 - 1
_REFUSALS = (signing.BadSignature, ValueError, NoSuchSessionError, NotPlayingError, ReplacedError)


class _UnreadableError(Exception):
    """The request is no heartbeat; `number` is what it calls itself, as far as that can be read."""

    def __init__(self, number: int | None = None) -> None:
        super().__init__()
        self.number = number


# Both are exempt from the CSRF check because no cookie says who reports: the signed token in the body does,
# another site cannot read or make one, and `navigator.sendBeacon` on closing a page can send no header.
@csrf_exempt
@require_POST
@never_cache
def begin_session(request: HttpRequest) -> JsonResponse:
    """Begin a watch session for the page's token, JSON `{"page"}`; answer the token for its heartbeats."""
    try:
        page = PageToken.read(_said(request).get("page"))
        session = begin(page, timezone.now())
    except _UnreadableError:
        return _unreadable(None)
    except _REFUSALS as refusal:
        return _refused(refusal, None)
    return JsonResponse({"status": "begun", "token": PlayToken(session.pk, page.member_id).sign()})


@csrf_exempt
@require_POST
@never_cache
def heartbeat(request: HttpRequest) -> JsonResponse:
    """Take in a heartbeat as JSON: `{"token", "number", "intervals": [[from, to], …], "position"}`."""
    try:
        token_text, raw, position, number = _read(_said(request))
    except _UnreadableError as fault:
        return _unreadable(fault.number)
    now = timezone.now()
    try:
        token = PlayToken.read(token_text)
        recorded = record(token, raw, position, number, now)
    except _REFUSALS as refusal:
        return _refused(refusal, number)
    standing = standing_from(recorded.progress, token.member_id, recorded.lecture, now)
    return JsonResponse(
        {
            "status": _status(recorded),
            "number": number,
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


def _status(recorded: Recorded) -> str:
    if recorded.elsewhere:
        return "elsewhere"
    return "ended" if recorded.ended else "recorded"


def _said(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object in the body; raise `_UnreadableError`."""
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
    return said


def _read(said: dict[str, Any]) -> tuple[Any, Any, float, int]:
    """Return token, claims, position and number of the heartbeat; raise `_UnreadableError`."""
    number, position = said.get("number"), intervals.seconds(said.get("position"))
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= MOST_HEARTBEATS:
        raise _UnreadableError
    if position is None or not isinstance(said.get("intervals"), list):
        raise _UnreadableError(number)
    return said.get("token"), said["intervals"], position, number


def _unreadable(number: int | None) -> JsonResponse:
    words = _("The report of the player could not be read.")
    return JsonResponse({"status": "unreadable", "number": number, "message": words}, status=400)


def _refused(refusal: Exception, number: int | None) -> JsonResponse:
    """Return the answer to what cannot be taken in. Only "gone" may be taken in later."""
    if isinstance(refusal, NotPlayingError):
        status, code = "gone", 410
        words = _("This lecture is no longer offered; watching it earns no hours.")
    elif isinstance(refusal, ReplacedError):
        status, code = "replaced", 409
        words = _(
            "The film of this lecture has been replaced. Please open the lecture again; "
            "the new film begins anew."
        )
    elif isinstance(refusal, NoSuchSessionError):
        status, code = "unknown", 404
        words = _("This visit is not known. Please open the lecture again.")
    else:
        status, code = "outdated", 403
        words = _("This page is out of date. Please open the lecture again.")
    return JsonResponse({"status": status, "number": number, "message": words}, status=code)
