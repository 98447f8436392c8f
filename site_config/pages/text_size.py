"""Simple mode: larger text, kept in a cookie of the browser and nowhere else."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "guben_size"
SIZES = ("normal", "large")
ONE_YEAR = 60 * 60 * 24 * 365


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Remember the text size asked for and return to the page it was asked on."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    size = request.POST.get("size", "")
    if size in SIZES:
        # Readable by shell.js, which changes the size without loading the page anew.
        response.set_cookie(COOKIE, size, max_age=ONE_YEAR, samesite="Lax", secure=request.is_secure())
    return response
