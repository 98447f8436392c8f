"""The buttons of the console: what an editor may do with a film beside describing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.log_actions import log

from local_videos.jobs import lifecycle, recovery, tasks
from local_videos.permissions import films_of, policy
from local_videos.playback import posters
from local_videos.upload import resumable


@never_cache
def film_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the state of one film as a piece of HTML, for the page that shows it."""
    film = get_object_or_404(films_of(request.user, "change"), pk=pk)
    return render(request, "local_videos/admin/film_state.html", {"film": film})


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more for a film that failed, or for one that is ready but should be made anew."""
    film = get_object_or_404(films_of(request.user, "change"), pk=pk)
    # A second press of the button finds the film in the queue already, and asks for nothing.
    if not film.is_busy:
        tasks.request_preparation(film)
        log(instance=film, action="local_videos.try_again", user=request.user)
    messages.success(request, _("The film is being prepared once more."))
    return _back(request, pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End the preparation of a film."""
    film = get_object_or_404(films_of(request.user, "change"), pk=pk)
    if lifecycle.cancel(film):
        log(instance=film, action="local_videos.cancel", user=request.user)
        messages.success(request, _("Preparing the film was cancelled."))
    else:
        messages.info(request, _("The film was not being prepared any more."))
    return _back(request, pk)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to where the button stood: the list, or the film's own page."""
    listed = get_valid_next_url_from_request(request)
    return redirect(listed) if listed else redirect("local_videos_admin:edit", pk)


@require_http_methods(["GET", "POST"])
def sweep(request: HttpRequest) -> HttpResponse:
    """Look for films whose worker died and give them to another; ask first."""
    if not policy.user_has_permission(request.user, "change"):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "local_videos/admin/sweep.html")
    found = recovery.recover_stale_jobs() + resumable.finish_left_behind()
    recovery.sweep_scratch()
    resumable.sweep_expired()
    if found:
        words = ngettext(
            "%(count)s film was stuck and goes on now.", "%(count)s films were stuck and go on now.", found
        )
        messages.success(request, words % {"count": found})
    else:
        messages.success(request, _("No film is stuck."))
    return redirect("local_videos_admin:index")


@require_GET
def frame(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """Show one of the frames among which an editor chooses the poster."""
    film = get_object_or_404(films_of(request.user, "change"), pk=pk)
    place = posters.frame_of(film, number)
    if place is None:
        raise Http404
    answer = FileResponse(place.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
