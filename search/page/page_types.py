"""What can be searched for: the published, open pages of the types that carry `search_kind`.

Types are discovered by attribute, what they point at by relation; no page type is known by name.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignObjectRel, Model
from wagtail.models import Page
from wagtail.query import PageQuerySet


@dataclass(frozen=True)
class Kind:
    """A kind of page that can be searched for."""

    code: str
    models: tuple[type[Page], ...]

    @property
    def name(self) -> str:
        """The name of the kind, in the reader's language."""
        return str(self.models[0]._meta.verbose_name)


@cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by code, in the order in which the apps are installed from below."""
    found: dict[str, list[type[Page]]] = {}
    for model in apps.get_models():
        code = getattr(model, "search_kind", None)
        if code and issubclass(model, Page):
            found.setdefault(code, []).append(model)
    return {code: Kind(code, tuple(models)) for code, models in found.items()}


def searchable_types() -> list[type[Page]]:
    """Return the page types of all kinds."""
    return [model for kind in kinds().values() for model in kind.models]


def content_types() -> list[int]:
    """Return the keys of the content types of all kinds."""
    return [one.pk for one in ContentType.objects.get_for_models(*searchable_types()).values()]


def searchable_pages() -> PageQuerySet:
    """Return the pages that anybody may find: the one rule of what a search shows, counts or suggests."""
    found: PageQuerySet = Page.objects.live().public().filter(content_type__in=content_types())
    return found


@cache
def relations_to(target: type[Model], model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """Return the fields of `model` that point at `target`."""
    return tuple(
        field
        for field in model._meta.get_fields()
        if field.is_relation and not isinstance(field, ForeignObjectRel) and field.related_model is target
    )
