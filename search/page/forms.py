"""Reads what a reader asked. Every input is answered: what cannot be understood is left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.engine.query import LONGEST_QUESTION

from .facet_fields import LENGTHS
from .page_types import kinds
from .searching import ORDERS

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class LineField(forms.CharField):
    """A line of text: cut to a bearable length, without control characters."""

    default_validators = []

    def to_python(self, value: Any) -> str:
        """Return the text in one line."""
        text = "".join(character if character.isprintable() else " " for character in str(value or ""))
        return " ".join(text.split())[:LONGEST_QUESTION]


class SearchForm(forms.Form):
    """A question, what it is narrowed to, and the order of the results.

    Any year and place can be asked for, so that no answer tells which ones unpublished pages have.
    """

    q = LineField(required=False, label=_("What are you looking for?"))
    kind = forms.ChoiceField(required=False)
    category = LineField(required=False)
    subject = LineField(required=False)
    length = forms.ChoiceField(required=False, choices=[(code, code) for code in LENGTHS])
    year = forms.IntegerField(required=False, min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    place = LineField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(order, order) for order in ORDERS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.code, kind.name) for kind in kinds().values()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField has choices

    def understood(self) -> dict[str, Any]:
        """Return the cleaned values; a choice that does not exist counts as not made."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
