"""Rules, requirements, subjects and exemptions in the editors' site: data for administrators to change."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets import AdminDateInput

from hours.models import CreditRule, Exemption, HourRequirement, Subject
from members.admin.deletion import CarefulDeletion
from members.admin.unit_viewsets import UnitDeleteView, UnitViewSet
from members.models import Member

from .ledger import LedgerViewSet
from .report_groups import ReportGroupViewSet
from .requirement_forms import HourRequirementForm, closed_years_of, refusal_of, years_asked


class CreditRuleViewSet(ModelViewSet):
    """How minutes become hours, from a date on. Hours already entered stay as they are."""

    model = CreditRule
    icon = "time"
    form_fields = ["valid_from", "minutes_per_hour", "step"]
    list_display = ["valid_from", "minutes_per_hour", "step"]
    copy_view_enabled = False
    add_to_reference_index = False

    def formfield_for_dbfield(self, db_field: Any, **kwargs: Any) -> forms.Field | None:
        """Give days Wagtail's calendar."""
        if db_field.name == "valid_from":
            kwargs["widget"] = AdminDateInput
        return db_field.formfield(**kwargs)


class HourRequirementDeleteView(CarefulDeletion, generic.DeleteView):
    """For one entered by mistake."""

    def reason_to_stay(self) -> str:
        """Keep what was asked of closed years."""
        years = years_asked(self.object.valid_from, self.object.valid_until)
        return refusal_of(years) if years else ""


class SubjectDeleteView(CarefulDeletion, generic.DeleteView):
    """For a subject that nothing has been taught in."""


class HourRequirementViewSet(ModelViewSet):
    """The hours that a year asks: of everybody, of a post, a category, an age; in all, or in a part."""

    model = HourRequirement
    icon = "tasks"
    delete_view_class = HourRequirementDeleteView
    list_display = ["measure", "hours", "what", "applies_to", "category", "valid_from", "valid_until"]
    copy_view_enabled = False
    add_to_reference_index = False

    def get_form_class(self, for_update: bool = False) -> type[HourRequirementForm]:
        """Return the form that knows which years are closed."""
        return HourRequirementForm


class SubjectViewSet(ModelViewSet):
    """The subjects that lectures are about."""

    model = Subject
    icon = "tag"
    delete_view_class = SubjectDeleteView
    form_fields = ["name", "code", "sort_order"]
    list_display = ["name", "code", "sort_order"]
    copy_view_enabled = False
    add_to_reference_index = False


class ExemptionForm(forms.ModelForm):
    """Who is exempt and until when. There is no field for why, and must not be."""

    member = forms.ModelChoiceField(
        Member.objects.none(),
        to_field_name="number",
        label=_("member number"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid_choice": _("No member that you answer for has this number.")},
    )

    class Meta:
        model = Exemption
        fields = ["member", "valid_from", "valid_until"]
        widgets = {"valid_from": AdminDateInput, "valid_until": AdminDateInput}

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = Member.objects.records_visible_to(viewer)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["member"] = self.instance.member.number

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, and what would change a closed year."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("The exemption cannot end before it begins."))
        if start and not self.errors:
            was, after = self.initial, closed_years_of(start, end)
            before = closed_years_of(was["valid_from"], was["valid_until"]) if self.instance.pk else set()
            if before != after or (before and "member" in self.changed_data):
                self.add_error(None, refusal_of(before | after))
        return data


class ExemptionDeleteView(UnitDeleteView):
    """For one entered by mistake."""

    def reason_to_stay(self) -> str:
        """Keep what closed years rest on."""
        years = closed_years_of(self.object.valid_from, self.object.valid_until)
        return refusal_of(years) if years else ""


class ExemptionViewSet(UnitViewSet):
    """Who has no hard requirement, and until when."""

    model = Exemption
    icon = "form"
    form_class = ExemptionForm
    delete_view_class = ExemptionDeleteView
    list_display = ["member", "valid_from", "valid_until"]
    search_fields = ["member__name", "member__number"]

    def records_for(self, viewer: Member) -> QuerySet[Exemption]:
        """Return the exemptions of the members whose records `viewer` may see."""
        members = Member.objects.records_visible_to(viewer)
        return Exemption.objects.filter(member__in=members).select_related("member__organization")

    def listed_for(self, viewer: Member) -> QuerySet[Exemption]:
        """Return them newest first."""
        return self.records_for(viewer).order_by("-valid_from", "-pk")


class HoursGroup(ModelViewSetGroup):
    """This app's entry in the menu."""

    menu_label = _("Hours")
    menu_icon = "time"
    menu_order = 330
    items = (
        LedgerViewSet,
        ExemptionViewSet,
        HourRequirementViewSet,
        CreditRuleViewSet,
        SubjectViewSet,
        ReportGroupViewSet,
    )
