"""Reads what a reader asked. Every input is answered: what cannot be understood is left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hours.models import Subject
from members.models import MemberCategory

from .offers import kinds
from .questions import LONGEST_QUESTION


class QuestionField(forms.CharField):
    """A question: cut to a bearable length, without control characters."""

    default_validators = []

    def to_python(self, value: Any) -> str:
        """Return the question in one line."""
        text = "".join(character if character.isprintable() else " " for character in str(value or ""))
        return " ".join(text.split())[:LONGEST_QUESTION]


class SearchForm(forms.Form):
    """A question and what it is narrowed to."""

    q = QuestionField(required=False, label=_("What are you looking for?"))
    kind = forms.ChoiceField(required=False)
    category = forms.ModelChoiceField(MemberCategory.objects.all(), to_field_name="slug", required=False)
    subject = forms.ModelChoiceField(Subject.objects.all(), to_field_name="code", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.code, kind.name) for kind in kinds().values()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField has choices

    def understood(self) -> dict[str, Any]:
        """Return the cleaned values; a choice that does not exist counts as not made."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
