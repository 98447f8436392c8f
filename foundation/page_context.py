"""What a page's template shows beside the page, built by functions that lie above the page models.

Wagtail asks a page model for its context, but what is shown is read by modules that import the model. Each
app names its builders here when it starts, so that models import nothing above them.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Builder = Callable[[Any, HttpRequest], dict[str, Any]]

_builders: dict[type, Builder] = {}


def register(page_model: type, builder: Builder) -> None:
    """Have `builder(page, request)` give what the template of `page_model` shows beside the page."""
    _builders[page_model] = builder


class BuiltContextMixin:
    """A page model whose context comes from the registered builder; stands before `Page` in its bases."""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context and what the builder adds. Raises `KeyError` where none is registered."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]  # a page's
        return context | _builders[type(self)](self, request)
