"""The ways to narrow a search, with the number of results that each choice would leave.

A number counts the results that have the choice and everything else that is chosen already; so every number
is what the reader finds after selecting it. Only pages are counted that the reader may see.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hours.models import Subject
from members.models import MemberCategory

from .facet_fields import Traits
from .page_types import kinds

# Of places and years, so many are offered; whoever wants another types it into the box.
MOST_CHOICES = 12


@dataclass(frozen=True)
class Choice:
    """A chip that narrows the search, or widens it again where it is the chosen one."""

    label: str
    address: str
    chosen: bool
    count: int
    category: MemberCategory | None = None


@dataclass(frozen=True)
class Facet:
    """One way to narrow a search."""

    name: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class Asked:
    """A whole search, as the address carries it. `codes`: what it is narrowed to, by the facet's name."""

    question: str
    codes: dict[str, Any]
    order: str = ""

    def address(self, **changed: Any) -> str:
        """Return the query string of this search with some choices changed (None takes one back)."""
        words = {"q": self.question} | self.codes | {"sort": self.order} | changed
        return f"?{urlencode({name: value for name, value in words.items() if value})}"


class Vocabulary:
    """The names of categories and subjects, read once a request."""

    def __init__(self) -> None:
        self.categories = {one.slug: one for one in MemberCategory.objects.all()}
        self.subjects = {one.code: one for one in Subject.objects.all()}

    def trait(self, name: str, code: Any) -> Any:
        """Return what stands in the column `name` for a code of the address; None for an unknown one."""
        if name == "category":
            return self.categories[code].pk if code in self.categories else None
        if name == "subject":
            return self.subjects[code].pk if code in self.subjects else None
        return code

    def options(self, name: str, counts: dict[Any, int]) -> list[tuple[Any, str, int, MemberCategory | None]]:
        """Return code, label, count and category of all that may be chosen, in the order of the page."""
        if name == "kind":
            return [(one.code, one.name, counts.get(one.code, 0), None) for one in kinds().values()]
        if name == "category":
            return [(one.slug, one.name, counts.get(one.pk, 0), one) for one in self.categories.values()]
        if name == "subject":
            return [(one.code, one.name, counts.get(one.pk, 0), None) for one in self.subjects.values()]
        if name == "length":
            return [(code, str(label), counts.get(code, 0), None) for code, label in lengths().items()]
        if name == "year":
            return [(year, str(year), counts[year], None) for year in sorted(counts, reverse=True)]
        places = sorted(counts, key=lambda place: (-counts[place], place))
        return [(place, place, counts[place], None) for place in places]


def labels() -> dict[str, str]:
    """Return the headings of all ways to narrow, in the order of the page."""
    return {
        "kind": _("Kind"),
        "category": _("Meant for"),
        "subject": _("Subject"),
        "length": _("Length"),
        "year": _("Year"),
        "place": _("Place"),
    }


def lengths() -> dict[str, str]:
    """Return the names of `search.page.facet_fields.LENGTHS`."""
    return {
        "short": _("up to 15 minutes"),
        "medium": _("15 to 45 minutes"),
        "long": _("over 45 minutes"),
    }


def facets_of(keys: Sequence[int], traits: Traits, asked: Asked, vocabulary: Vocabulary) -> list[Facet]:
    """Return all ways to narrow the results `keys`; those that offer no choice are left out."""
    rows = traits.rows_of(keys)
    among = np.zeros(len(traits.keys), np.bool_)
    among[rows[rows >= 0]] = True
    wanted = {name: vocabulary.trait(name, code) for name, code in asked.codes.items()}
    facets = []
    for name, label in labels().items():
        others = {other: code for other, code in wanted.items() if other != name}
        counts = traits.columns[name].counts(among & traits.having(others))
        choices = list(_choices(name, counts, asked, vocabulary))
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            facets.append(Facet(name, label, choices))
    return facets


def _choices(name: str, counts: dict[Any, int], asked: Asked, vocabulary: Vocabulary) -> Iterable[Choice]:
    chosen = asked.codes.get(name)
    shown = 0
    options = vocabulary.options(name, counts)
    if chosen is not None and chosen not in [code for code, *_rest in options]:
        options.append((chosen, str(chosen), 0, None))
    for code, label, count, category in options:
        if code == chosen:
            yield Choice(label, asked.address(**{name: None}), True, count, category)
        elif count and shown < MOST_CHOICES:
            shown += 1
            yield Choice(label, asked.address(**{name: code}), False, count, category)
