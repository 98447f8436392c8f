"""What the pages of meetings say of a roll, and the lectures they offer."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import ngettext, pgettext

from lectures.models import Lecture
from meetings.attendance.refusals import RollRefusedError
from meetings.models import Session

LECTURES_OFFERED = 5


def told(meeting: Session) -> str:
    """Return in one line how many are credited, how many are not, and how many were taken back."""
    noted = list(meeting.attendances.select_related("entry__reversal"))
    credited = sum(each.stands for each in noted)
    taken_back = sum(each.taken_back for each in noted)
    rest = len(noted) - credited - taken_back
    parts = [
        ngettext("%(n)d person is credited", "%(n)d people are credited", credited) % {"n": credited},
    ]
    if rest:
        parts.append(
            ngettext(
                "%(n)d person is noted without hours; the reason stands beside the name",
                "%(n)d people are noted without hours; the reason stands beside each name",
                rest,
            )
            % {"n": rest}
        )
    if taken_back:
        parts.append(
            ngettext(
                "the hours of %(n)d person have been taken back",
                "the hours of %(n)d people have been taken back",
                taken_back,
            )
            % {"n": taken_back}
        )
    return pgettext("between clauses", "; ").join(parts) + pgettext("end of a sentence", ".")


def add_refusal(form: forms.Form, refusal: RollRefusedError) -> None:
    """Put why nothing was saved beside the field that it is about, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def offered(typed: str, picked: Any = None) -> list[Lecture]:
    """Return a few lectures to pick from: the one picked, then those that hold `typed`, newest first."""
    lectures = Lecture.objects.live().select_related("video")
    matching = lectures.filter(title__icontains=typed.strip()) if typed.strip() else lectures
    found = list(matching.order_by("-first_published_at", "-pk")[:LECTURES_OFFERED])
    try:
        key = UUID(str(picked)) if picked else None
    except ValueError:
        key = None
    if key and key not in {lecture.translation_key for lecture in found}:
        found = [*lectures.filter(translation_key=key)[:1], *found]
    return found
