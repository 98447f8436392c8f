"""The forms with which a member signs in and changes the password."""

import re
import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .backends import knows_password

_PHONE_WITH_COUNTRY = re.compile(r"^(?:\+|00)86(?=1\d{10}$)")


def tidy_number(typed: str) -> str:
    """Return a member number or phone as it is stored, from what somebody typed.

    Full-width digits (as Chinese keyboards give them), spaces, hyphens, small letters and the country code
    in front of a mobile number are all the same number.
    """
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed)).upper()
    return _PHONE_WITH_COUNTRY.sub("", plain)


class SignInForm(AuthenticationForm):
    """One field for the member number or the phone, and the password."""

    # Longer than any number: spaces and a country code are typed along with it.
    username = forms.CharField(
        label=_("Mobile number or member number"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    error_messages = {
        "invalid_login": _(
            "The number and the password do not fit together. Please check both; if you have forgotten the "
            "password, your party branch will have it set anew."
        ),
        "inactive": _("This account is closed. Please ask your party branch."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django puts the stored field's length here; what is typed may be longer.
        self.fields["username"].max_length = 40  # type: ignore[attr-defined]  # a CharField
        self.fields["username"].widget.attrs["maxlength"] = 40

    def clean_username(self) -> str:
        """Return the number as it is stored."""
        return tidy_number(self.cleaned_data["username"])


class ChangePasswordForm(PasswordChangeForm):
    """The old password, and twice the new one. Who finds a phone lying about cannot try out the old one."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Refuse a wrong one; it counts with those at sign-in."""
        typed: str = self.cleaned_data["old_password"]
        if not knows_password(self.request, self.user, typed):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return typed
