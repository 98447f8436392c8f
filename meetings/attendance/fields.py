"""A form field for the ticks of a roll: any number of row ids."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _


class IdListField(forms.Field):
    """Row ids, each once."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> set[int]:
        """Return the ids; refuse what is no id, and none at all where some are required."""
        try:
            numbers = {int(each) for each in value or []}
        except (TypeError, ValueError) as fault:
            raise ValidationError(_("This is no list of numbers.")) from fault
        if any(not 0 < number <= BigIntegerField.MAX_BIGINT for number in numbers):
            raise ValidationError(_("This is no list of numbers."))
        if self.required and not numbers:
            raise ValidationError(self.error_messages["required"], code="required")
        return numbers
