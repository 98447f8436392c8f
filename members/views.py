"""Signing in and out, and changing the password: Django's own views with our words."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import PasswordChangeForm
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account

from .forms import SignInForm


@method_decorator(never_cache, name="dispatch")
class SignInView(auth.LoginView):
    """One number, one password, one button. Goes on to `next` if that lies on this site."""

    template_name = "members/sign_in.html"
    authentication_form = SignInForm


class SignOutView(auth.LogoutView):
    """Answers POST alone, so that no link or picture can sign somebody out."""


@method_decorator(never_cache, name="dispatch")
class ChangePasswordView(auth.PasswordChangeView):
    """Asks for the old password, then twice for the new one."""

    template_name = "members/change_password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("members:change_password")

    def form_valid(self, form: Form) -> HttpResponse:
        """Store the new password and say so."""
        response = super().form_valid(form)  # type: ignore[arg-type]  # the stubs narrow the form
        messages.success(self.request, _("Your password has been changed. Use the new one from now on."))
        return response


def sign_in_instead(request: HttpRequest) -> HttpResponse:
    """Send whoever asks for one of Wagtail's own login forms to ours, which counts wrong passwords."""
    there = reverse("members:sign_in")
    after = request.GET.get("next")
    return redirect(f"{there}?{urlencode({'next': after})}" if after else there)


class AccountView(account.AccountView):
    """Wagtail's account settings without the panel for given and family name, which our members lack."""

    def get_panels(self) -> list[Any]:
        """Return Wagtail's panels; a member's name is kept by whoever keeps the register."""
        return [
            panel for panel in super().get_panels() if not isinstance(panel, account.NameEmailSettingsPanel)
        ]


account_settings = never_cache(require_admin_access(AccountView.as_view()))
