"""The page of the editors' site on which a member is moved to another organization."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import LogFormatter
from wagtail.models import ModelLogEntry

from members.changes.transfer import TransferRefusedError, transfer
from members.models import Member
from members.roles.permissions import members_moved_by, units_moved_within

from .organizations import OrganizationField


class TransferForm(forms.Form):
    """Where to."""

    to = OrganizationField(
        label=gettext_lazy("to the organization"),
        help_text=gettext_lazy("Type the code or a part of the name."),
        error_messages={
            "invalid_choice": gettext_lazy(
                "You answer for no organization with this code. Only who answers for both organizations can "
                "move a member; please ask the level above."
            )
        },
    )


class TransferView(WagtailAdminTemplateMixin, FormView):
    """Says what a transfer does and does it."""

    form_class = TransferForm
    template_name = "members/admin/transfer.html"
    page_title = gettext_lazy("Transfer")
    header_icon = "user"
    _show_breadcrumbs = True

    @cached_property
    def member(self) -> Member:
        """The member, if the viewer may move them."""
        people = members_moved_by(self._viewer).select_related("organization", "host_organization")
        return get_object_or_404(people, pk=self.kwargs["pk"])

    @property
    def _viewer(self) -> Member:
        return cast(Member, self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the list of members."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailusers_users:index"), "label": _("Members")},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_form(self, form_class: Any = None) -> TransferForm:
        """Offer the organizations that the viewer answers for."""
        _member = self.member  # not found comes before the form
        form: TransferForm = super().get_form(form_class)
        form.fields["to"].queryset = units_moved_within(self._viewer)  # type: ignore[attr-defined]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whom it is about, what they hold, and the organizations to choose from."""
        units = units_moved_within(self._viewer).order_by("path")
        return {
            **super().get_context_data(**kwargs),
            "member": self.member,
            "roles": self.member.roles.select_related("organization"),
            "organizations": units.values_list("code", "name"),
        }

    def form_valid(self, form: TransferForm) -> HttpResponse:
        """Move the member, or say beside the field why not."""
        to = form.cleaned_data["to"]
        try:
            transfer(self.member, to, by=self._viewer)
        except TransferRefusedError as refusal:
            form.add_error("to", str(refusal))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("%(name)s belongs to %(organization)s now. The hours came along.")
            % {"name": self.member.name, "organization": to.name},
        )
        return redirect("wagtailusers_users:index")


class TransferFormatter(LogFormatter):
    """Writes a transfer into a member's history: from where to where."""

    label = gettext_lazy("Transfer")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the sentence; whoever is made nameless loses these facts with the rest."""
        names = [(log_entry.data.get(end) or ["", "—"])[1] for end in ("from", "to")]
        return _("Transferred from %(before)s to %(after)s") % {"before": names[0], "after": names[1]}
