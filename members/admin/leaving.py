"""The page of the editors' site on which a member who has left is made nameless."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from members.changes.leaving import LeavingRefusedError, anonymise
from members.models import Member
from members.roles.permissions import members_kept_by


class AnonymiseView(WagtailAdminTemplateMixin, TemplateView):
    """Says what will go and what stays; does it on POST."""

    template_name = "members/admin/anonymise.html"
    header_icon = "user"
    request: HttpRequest
    _show_breadcrumbs = False

    def get_member(self) -> Member:
        """Return a member whose account the viewer keeps, never themselves."""
        viewer = cast(Member, self.request.user)
        return get_object_or_404(members_kept_by(viewer).exclude(pk=viewer.pk), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        """Return what is done here."""
        return _("Make nameless")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whom it is about."""
        return {**super().get_context_data(**kwargs), "member": self.get_member()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, once and for good."""
        member = self.get_member()
        try:
            anonymise(member, by=cast(Member, request.user))
        except LeavingRefusedError as refusal:
            messages.error(request, str(refusal))
            return redirect("members_anonymise", pk=member.pk)
        messages.success(request, _("Name, number and phone are gone. The hours stay in the totals."))
        return redirect("wagtailusers_users:index")
