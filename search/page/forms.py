"""Reads the parameters of a search. Every input is answered: what cannot be understood is left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.engine.query import LONGEST_QUERY

from .facets import FACETS, Facet
from .parameters import SearchParameters
from .searching import ORDERS


class LineField(forms.CharField):
    """A line of text: cut to a bearable length, without control characters."""

    default_validators = []

    def to_python(self, value: Any) -> str:
        """Return the text in one line."""
        text = "".join(character if character.isprintable() else " " for character in str(value or ""))
        return " ".join(text.split())[:LONGEST_QUERY]


def _field_of(facet: Facet) -> forms.Field:
    if facet.number_range is None:
        return LineField(required=False)
    lowest, highest = facet.number_range
    return forms.IntegerField(required=False, min_value=lowest, max_value=highest)


class SearchForm(forms.Form):
    """A query, a choice of each facet, and the order of the results."""

    q = LineField(required=False, label=_("What are you looking for?"))
    sort = forms.ChoiceField(required=False, choices=[(order, order) for order in ORDERS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {facet.parameter: _field_of(facet) for facet in FACETS}

    def parameters(self) -> SearchParameters:
        """Return the cleaned values; what is not valid counts as not chosen."""
        self.is_valid()
        values = self.cleaned_data
        choices = {facet.parameter: values.get(facet.parameter) for facet in FACETS}
        return SearchParameters(
            query=values.get("q") or "",
            choices={parameter: code for parameter, code in choices.items() if code},
            order=values.get("sort") or "",
        )
