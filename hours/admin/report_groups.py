"""The reported groups in the editors' site: administrators say who and what counts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from hours.models import DeliveryKind, ReportGroup, Subject
from hours.tallies.tasks import request_rebuild
from members.models import MemberCategory


class ReportGroupForm(forms.ModelForm):
    """Criteria as ticks; a criterion without a tick asks nothing."""

    categories = forms.ModelMultipleChoiceField(
        MemberCategory.objects.all(),
        label=_("member categories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One of them is enough; none ticked means everybody."),
    )
    subjects = forms.ModelMultipleChoiceField(
        Subject.objects.all(),
        label=_("subjects"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means every subject."),
    )
    delivery_kinds = forms.MultipleChoiceField(
        choices=DeliveryKind.choices,
        label=_("delivery kinds"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means every way of learning."),
    )

    class Meta:
        model = ReportGroup
        fields = ["name", "secretaries_only", "categories", "subjects", "delivery_kinds", "sort_order"]


class _CountsAnew:
    """A group that changed is counted anew, by the workers."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # a mixin
        request_rebuild()
        return response


class ReportGroupIndexView(generic.IndexView):
    """The groups in the order of the statistics."""

    default_ordering = "sort_order"

    def get_base_queryset(self) -> QuerySet[ReportGroup]:
        """Return the groups with what a row names."""
        return ReportGroup.objects.prefetch_related("categories", "subjects")

    @property
    def columns(self) -> list[Column]:
        """Name and criteria."""
        return [
            TitleColumn("name", label=_("name"), get_url=self.get_edit_url),
            Column("who_and_what", label=_("who and what counts"), accessor="describe"),
        ]


class ReportGroupCreateView(_CountsAnew, generic.CreateView):
    """A new group."""


class ReportGroupEditView(_CountsAnew, generic.EditView):
    """A group's criteria."""


class ReportGroupDeleteView(_CountsAnew, generic.DeleteView):
    """For a group that is reported no more."""


class ReportGroupViewSet(ModelViewSet):
    """The groups that the district reports."""

    model = ReportGroup
    icon = "group"
    index_view_class = ReportGroupIndexView
    add_view_class = ReportGroupCreateView
    edit_view_class = ReportGroupEditView
    delete_view_class = ReportGroupDeleteView
    copy_view_enabled = False
    add_to_reference_index = False

    def get_form_class(self, for_update: bool = False) -> type[ReportGroupForm]:
        """Return the form with ticks."""
        return ReportGroupForm
