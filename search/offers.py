"""What the search page offers: the page types that carry `search_kind`, and how they can be narrowed.

Types, categories and subjects are discovered by attribute and relation; no page type is known by name.
"""

from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignObjectRel, Model, Q
from wagtail.models import Page
from wagtail.query import PageQuerySet

from hours.models import Subject
from members.models import MemberCategory


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


def pages(
    *, kind: str | None = None, category: MemberCategory | None = None, subject: Subject | None = None
) -> PageQuerySet:
    """Return the pages that anybody may find. This is the one rule of what the search page shows."""
    chosen = [kinds()[kind]] if kind else list(kinds().values())
    models = [model for one in chosen for model in one.models]
    types = ContentType.objects.get_for_models(*models).values()
    found: PageQuerySet = Page.objects.live().public().filter(content_type__in=[one.pk for one in types])
    for value in (category, subject):
        if value is not None:
            found = found.filter(_related_to(value, models))
    return found


def _related_to(value: Model, models: list[type[Page]]) -> Q:
    """Pages of any of `models` that point at `value`."""
    ways = [
        Q(pk__in=model._default_manager.filter(**{field.name: value}).values("pk"))
        for model in models
        for field in relations_to(type(value), model)  # type: ignore[arg-type]  # a class is hashable
    ]
    return reduce(or_, ways, Q(pk__in=[]))


@cache
def relations_to(target: type[Model], model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """Return the fields of `model` that point at `target`."""
    return tuple(
        field
        for field in model._meta.get_fields()
        if field.is_relation and not isinstance(field, ForeignObjectRel) and field.related_model is target
    )
