"""Login codes: issuing them, and signing in with one for the first time."""

import re
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from members.models import LoginCode, Member
from members.roles.permissions import (
    NotResponsibleError,
    members_helped_by,
    members_reset_by,
    organizations_of,
)

from . import login_codes
from .forms import tidy_number
from .sessions import enter

# What the session remembers between the code and the new password.
_VERIFIED = "members_code_verified"
_MINUTES = 30
PEOPLE_A_PAGE = 100
_KEY = re.compile(r"[0-9]{1,18}")  # what the database can hold


class CodeForm(forms.Form):
    """Number or phone, and the code."""

    username = forms.CharField(
        label=gettext_lazy("Mobile number or member number"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    code = forms.CharField(
        label=gettext_lazy("Code from your branch"),
        max_length=40,
        help_text=gettext_lazy("Eight digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.member: Member | None = None

    def clean(self) -> dict[str, Any]:
        """Find whose code it is; wrong ones count with wrong passwords."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "username" in data and "code" in data:
            self.member = authenticate(
                self.request,
                username=tidy_number(data["username"]),
                login_code=tidy_number(data["code"]),
            )
            if self.member is None:
                raise forms.ValidationError(
                    _(
                        "The number and the code do not fit together, or the code is no longer good. "
                        "Please check both, or ask your party branch for a new code."
                    )
                )
        return data


@method_decorator(never_cache, name="dispatch")
class FirstSignInView(FormView):
    """Asks for the number and the code."""

    template_name = "members/first_sign_in.html"
    form_class = CodeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the request, whose address is no part of the count but whose session is."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """Remember that the code was right, and ask for a password."""
        member = cast(Member, form.member)
        stored = LoginCode.objects.get(member=member)
        self.request.session.cycle_key()
        self.request.session[_VERIFIED] = {
            "member": member.pk,
            "hash": stored.code_hash,
            "at": timezone.now().timestamp(),
        }
        return redirect("members:new_password")


@method_decorator(never_cache, name="dispatch")
class NewPasswordView(FormView):
    """Asks for the new password, twice, and signs the member in."""

    template_name = "members/new_password.html"
    form_class = SetPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send back whoever has not given a code lately."""
        verified = request.session.get(_VERIFIED) or {}
        fresh = timezone.now().timestamp() - verified.get("at", 0) < _MINUTES * 60
        member = Member.objects.filter(pk=verified["member"], is_active=True).first() if fresh else None
        if member is None:
            return redirect("members:first_sign_in")
        self.member, self.code_hash = member, verified["hash"]
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the member whom the password is for."""
        return {**super().get_form_kwargs(), "user": self.member}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Greet by name."""
        return {**super().get_context_data(**kwargs), "member": self.member}

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """Store the password, use the code up, sign in."""
        done = login_codes.redeem(
            self.member, self.code_hash, form.cleaned_data["new_password1"], now=timezone.now()
        )
        del self.request.session[_VERIFIED]
        if not done:
            messages.error(self.request, _("The code is no longer good. Please ask your party branch anew."))
            return redirect("members:first_sign_in")
        messages.success(self.request, _("Your password is set. Use it whenever you sign in from now on."))
        return enter(self.request, self.member, "/")


@method_decorator([never_cache, login_required], name="dispatch")
class CodesView(View):
    """The people whom the viewer may help, and their new codes, shown once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the people, with what each has to sign in with."""
        return self._people(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Issue codes to those ticked and show them, for this once."""
        ticked = [int(pk) for pk in request.POST.getlist("member") if _KEY.fullmatch(pk)]
        if not ticked:
            return self._people(request, _("Please tick at least one person."))
        try:
            codes = login_codes.issue(ticked, by=cast(Member, request.user), now=timezone.now())
        except NotResponsibleError:
            raise PermissionDenied from None
        return render(request, "members/issued_codes.html", {"codes": codes})

    def _people(self, request: HttpRequest, fault: str = "") -> HttpResponse:
        helped = members_helped_by(request.user)
        if not helped.exists() and not organizations_of(request.user).exists():
            raise PermissionDenied
        query = tidy_number(request.GET.get("q", ""))
        if query:
            helped = helped.filter(Q(name__icontains=query) | Q(number__iexact=query) | Q(phone=query))
        if request.GET.get("only") == "new":
            helped = helped.filter(last_login__isnull=True)
        people = helped.select_related("organization", "login_code").order_by(
            "organization__path", "name", "number"
        )
        page = Paginator(people, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "q": request.GET.get("q", ""),
            "only": request.GET.get("only", ""),
            "fault": fault,
            "now": timezone.now(),
            "may_reset": members_reset_by(request.user).exists(),
        }
        return render(request, "members/login_codes.html", context, status=422 if fault else 200)
