"""Signing in and out, and changing the password: Django's own views with our words."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account
from wagtail.admin.views.reports.audit_logging import LogEntriesView

from members.models import Member
from members.roles.permissions import administers_everything

from . import login_codes
from .forms import ChangePasswordForm, SignInForm
from .sessions import enter


@method_decorator(never_cache, name="dispatch")
class SignInView(auth.LoginView):
    """One number, one password, one button. Goes on to `next` if that lies on this site."""

    template_name = "members/sign_in.html"
    authentication_form = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Go on: to the second step, or in."""
        return enter(self.request, form.get_user(), self.get_success_url())


class SignOutView(auth.LogoutView):
    """Answers POST alone, so that no link or picture can sign somebody out."""


@method_decorator(never_cache, name="dispatch")
class ChangePasswordView(auth.PasswordChangeView):
    """Asks for the old password, then twice for the new one."""

    template_name = "members/change_password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("members:change_password")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the request: wrong passwords are counted."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the new password and say so; an issued code is needed no more."""
        member: Member = form.save(commit=False)  # hashes, slow on purpose: before the transaction
        with transaction.atomic():
            member.save(update_fields=["password"])
            login_codes.void_code(member)
        update_session_auth_hash(self.request, member)
        messages.success(self.request, _("Your password has been changed. Use the new one from now on."))
        return redirect(self.get_success_url())


def sign_in_instead(request: HttpRequest) -> HttpResponse:
    """Send whoever asks for one of Wagtail's own login forms to ours, which counts wrong passwords."""
    there = reverse("members:sign_in")
    after = request.GET.get("next")
    return redirect(f"{there}?{urlencode({'next': after})}" if after else there)


class AccountView(account.AccountView):
    """Wagtail's account settings without what our members lack, or change on a page of ours."""

    def get_panels(self) -> list[Any]:
        """Return Wagtail's panels: a name is kept with the register, a password changed on our page."""
        ours = (account.NameEmailSettingsPanel, account.ChangePasswordPanel)
        return [panel for panel in super().get_panels() if not isinstance(panel, ours)]


account_settings = never_cache(require_admin_access(AccountView.as_view()))


def _for_the_whole_district(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let those alone in who administer the whole tree: what the page shows knows no limits of one's unit."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not administers_everything(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(require_admin_access(guarded))


# Every change to every member and organization, by name.
site_history = _for_the_whole_district(LogEntriesView.as_view())
site_history_results = _for_the_whole_district(LogEntriesView.as_view(results_only=True))


@never_cache
@login_required
def my_data(request: HttpRequest) -> HttpResponseBase:
    """Send all that is kept of the one who asks, as Excel or, with `?as=json`, as JSON."""
    from . import own_data  # noqa: PLC0415  slow to import, and rarely needed

    member = cast(Member, request.user)
    if request.GET.get("as") == "json":
        return HttpResponse(
            own_data.as_json(member),
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
        )
    return FileResponse(own_data.as_excel(member), as_attachment=True, filename=_("my data.xlsx"))
