"""What the operator's phone sends."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.attendance.fields import IdListField

from .models import Station
from .pairing import CODE_LENGTH, clean_code


class PairForm(forms.Form):
    """The code on the TV, and the station that it is to belong to."""

    code = forms.CharField(
        label=_("Code on the TV"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "pair__code"}),
    )
    station = forms.ModelChoiceField(Station.objects.none(), label=_("Station"), empty_label=None)

    def __init__(self, *args: Any, stations: QuerySet[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_code(self) -> str:
        """Return the code without blanks; say how long a code is."""
        code = clean_code(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH:
            raise ValidationError(_("The code has 8 digits. Please enter what the TV shows."))
        return code


class RollForm(forms.Form):
    """Member ids: who was listed on the page, and who of them is ticked; `taken_back` are ledger entries."""

    present = IdListField(required=False)
    shown = IdListField(required=False)
    taken_back = IdListField(required=False)
