"""The facets of a search, with the number of results that each choice would leave.

A number counts the results that have the choice and everything else that is chosen already; so every number
is what the reader finds after selecting it. Only pages are counted that the reader may see.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from members.models import MemberCategory

from .facet_fields import FacetFields
from .facets import FACETS, Facet, Option, Vocabulary
from .parameters import SearchParameters


@dataclass(frozen=True)
class Choice:
    """A chip that narrows the search, or widens it again where it is the chosen one."""

    label: str
    address: str
    chosen: bool
    count: int
    category: MemberCategory | None = None


@dataclass(frozen=True)
class CountedFacet:
    """A facet with the choices that these results offer."""

    name: str
    label: str
    is_browsed: bool
    choices: list[Choice]


def count_facets(
    keys: Iterable[int], fields: FacetFields, parameters: SearchParameters, vocabulary: Vocabulary
) -> list[CountedFacet]:
    """Return all facets of the results `keys`; those that offer no choice are left out."""
    rows = fields.rows_of(keys)
    among = np.zeros(len(fields.keys), np.bool_)
    among[rows[rows >= 0]] = True
    wanted = vocabulary.values_of(parameters.choices)
    counted = []
    for facet in FACETS:
        others = {other: value for other, value in wanted.items() if other != facet.parameter}
        counts = fields.columns[facet.parameter].counts(among & fields.having(others))
        choices = list(_choices(facet, counts, parameters, vocabulary))
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            counted.append(CountedFacet(facet.parameter, str(facet.label), facet.is_browsed, choices))
    return counted


def _choices(
    facet: Facet, counts: dict[Any, int], parameters: SearchParameters, vocabulary: Vocabulary
) -> Iterator[Choice]:
    chosen = parameters.choices.get(facet.parameter)
    shown = 0
    options = vocabulary.options_of(facet, counts)
    if chosen is not None and chosen not in [option.code for option, _count in options]:
        options.append((Option(chosen, str(chosen), chosen), 0))
    for option, count in options:
        is_chosen = option.code == chosen
        if is_chosen or (count and shown < facet.most_choices):
            shown += not is_chosen
            address = parameters.address(**{facet.parameter: None if is_chosen else option.code})
            yield Choice(option.label, address, is_chosen, count, option.category)
