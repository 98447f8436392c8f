"""The form for what a year asks; what closed years asked cannot be changed by it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from hours.closed_years import closed_years
from hours.models import DeliveryKind, HourRequirement


class HourRequirementForm(forms.ModelForm):
    """One requirement: what, when, of whom."""

    delivery_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Delivery kinds that count"),
        choices=DeliveryKind.choices,
        required=False,
        help_text=gettext_lazy("None ticked: every kind counts."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = HourRequirement
        fields = [
            "measure",
            "hours",
            "subject",
            "delivery_kinds",
            "centralized_sessions",
            "valid_from",
            "valid_until",
            "applies_to",
            "category",
            "age_from",
            "age_until",
        ]
        widgets = {"valid_from": AdminDateInput, "valid_until": AdminDateInput}

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself, and what would change a closed year."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("It cannot end before it begins."))
        low, high = data.get("age_from"), data.get("age_until")
        if low is not None and high is not None and high < low:
            self.add_error("age_until", _("The upper age cannot lie below the lower."))
        if data.get("measure") == HourRequirement.Measure.TOTAL and data.get("subject"):
            self.add_error("subject", _("Hours in one subject are a part. The hours in all know no subject."))
        part = data.get("measure") == HourRequirement.Measure.PART
        if part and not data.get("subject") and not data.get("delivery_kinds"):
            self.add_error("subject", _("Say what the part is of: a subject, delivery kinds, or both."))
        if start and not self.errors:
            self._keep_closed_years(start, end)
        return data

    def _keep_closed_years(self, start: date, end: date | None) -> None:
        old = self.instance if self.instance.pk else None
        touched = years_asked(start, end)
        asked = years_asked(self.initial["valid_from"], self.initial["valid_until"]) if old else set()
        other = set(self.changed_data) - {"valid_until"}
        if touched != asked or (asked and other):
            self.add_error(None, refusal_of(touched | asked))


def refusal_of(years: set[int]) -> str:
    """Return the sentence that refuses a change for the closed `years`."""
    return _(
        "This would change what was asked of a closed year (%(years)s), which stands still. What shall hold "
        "from now on begins after that year."
    ) % {"years": ", ".join(str(year) for year in sorted(years))}


def closed_years_of(start: date, end: date | None) -> set[int]:
    """Return the closed years in which any of these days lies."""
    return {year for year in closed_years() if start.year <= year and (not end or end.year >= year)}


def years_asked(start: date, end: date | None) -> set[int]:
    """Return the closed years on whose last day a requirement of these days is valid."""
    return {
        year
        for year in closed_years()
        if start <= date(year, 12, 31) and (not end or end >= date(year, 12, 31))
    }
