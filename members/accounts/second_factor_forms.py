"""The forms of the second factor: a code from the phone, and the password once more."""

from typing import Any, cast

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member

from .backends import knows_password
from .forms import tidy_number


class _CodeField(forms.CharField):
    """Digits as they are typed: in groups, or with a Chinese keyboard's wide ones."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "factor-code"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the digits alone."""
        return tidy_number(super().clean(value))


class SecondStepForm(forms.Form):
    """The code of the app, or a recovery code, of the member who has just given the password."""

    code = _CodeField(
        label=gettext_lazy("Code from the app"), help_text=gettext_lazy("Six digits, new every half minute.")
    )

    def __init__(self, request: HttpRequest, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.member = request, member
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        """Refuse a wrong code; it counts with wrong passwords."""
        code: str = self.cleaned_data["code"]
        if authenticate(self.request, username=self.member.number, factor_token=code) is None:
            raise forms.ValidationError(
                _("This code does not fit, or was used already. Please enter the one that the app shows now.")
            )
        return code


class PasswordAgainForm(forms.Form):
    """The password of the one who is signed in: the phone or the computer may be in other hands now."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Refuse a wrong password; it counts with those at sign-in."""
        typed: str = self.cleaned_data["password"]
        if not knows_password(self.request, cast(Member, self.request.user), typed):
            raise forms.ValidationError(_("This is not your password. Please try again."))
        return typed


class SetUpForm(PasswordAgainForm):
    """A code that shows that the app knows the secret; the password unless it was given a moment ago."""

    code = _CodeField(label=gettext_lazy("The six digits that the app shows now"))
    field_order = ["code", "password"]

    def __init__(self, *args: Any, ask_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_password:
            del self.fields["password"]
