"""The facets: what a search can be narrowed by, one row each.

Form, address, counting, chips and suggestions are derived from `FACETS`. A new facet is a new row and, where
the database does not tell its values yet, an attribute of the page types: a type that carries `search_kind`
may say, as expressions of the database,

    search_minutes   how long it takes (whole minutes)
    search_year      the year it is about; without it, the year in which it was first published
    search_place     where it happened
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Model, Value
from django.db.models.functions import ExtractYear
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from hours.models import Subject
from members.models import MemberCategory

from .page_types import kinds

# Code, upper bound in minutes and label; a 微党课 lasts up to 15 minutes, a credit hour 45.
LENGTHS = (
    ("short", 15, _("up to 15 minutes")),
    ("medium", 45, _("15 to 45 minutes")),
    ("long", 100_000, _("over 45 minutes")),
)
# Of more choices the first are shown; whoever wants another types it into the box.
MOST_CHOICES = 12


@dataclass(frozen=True)
class Option:
    """A choice of a facet. `code`: in the address; `value`: in the facet's column; `category`: its icon's."""

    code: Any
    label: str
    value: Any
    category: MemberCategory | None = None


def _same(value: Any) -> Any:
    return value


def _most_frequent_first(value_and_count: tuple[Any, int]) -> Any:
    value, count = value_and_count
    return -count, value


def _newest_first(value_and_count: tuple[Any, int]) -> Any:
    return -value_and_count[0]


@dataclass(frozen=True)
class Facet:
    """One facet. Its values are found by an attribute of the page type or by the type's relations."""

    # Its name in the address and in the form, also of its column in `.facet_fields`.
    parameter: str
    label: str | Promise
    # An attribute of the page type, a constant or an expression of the database; `default` for types without.
    attribute: str = ""
    default: Any = None
    # Instead of an attribute: every relation of the type to this model counts; the value is the related key.
    related: type[Model] | None = None
    # Makes the value out of what the database returns.
    value_of: Callable[[Any], Any] = _same
    # All choices in their order, where there is a vocabulary; else what the results have, by `sort_key`.
    options: Callable[[], list[Option]] | None = None
    sort_key: Callable[[tuple[Any, int]], Any] = _most_frequent_first
    # Smallest and largest value of a facet that is a number.
    number_range: tuple[int, int] | None = None
    most_choices: int = MOST_CHOICES
    # Whether it is offered to browse by where a search can be narrowed by nothing.
    is_browsed: bool = False
    # Whether its options are suggested while a reader types, in characters or in pinyin.
    is_suggested: bool = False

    def expression_for(self, model: type[Page]) -> Any:
        """Return the expression of the database for the facet's value on pages of `model`."""
        found = getattr(model, self.attribute, self.default)
        return found if hasattr(found, "resolve_expression") else Value(found, output_field=CharField())


def _kinds() -> list[Option]:
    return [Option(kind.code, kind.name, kind.code) for kind in kinds().values()]


def _categories() -> list[Option]:
    return [Option(one.slug, one.name, one.pk, one) for one in MemberCategory.objects.all()]


def _subjects() -> list[Option]:
    return [Option(one.code, one.name, one.pk) for one in Subject.objects.all()]


def _lengths() -> list[Option]:
    return [Option(code, str(label), code) for code, _most, label in LENGTHS]


def _length_of(minutes: int) -> str:
    return next(code for code, most, _label in LENGTHS if minutes <= most)


# In the order of the page.
FACETS: tuple[Facet, ...] = (
    Facet("kind", _("Kind"), attribute="search_kind", options=_kinds, is_browsed=True),
    Facet(
        "category",
        _("Meant for"),
        related=MemberCategory,
        options=_categories,
        is_browsed=True,
        is_suggested=True,
    ),
    Facet("subject", _("Subject"), related=Subject, options=_subjects, is_browsed=True, is_suggested=True),
    Facet("length", _("Length"), attribute="search_minutes", value_of=_length_of, options=_lengths),
    # Any year and place can be searched for, so that no result reveals those of unpublished pages.
    Facet(
        "year",
        _("Year"),
        attribute="search_year",
        default=ExtractYear("first_published_at"),
        value_of=int,
        sort_key=_newest_first,
        number_range=(1900, 2999),
    ),
    Facet("place", _("Place"), attribute="search_place"),
)


class Vocabulary:
    """The options of all facets that have a vocabulary, read once a request."""

    def __init__(self) -> None:
        self._options = {facet.parameter: facet.options() for facet in FACETS if facet.options is not None}

    def values_of(self, choices: dict[str, Any]) -> dict[str, Any]:
        """Return the columns' values for the codes of an address; unknown codes are left out."""
        values = {}
        for parameter, code in choices.items():
            options = self._options.get(parameter)
            if options is None:
                values[parameter] = code
            else:
                known = {option.code: option.value for option in options}
                values |= {parameter: known[code]} if code in known else {}
        return values

    def options_of(self, facet: Facet, counts: dict[Any, int]) -> list[tuple[Option, int]]:
        """Return all options of a facet with their counts, in the order of the page."""
        options = self._options.get(facet.parameter)
        if options is not None:
            return [(option, counts.get(option.value, 0)) for option in options]
        by_order = sorted(counts.items(), key=facet.sort_key)
        return [(Option(value, str(value), value), count) for value, count in by_order]


def suggested_options() -> list[tuple[Facet, Option]]:
    """Return the options that are suggested by name while a reader types, read from the database."""
    return [
        (facet, option)
        for facet in FACETS
        if facet.is_suggested and facet.options is not None
        for option in facet.options()
    ]
