"""What is asked in an address holds no NUL: PostgreSQL refuses that character wherever it is compared."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class QueriesHoldNoNul:
    """Middleware: pass over NUL in the query of an address, before anybody reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the view's answer."""
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query:
            request.META["QUERY_STRING"] = query.replace("%00", "")
        return self.get_response(request)
