"""What a reader sees when a form comes from a page that is too old."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that nothing was changed and what to do. `reason` is technical and stays in the log."""
    return render(request, "site_config/csrf_failure.html", status=403)
