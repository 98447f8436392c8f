"""The ledger in the editors' site: to read, and to take a wrong credit back alone."""

from typing import Any, cast

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import HeaderButton
from wagtail.log_actions import log

from hours.formatting import bare
from hours.ledger import reasons
from hours.ledger.basis import in_words
from hours.ledger.crediting import ReversalRefusedError
from hours.ledger.crediting import reverse as take_back
from hours.models import CreditEntry, DeliveryKind
from hours.permissions import may_reverse
from members.admin.screen_export import ScreenExport
from members.models import Member


class LedgerFilterSet(WagtailFilterSet):
    """Year and kind; members are found by the search field."""

    year = django_filters.NumberFilter(label=gettext_lazy("year"))
    delivery_kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("delivery kind"),
        choices=DeliveryKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CreditEntry
        fields = ["year", "delivery_kind"]


class LedgerIndexView(ScreenExport, generic.IndexView):
    """The entries of the members that the viewer answers for."""

    any_permission_required = ["view"]
    default_ordering = "-pk"
    request: HttpRequest

    def get_base_queryset(self) -> QuerySet[CreditEntry]:
        """Return visible entries with what a row shows."""
        return CreditEntry.objects.visible_to(self.request.user).select_related("member__organization")

    @cached_property
    def columns(self) -> list[Column]:
        """A line as on a bank statement."""
        return [
            TitleColumn("member", label=_("member"), get_url=self.get_inspect_url),
            Column("organization", label=_("organization"), accessor="member.organization"),
            Column("title", label=_("title")),
            Column("kind", label=_("delivery kind"), accessor="get_delivery_kind_display"),
            Column(
                "hours", label=_("credit hours"), accessor=lambda entry: bare(entry.hours), sort_key="hours"
            ),
            Column("earned_on", label=_("earned on"), sort_key="earned_on"),
        ]


class _OneVisibleEntry:
    """Finds the entry among those that the viewer may see."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def get_object(self, queryset: Any = None) -> CreditEntry:
        return get_object_or_404(
            CreditEntry.objects.visible_to(self.request.user).select_related("member__organization"),
            pk=self.kwargs["pk"],
        )


class LedgerInspectView(_OneVisibleEntry, generic.InspectView):
    """All facts of one entry."""

    any_permission_required = ["view"]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Offer to take the hours back, to who may and while there is something to take."""
        entry = self.object
        open_credit = entry.reverses_id is None and not CreditEntry.objects.filter(reverses=entry).exists()
        if not open_credit or not may_reverse(self.request.user, entry):
            return []
        return [
            HeaderButton(
                _("Take these hours back"),
                url=reverse("hours_ledger:reverse", args=[entry.pk]),
                icon_name="undo",
            )
        ]

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Show what is absent as a dash, and the basis in words."""
        value = getattr(self.object, field_name)
        if value in (None, ""):
            return "—"
        if field_name == "basis":
            return in_words(self.object)
        if field_name in {"reason", "late_reason"}:
            return reasons.in_words(value)
        return super().get_field_display_value(field_name, field)


class ReversalForm(forms.Form):
    """The reason, which stands in the ledger for good."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=255,
        help_text=gettext_lazy(
            "It stays in the ledger and the member can read it. Write what was wrong, nothing about health."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReversalView(_OneVisibleEntry, WagtailAdminTemplateMixin, FormView):
    """Asks for a reason and enters the opposite entry."""

    form_class = ReversalForm
    template_name = "hours/admin/reverse.html"
    page_title = gettext_lazy("Take hours back")
    header_icon = "undo"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stop whoever stands beside or below the member's organization."""
        self.entry = self.get_object()
        if not may_reverse(request.user, self.entry):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the entry and the ledger."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("hours_ledger:index"), "label": _("Ledger")},
            {"url": reverse("hours_ledger:inspect", args=[self.entry.pk]), "label": str(self.entry)},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the entry that is about to be taken back."""
        return {**super().get_context_data(**kwargs), "entry": self.entry}

    def form_valid(self, form: ReversalForm) -> HttpResponse:
        """Enter the reversal and log it, or say why it cannot be."""
        try:
            reversal = take_back(
                self.entry, reason=form.cleaned_data["reason"], recorded_by=cast(Member, self.request.user)
            )
        except ReversalRefusedError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        log(self.entry, "hours.reverse", user=self.request.user, data={"reversal": reversal.pk})
        messages.success(
            self.request,
            _("%(hours)s credit hours of %(member)s have been taken back.")
            % {"hours": bare(self.entry.hours), "member": self.entry.member},
        )
        return redirect("hours_ledger:inspect", pk=reversal.pk)


class LedgerViewSet(ModelViewSet):
    """List, look, take back: no address here changes or deletes an entry."""

    model = CreditEntry
    name = "hours_ledger"
    icon = "list-ul"
    menu_label = gettext_lazy("Ledger")
    index_view_class = LedgerIndexView
    inspect_view_class = LedgerInspectView
    inspect_view_enabled = True
    inspect_view_fields = [
        "member",
        "title",
        "subject",
        "delivery_kind",
        "minutes",
        "hours",
        "earned_on",
        "year",
        "place",
        "basis",
        "recorded_at",
        "recorded_by",
        "reverses",
        "reason",
        "late_reason",
    ]
    copy_view_enabled = False
    filterset_class = LedgerFilterSet
    search_fields = ["member__name", "member__number", "title"]
    form_fields: list[str] = []
    list_per_page = 50
    add_to_reference_index = False

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out every address that a ledger does not have."""
        absent = dict.fromkeys(
            ["add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"], ""
        )
        return super().get_common_view_kwargs(**absent, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses for reading, and the one for taking back."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("inspect/<int:pk>/", self.inspect_view, name="inspect"),
            path("reverse/<int:pk>/", ReversalView.as_view(), name="reverse"),
        ]

    def register_admin_url_finder(self) -> None:
        """Do nothing: an entry has no page to edit it on."""
