"""What members write when they ask for hours, and what an officer answers."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.calendar import this_year, today
from hours.closed_years import NamesMemberError, is_closed
from hours.ledger.names import names_member
from hours.models import Case, DeliveryKind, Evidence, ExternalTraining, Objection, Use
from members.models import Member

from .asking import hand_in
from .evidence import EvidenceRefusedError, keep
from .similar import Other

LONGEST_MINUTES = 100 * 60
# A list to choose a name from; whoever answers for more people types the number.
MOST_NAMES = 300


class DayInput(forms.DateInput):
    """The phone's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ExternalTrainingForm(forms.ModelForm):
    """Training done elsewhere. What was uploaded once stays, whatever else is wrong."""

    member = forms.ModelChoiceField(
        Member.objects.none(),
        label=gettext_lazy("Who took part"),
        to_field_name="number",
        error_messages={"invalid_choice": gettext_lazy("No member that you answer for has this number.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of teaching"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text=gettext_lazy("All days together, without breaks."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Evidence"),
        required=False,
        help_text=gettext_lazy("A photograph of the certificate or notice, or a PDF; up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    kept = forms.ModelChoiceField(Evidence.objects.none(), required=False, widget=forms.HiddenInput)

    class Meta:
        model = ExternalTraining
        fields = [
            "member",
            "title",
            "organizer",
            "began_on",
            "earned_on",
            "minutes",
            "subject",
            "delivery_kind",
            "place",
        ]
        labels = {
            "title": gettext_lazy("What was studied"),
            "organizer": gettext_lazy("Who held it"),
            "began_on": gettext_lazy("First day"),
            "earned_on": gettext_lazy("Last day"),
            "delivery_kind": gettext_lazy("How it was taught"),
            "place": gettext_lazy("Place"),
            "subject": gettext_lazy("Subject"),
        }
        widgets = {"began_on": DayInput(), "earned_on": DayInput()}

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        kinds = DeliveryKind.usable_for(Use.CLAIM)
        self.fields["delivery_kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]  # a choice
        if len(kinds) == 1:
            del self.fields["delivery_kind"]
            self.instance.delivery_kind = kinds[0]
        self.fields["subject"].empty_label = _("Not said")  # type: ignore[attr-defined]  # a choice of models
        people = Member.objects.records_visible_to(viewer).filter(is_active=True).order_by("name", "number")
        who: forms.ModelChoiceField = self.fields["member"]  # type: ignore[assignment]  # declared above
        who.queryset = people
        who.initial = viewer.number
        self.for_others = people.exclude(pk=viewer.pk).exists()
        if not self.for_others:
            who.widget = forms.HiddenInput()
        elif people.count() > MOST_NAMES:
            who.widget = forms.TextInput(attrs={"autocomplete": "off"})
            who.label = _("Number of the member who took part")
        else:
            who.empty_label = None
        kept: forms.ModelChoiceField = self.fields["kept"]  # type: ignore[assignment]  # as above
        kept.queryset = Evidence.objects.filter(uploaded_by=viewer, training__isnull=True)

    def clean_earned_on(self) -> Any:
        """Refuse days to come and long ago."""
        day = self.cleaned_data["earned_on"]
        if day > today():
            raise ValidationError(_("This day lies in the future. Enter the training when it is over."))
        if day.year < this_year() - 1:
            raise ValidationError(_("Training can be entered back to the beginning of last year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Put the days in order, and take the evidence."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        begun, ended = data.get("began_on"), data.get("earned_on")
        if begun and ended and begun > ended:
            self.add_error("began_on", _("The first day cannot lie after the last."))
        if data.get("file"):
            try:
                data["kept"] = keep(data["file"], self.viewer)
            except EvidenceRefusedError as refusal:
                self.add_error("file", str(refusal))
        elif not data.get("kept") and "file" not in self.errors:
            self.add_error("file", _("Please add a photograph or a PDF that proves the training."))
        self.evidence = data.get("kept")
        _refuse_names(self, data.get("member"), "title", "organizer", "place")
        return data

    def save(self, commit: bool = True) -> ExternalTraining:
        """Enter the training with its evidence. Raises `CaseRefusedError`."""
        training: ExternalTraining = super().save(commit=False)
        training.evidence = self.cleaned_data["kept"]
        training.entered_by = self.viewer
        return hand_in(training) if commit else training


class ObjectionForm(forms.ModelForm):
    """What is wrong, in the member's words; for a lesson that the site does not know, also which one."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of teaching"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    class Meta:
        model = Objection
        fields = ["title", "delivery_kind", "earned_on", "minutes", "text"]
        labels = {
            "title": gettext_lazy("Which lesson"),
            "delivery_kind": gettext_lazy("How it was taught"),
            "earned_on": gettext_lazy("Day"),
            "text": gettext_lazy("What is wrong"),
        }
        widgets = {"earned_on": DayInput(), "text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "text": gettext_lazy("A sentence or two is enough. Write nothing about health."),
        }

    def __init__(self, *args: Any, viewer: Member, lesson: dict[str, Any] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.lesson = viewer, lesson
        if lesson is not None:
            for name in ("title", "delivery_kind", "earned_on", "minutes"):
                del self.fields[name]

    def clean_earned_on(self) -> Any:
        """Refuse days to come and long ago."""
        day = self.cleaned_data["earned_on"]
        if not (this_year() - 1 <= day.year and day <= today()):
            raise ValidationError(_("The day must lie in this year or the last, and not in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """Keep the member's name out of the title, which enters the ledger."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _refuse_names(self, self.viewer, "title")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the lesson that is meant; the form must be valid."""
        if self.lesson is not None:
            return self.lesson
        return {name: self.cleaned_data[name] for name in ("title", "delivery_kind", "earned_on", "minutes")}


class DecisionForm(forms.Form):
    """An officer's answer."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that count"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer to the member"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Needed for declining, and for granting an objection. Nothing about health."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    late_reason = forms.CharField(
        label=gettext_lazy("Why this is entered so late"), max_length=255, required=False
    )

    something_else = forms.BooleanField(
        label=gettext_lazy("I have compared: this is something else"), required=False
    )
    compared = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, others: Collection[Other] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.initial["minutes"] = case.minutes
        self._late_reason = self.fields.pop("late_reason")
        if is_closed(case.earned_on.year):
            self.ask_late_reason()
        self.set_others(others)

    @property
    def late(self) -> bool:
        """Whether the year is closed, so that the form asks why this comes so late."""
        return "late_reason" in self.fields

    def ask_late_reason(self) -> None:
        """Ask why this comes so late; also where the year was closed while the officer was reading."""
        self.fields["late_reason"] = self._late_reason

    def set_others(self, others: Collection[Other]) -> None:
        """Show what has brought hours and may be the same."""
        self.others = [other.id for other in others if other.hours is not None]
        self.comparison = " ".join(self.others)
        if self.is_bound and set(self.others) - set(self.data.get("compared", "").split()):
            # A tick says nothing about what was not to be seen when it was set.
            self.data = {name: value for name, value in self.data.items() if name != "something_else"}

    def told_apart(self) -> set[str]:
        """Return what the officer had before them when they said that this is something else."""
        if not self.cleaned_data.get("something_else"):
            return set()
        return set(self.cleaned_data["compared"].split())

    def clean(self) -> dict[str, Any]:
        """Keep the member's name out of what enters the ledger."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        texts = ["late_reason", *(["answer"] if isinstance(self.case, Objection) else [])]
        _refuse_names(self, self.case.member, *texts)
        return data


def _refuse_names(form: forms.BaseForm, member: Member | None, *names: str) -> None:
    """Put a sentence beside each of the fields `names` that says who `member` is."""
    for name in names:
        if member is not None and names_member(member, form.cleaned_data.get(name) or ""):
            form.add_error(name, str(NamesMemberError()))
