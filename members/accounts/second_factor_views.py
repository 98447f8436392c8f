"""The second factor: the step after the password, setting it up, turning it off, helping who lost a phone."""

from typing import Any, cast
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from foundation import qr_codes
from members.models import Member
from members.roles.permissions import holds_office, members_reset_by

from . import second_factor
from .second_factor_forms import PasswordAgainForm, SecondStepForm, SetUpForm
from .sessions import halfway, must_set_up, open_session, signed_in_lately, stay_signed_in

# The secret that the set-up page shows, encrypted, until a code confirms it.
_SECRET = "members_new_factor"  # noqa: S105  a name
_APP_DIGITS = 6


@method_decorator(never_cache, name="dispatch")
class SecondStepView(FormView):
    """Asks for the code after the password. Until it is right, nobody is signed in."""

    template_name = "members/second_step.html"
    form_class = SecondStepForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send back whoever has not given a password lately."""
        begun = halfway(request, now=timezone.now())
        if begun is None:
            if request.method == "POST":
                messages.info(request, _("That took a little long. Please enter your password again."))
            return redirect("members:sign_in")
        self.member, self.after = begun
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form whose code it must be."""
        return {**super().get_form_kwargs(), "request": self.request, "member": self.member}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Greet by name."""
        return {**super().get_context_data(**kwargs), "member": self.member}

    def form_valid(self, form: SecondStepForm) -> HttpResponse:
        """Sign in; say how many recovery codes are left if one was used."""
        response = open_session(self.request, self.member, self.after)
        if len(form.cleaned_data["code"]) > _APP_DIGITS:
            left = second_factor.codes_left(self.member)
            messages.info(
                self.request,
                ngettext(
                    "You have used a recovery code; %(left)s is left. New ones are made in “My learning”.",
                    "You have used a recovery code; %(left)s are left. New ones are made in “My learning”.",
                    left,
                )
                % {"left": left},
            )
        return response


@method_decorator([never_cache, login_required], name="dispatch")
class _OwnFactorView(View):
    """For those who hold a task here, and for whoever has kept the factor from when they did."""

    member: Member
    # What the page is for: a factor that is on, one that is off, or either. Else the present state is shown.
    for_factor: bool | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Keep members without a task from a page that is of no use to them."""
        self.member = cast(Member, request.user)
        if self.member.second_factor_at is None and not holds_office(self.member):
            raise PermissionDenied
        if self.for_factor not in (None, self.member.second_factor_at is not None):
            return redirect("members:second_factor")
        return super().dispatch(request, *args, **kwargs)


class StateView(_OwnFactorView, TemplateView):
    """Whether the factor is on, and what can be done."""

    template_name = "members/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say since when it is on and how many recovery codes are left."""
        on = self.member.second_factor_at is not None
        return {
            **super().get_context_data(**kwargs),
            "since": self.member.second_factor_at,
            "codes_left": second_factor.codes_left(self.member) if on else 0,
            "must": settings.MEMBERS_STAFF_SECOND_FACTOR != "may",
        }


class SetUpView(_OwnFactorView, FormView):
    """Shows the secret, takes a code from the app as proof, then shows the recovery codes."""

    template_name = "members/second_factor_set_up.html"
    form_class = SetUpForm
    for_factor = False

    def get_form_kwargs(self) -> dict[str, Any]:
        """Ask for the password only if it was not given a moment ago."""
        ask = not signed_in_lately(self.request, now=timezone.now())
        return {**super().get_form_kwargs(), "request": self.request, "ask_password": ask}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the secret as picture, as text in groups of four and as a link for the phone itself."""
        secret = self._secret()
        address = second_factor.address_for_app(self.member, secret)
        return {
            **super().get_context_data(**kwargs),
            "qr_code": qr_codes.inline_svg(address, border=3),
            "groups": [secret[at : at + 4] for at in range(0, len(secret), 4)],
            "address": address,
            "must": must_set_up(self.member),
            "next": _after(self.request),
        }

    def form_valid(self, form: SetUpForm) -> HttpResponse:
        """Turn the factor on."""
        now = timezone.now()
        codes = second_factor.enable(self.member, self._secret(), form.cleaned_data["code"], now=now)
        if codes is None:
            form.add_error(
                "code",
                _(
                    "This code does not fit. Please enter the one that the app shows now; if it never fits, "
                    "let the phone set its clock by the network."
                ),
            )
            return self.form_invalid(form)
        del self.request.session[_SECRET]
        self.request.session.cycle_key()
        stay_signed_in(self.request, self.member)
        return _show_codes(self.request, codes, after=_after(self.request))

    def _secret(self) -> str:
        """Return the secret of this session's set-up: the same if the page is loaded anew."""
        kept = self.request.session.get(_SECRET)
        try:
            return str(get_adapter().decrypt(kept)) if kept else self._new_secret()
        except InvalidToken:
            return self._new_secret()

    def _new_secret(self) -> str:
        secret = second_factor.new_secret()
        self.request.session[_SECRET] = get_adapter().encrypt(secret)
        return secret


class _WithPassword(_OwnFactorView, FormView):
    """Does one thing to a factor that is on, after the password."""

    template_name = "members/second_factor_password.html"
    form_class = PasswordAgainForm
    off = False
    for_factor = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the request: wrong passwords are counted."""
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which of the two it is."""
        must = settings.MEMBERS_STAFF_SECOND_FACTOR != "may"
        return {**super().get_context_data(**kwargs), "off": self.off, "must": must}


class NewCodesView(_WithPassword):
    """Ten new recovery codes in the place of the old."""

    def form_valid(self, form: PasswordAgainForm) -> HttpResponse:
        """Make and show them."""
        return _show_codes(self.request, second_factor.new_recovery_codes(self.member), after="")


class DisableView(_WithPassword):
    """Turns the factor off."""

    off = True

    def form_valid(self, form: PasswordAgainForm) -> HttpResponse:
        """Turn it off; whoever must have one goes straight on to the next phone."""
        second_factor.disable(self.member)
        stay_signed_in(self.request, self.member)
        messages.success(self.request, _("Two-step sign-in is off."))
        there = "second_factor_set_up" if must_set_up(self.member) else "second_factor"
        return redirect(f"members:{there}")


@method_decorator([never_cache, login_required], name="dispatch")
class ResetView(TemplateView):
    """Takes the factor away from somebody who has lost the phone."""

    template_name = "members/second_factor_reset.html"

    def get_member(self) -> Member:
        """Return a member with a factor whom the viewer may free of it."""
        found = members_reset_by(self.request.user).filter(second_factor_at__isnull=False)
        return get_object_or_404(found.select_related("organization"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whom it is about."""
        return {**super().get_context_data(**kwargs), "member": self.get_member()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it away."""
        member = self.get_member()
        second_factor.reset(member, by=cast(Member, request.user))
        messages.success(
            request, _("%(name)s signs in with the password alone for now.") % {"name": member.name}
        )
        return redirect("members:login_codes")


def _after(request: HttpRequest) -> str:
    """Return where to go on to, if that lies on this site, else nothing."""
    there = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return there if safe else ""


def _show_codes(request: HttpRequest, codes: list[str], *, after: str) -> HttpResponse:
    """Show new recovery codes, on paper and as a file as well; they are kept in no session and shown once."""
    written = [f"{code[:4]} {code[4:]}" for code in codes]
    lines = [_("Recovery codes for signing in; each is good once."), request.get_host(), *written, ""]
    file = f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}"
    context = {"codes": written, "after": after, "file": file}
    return render(request, "members/recovery_codes.html", context)
