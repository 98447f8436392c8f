"""What a secretary's phone sends about a meeting."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.calendar import today
from hours.closed_years import is_closed
from hours.models import DeliveryKind, Subject
from lectures.models import Lecture
from meetings.attendance.fields import IdListField
from meetings.models import Session
from members.models import Organization

from .entering import Meeting, earliest_day

LONGEST_MINUTES = 12 * 60


class DateInput(forms.DateInput):
    """The phone's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    """The phone's own clock."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class SessionForm(forms.Form):
    """One meeting: what, when, how, and who was there."""

    title = forms.CharField(
        label=gettext_lazy("What was studied"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    lecture = forms.UUIDField(required=False, widget=forms.HiddenInput)
    delivery_kind = forms.ChoiceField(
        label=gettext_lazy("How it was taught"),
        choices=[(kind.value, kind.label) for kind in Session.TAUGHT_KINDS],
        initial=DeliveryKind.GROUP_STUDY.value,
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput())
    starts = forms.TimeField(label=gettext_lazy("Began at"), widget=TimeInput())
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of teaching"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text=gettext_lazy(
            "For a lecture of the library this may stay empty: its own length counts. Say fewer minutes if "
            "it was cut short."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    subject = forms.ModelChoiceField(
        Subject.objects.all(),
        label=gettext_lazy("Subject"),
        required=False,
        empty_label=gettext_lazy("Not said"),
        help_text=gettext_lazy("A lecture of the library brings its own."),
    )
    late_reason = forms.CharField(
        label=gettext_lazy("Why this is entered so late"),
        max_length=255,
        required=False,
        help_text=gettext_lazy(
            "Only for a year that has been closed. It stays in the ledger for all to read."
        ),
    )
    present = IdListField(
        error_messages={"required": gettext_lazy("Please tick at least one person who was there.")}
    )

    def __init__(self, *args: Any, unit: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["day"].widget.attrs |= {"max": str(today()), "min": str(earliest_day())}

    def clean(self) -> dict[str, Any]:
        """Find the lecture that is meant, and check the moment."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.lecture_meant = self._lecture(data)
        if self.lecture_meant is None and not data.get("title", "").strip():
            self.add_error("title", _("Please pick a lecture, or write what was studied."))
        if not self._minutes(data) and "minutes" not in self.errors:
            self.add_error("minutes", _("Please say how many minutes were taught."))
        self._check_length(data)
        self._check_moment(data)
        return data

    def meeting(self) -> Meeting:
        """Return what was entered; the form must be valid."""
        data, lecture = self.cleaned_data, self.lecture_meant
        return Meeting(
            organization=self.unit,
            lecture=lecture,
            title=lecture.title if lecture else data["title"].strip(),
            subject=lecture.subject if lecture else data["subject"],
            minutes=self._minutes(data),
            delivery_kind=data["delivery_kind"],
            starts_at=self._starts_at(data["day"], data["starts"]),
            place=data["place"].strip(),
            late_reason=data["late_reason"].strip(),
        )

    def _lecture(self, data: dict[str, Any]) -> Lecture | None:
        """Return the lecture picked, or the one whose title was typed to the letter."""
        lectures = Lecture.objects.live().select_related("subject", "video").order_by("pk")
        if key := data.get("lecture"):
            found = lectures.filter(translation_key=key).first()
            if found is None:
                self.add_error("title", _("This lecture is no longer in the library. Please pick another."))
            return found
        title = (data.get("title") or "").strip()
        return lectures.filter(title=title).first() if title else None

    def _minutes(self, data: dict[str, Any]) -> int:
        """Return the minutes that count: those typed, else the lecture's own; 0 for none."""
        return data.get("minutes") or self._own_minutes()

    def _own_minutes(self) -> int:
        """Return the minutes of the lecture that is meant; 0 without one, or where it does not say."""
        return self.lecture_meant.minutes_that_count if self.lecture_meant else 0

    def _check_length(self, data: dict[str, Any]) -> None:
        own, typed = self._own_minutes(), data.get("minutes") or 0
        if own and typed > own:
            text = ngettext(
                "This lecture counts %(n)s minute. Leave this empty, or enter what went beyond it as a "
                "meeting of its own.",
                "This lecture counts %(n)s minutes. Leave this empty, or enter what went beyond it as a "
                "meeting of its own.",
                own,
            )
            self.add_error("minutes", text % {"n": own})

    def _check_moment(self, data: dict[str, Any]) -> None:
        day, starts = data.get("day"), data.get("starts")
        if day is None:
            return
        if day < earliest_day():
            self.add_error("day", _("Meetings can be entered back to the beginning of last year."))
        elif day > today() or (starts and self._starts_at(day, starts) > timezone.now()):
            self.add_error("day", _("This meeting lies in the future. Enter it once it has begun."))
        elif is_closed(day.year) and not data.get("late_reason", "").strip():
            self.add_error(
                "late_reason",
                _("The year %(year)s is closed. Please say why this is entered so late.")
                % {"year": day.year},
            )

    @staticmethod
    def _starts_at(day: Any, starts: time) -> datetime:
        return timezone.make_aware(datetime.combine(day, starts), timezone.get_default_timezone())


class MorePresentForm(forms.Form):
    """Whoever else was at a meeting, and the ledger entries that the page showed as taken back."""

    present = IdListField(
        error_messages={"required": gettext_lazy("Please tick at least one person who was there.")}
    )
    taken_back = IdListField(required=False)
    late_reason = forms.CharField(
        label=gettext_lazy("Why this is entered so late"), max_length=255, required=False
    )

    def __init__(self, *args: Any, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["late_reason"].required = late


class ReasonField(forms.CharField):
    """Why hours are taken back."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Reason"))
        super().__init__(
            max_length=255,
            help_text=gettext_lazy(
                "It stays in the ledger and the member can read it. Write nothing about health."
            ),
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={
                "required": gettext_lazy("Please give the reason why these hours are taken back.")
            },
            **kwargs,
        )


class CorrectionForm(forms.Form):
    """Why hours are taken back: of one person, or of a whole meeting."""

    reason = ReasonField()


class MeetingCorrectionForm(SessionForm):
    """All facts of a meeting that is entered, who was there apart, and why they change.

    `seen_at` says which state of the meeting the page was made from.
    """

    reason = ReasonField(label=gettext_lazy("Why the meeting is corrected"))
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs["initial"] = _facts(session)
        super().__init__(*args, unit=session.organization, **kwargs)
        del self.fields["present"]

    def clean_seen_at(self) -> datetime | None:
        """Return when the meeting had been corrected last; None for never."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            return None


def _facts(session: Session) -> dict[str, Any]:
    lecture = lecture_of(session)
    starts = timezone.localtime(session.starts_at, timezone.get_default_timezone())
    return {
        "title": session.title,
        "lecture": lecture.translation_key if lecture else None,
        "delivery_kind": session.delivery_kind,
        "day": starts.date(),
        "starts": starts.time(),
        "minutes": session.minutes,
        "place": session.place,
        "subject": session.subject_id,
        "late_reason": session.late_reason,
        "seen_at": session.corrected_at.isoformat() if session.corrected_at else "",
    }


def lecture_of(session: Session) -> Lecture | None:
    """Return the lecture of the library that was taught, if it is still there.

    Of several pages of the lesson the one with the session's title, else the earliest.
    """
    pages = list(Lecture.objects.live().filter(lesson_key=session.lecture_key).order_by("pk"))
    return next((page for page in pages if page.title == session.title), pages[0] if pages else None)
