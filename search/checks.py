"""A system check: warns when an index was written by other code or with another dictionary."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register
from modelsearch.backends import get_search_backends_with_name

from search.engine.schema import fingerprint

from .backend import SearchBackend


@register()
def index_is_up_to_date(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of every index that has to be rebuilt; one that does not exist yet is made by itself."""
    found: list[CheckMessage] = []
    for name, backend in get_search_backends_with_name():
        if not isinstance(backend, SearchBackend):
            continue
        for index in backend.all_indexes():
            if index.files.exists() and index.files.fingerprint() != fingerprint():
                found.append(
                    Warning(
                        f'The search index "{index}" of the backend "{name}" was written with another '
                        "dictionary or by another version.",
                        hint="Run `python manage.py update_index`; the old index answers until it is done.",
                        id="search.W001",
                    )
                )
    return found
