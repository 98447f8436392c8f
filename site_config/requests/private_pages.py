"""Pages made for a signed-in person are kept by no cache and no shared computer's back button."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control


class PersonalPagesAreNotStored:
    """Middleware: say `no-store` wherever a signed-in session was looked at.

    It looks at the session only if the view did, so answers that need no session cost no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the view's answer, marked if it may hold something personal."""
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response
