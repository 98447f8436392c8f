"""The language of a station's screen: one for all screens by the setting STATIONS_LANGUAGE.

Without it a screen is shown in the language of its browser, as every page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

View = Callable[..., HttpResponse]


def in_screen_language(view: View) -> View:
    """Have `view` answer in the language of the screens."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = settings.STATIONS_LANGUAGE or translation.get_language()
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        return response

    return answer
