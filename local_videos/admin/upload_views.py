"""The addresses of resumable uploads in the admin: tus 1.0 (https://tus.io/protocols/resumable-upload), its
core with creation, termination and expiration; and what an editor decides about a film that is known.
"""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from local_videos import faults
from local_videos.models import LocalVideo, Upload
from local_videos.permissions import policy
from local_videos.upload import resumable

from .forms import UploadDetailsForm

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
_MOST_METADATA = 40
_View = Callable[..., HttpResponse]
# Statuses that HTTP has but Django gives no name to.
_CONFLICT, _PRECONDITION, _TOO_LARGE, _WRONG_TYPE, _LOCKED, _NO_ROOM = 409, 412, 413, 415, 423, 507


def _tus(view: _View) -> _View:
    """Speak tus: check the version that is asked for, say ours, let nothing be stored on the way."""

    @wraps(view)
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            answer = HttpResponse(status=_PRECONDITION)
            answer["Tus-Version"] = VERSION
        else:
            try:
                answer = view(request, *args, **kwargs)
            except resumable.Busy:
                answer = HttpResponse(status=_LOCKED)
            except Http404:
                # By the version a browser tells our "not here" from that of a portal on the way.
                answer = HttpResponse(status=404)
        answer["Tus-Resumable"] = VERSION
        answer["Cache-Control"] = "no-store"
        return answer

    return speaking


@require_http_methods(["POST", "OPTIONS"])
@_tus
def uploads(request: HttpRequest) -> HttpResponse:
    """Open an upload, or say what is understood here."""
    if request.method == "OPTIONS":
        answer = HttpResponse(status=204)
        answer["Tus-Version"] = VERSION
        answer["Tus-Extension"] = "creation,termination,expiration"
        answer["Tus-Max-Size"] = str(settings.LOCAL_VIDEOS_MAX_UPLOAD_BYTES)
        return answer
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    size = _whole_number(request.headers.get("Upload-Length"))
    if size is None or said is None:
        return HttpResponse(status=400)
    film = _film_to_replace(request, said.get("replaces", ""))
    form = None
    if film is None:
        if not policy.user_has_permission(request.user, "add"):
            raise Http404
        form = UploadDetailsForm({"title": said.get("title", ""), **_collection(said)}, user=request.user)
        if not form.is_valid():
            return _words(" ".join(error for errors in form.errors.values() for error in errors), 400)
    try:
        upload = resumable.begin(
            request.user,
            name=said.get("filename", ""),
            size=size,
            fingerprint=said.get("fingerprint", ""),
            title=form.cleaned_data["title"] if form else "",
            collection=form.chosen_collection() if form else None,
            replaces=film,
        )
    except faults.FilmFault as fault:
        status = {faults.TOO_LARGE: _TOO_LARGE, faults.DISC_FULL: _NO_ROOM}.get(fault.code, 400)
        return _words(str(fault), status)
    answer = HttpResponse(status=201)
    answer["Location"] = reverse("local_videos_admin:upload", args=[upload.pk])
    answer["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@_tus
def upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say how much has arrived, take the next piece, or forget it all."""
    ours = _own(request, pk)
    if request.method == "DELETE":
        resumable.discard(ours)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        return _piece(request, ours)
    return _at(ours, ours.offset, 200)


def _piece(request: HttpRequest, ours: Upload) -> HttpResponse:
    """Take the next piece of an upload."""
    offset = _whole_number(request.headers.get("Upload-Offset"))
    if request.content_type != PIECE_TYPE or offset is None:
        return HttpResponse(status=400 if request.content_type == PIECE_TYPE else _WRONG_TYPE)
    try:
        length = _whole_number(request.headers.get("Content-Length"))
        return _at(ours, resumable.add(ours, offset=offset, read=request.read, length=length), 204)
    except resumable.WrongOffset:
        return HttpResponse(status=_CONFLICT)
    except resumable.TooLong:
        return HttpResponse(status=_TOO_LARGE)
    except UnreadablePostError:
        # The line broke; nobody reads this answer.
        return HttpResponse(status=400)
    except faults.FilmFault as fault:
        return _words(str(fault), _NO_ROOM)


def _at(ours: Upload, offset: int, status: int) -> HttpResponse:
    """Say how much has arrived, of how much, and how long it is kept."""
    answer = HttpResponse(status=status)
    answer["Upload-Offset"], answer["Upload-Length"] = str(offset), str(ours.size)
    answer["Upload-Expires"] = http_date(ours.expires_at.timestamp())
    return answer


@require_GET
@never_cache
def upload_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what became of an upload."""
    return JsonResponse(_told(_own(request, pk)))


@require_POST
@never_cache
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the film of an upload that is whole: as it is, "anyway", or "use" the known film instead."""
    ours = _own(request, pk)
    try:
        if request.POST.get("how") == "use":
            resumable.use_known(ours)
        else:
            resumable.finish(ours, anyway=request.POST.get("how") == "anyway")
    except resumable.Busy:
        return JsonResponse({}, status=_LOCKED)
    return JsonResponse(_told(ours))


def _own(request: HttpRequest, pk: UUID) -> Upload:
    """The editor's own upload; nobody else's exists for them."""
    try:
        return resumable.upload_of(request.user, pk)
    except Upload.DoesNotExist as error:
        raise Http404 from error


def _told(ours: Upload) -> dict[str, Any]:
    """What the page needs to know about an upload."""
    film = ours.film
    return {
        "state": ours.state,
        "offset": ours.offset,
        "reason": faults.sentence(ours.reason),
        "upload": str(ours.pk),
        "film": film and {"title": film.title, "url": reverse("local_videos_admin:edit", args=[film.pk])},
    }


def _film_to_replace(request: HttpRequest, key: str) -> LocalVideo | None:
    """The film that gets the file, if one is named; 404 unless the editor may change it."""
    if not key:
        return None
    films = policy.instances_user_has_permission_for(request.user, "change")
    film: LocalVideo | None = films.filter(pk=_whole_number(key)).first()
    if film is None:
        raise Http404
    return film


def _collection(said: dict[str, str]) -> dict[str, str]:
    return {"collection": said["collection"]} if said.get("collection") else {}


def _metadata(header: str) -> dict[str, str] | None:
    """Read `Upload-Metadata`: pairs of a key and a text in base64; None if it is not that."""
    pairs = [pair.split() for pair in header.split(",") if pair.strip()]
    if len(pairs) > _MOST_METADATA or any(len(pair) not in {1, 2} for pair in pairs):
        return None
    try:
        return {pair[0]: base64.b64decode("".join(pair[1:]), validate=True).decode() for pair in pairs}
    except ValueError:
        return None


def _whole_number(text: str | None) -> int | None:
    """Read a size or an offset; None for anything but up to 15 digits."""
    digits = text is not None and text.isascii() and text.isdigit() and len(text) <= 15  # noqa: PLR2004  fits every column
    return int(text) if digits and text else None


def _words(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
