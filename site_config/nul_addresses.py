"""No address of the site holds the character NUL: PostgreSQL refuses it wherever it is compared."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


class NulIsNowhere:
    """Middleware: answer 404 where the path or the query holds NUL, before anything looks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the view's answer, or raise `Http404`."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return self.get_response(request)
