"""Asking for hours, and withdrawing what nobody has decided yet.

The same is asked for once: while an earlier request waits or its hours stand, a sentence names it.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hours.models import Case, ExternalTraining, Objection, Subject
from members.models import Member

from . import evidence
from .lesson_keys import key_of_lesson
from .similar import key_of_words, same_as


class CaseRefusedError(Exception):
    """Nothing was saved; the message is a sentence for the person who asked."""


def hand_in(training: ExternalTraining) -> ExternalTraining:
    """Enter a training done elsewhere, whole but for its key; `CaseRefusedError` for the same again."""
    training.lecture_key = key_of_words(training)
    _enter(training)
    return training


def object_to(member: Member, lesson: dict[str, Any], text: str) -> Objection:
    """Record what `member` says about `lesson`, the model's fields by name (see `decisions.lesson_of`).

    A lesson without `lecture_key` is none of ours. Raises `CaseRefusedError` for the same again.
    """
    facts = {**lesson}
    if facts.get("lecture_key") is None:
        facts["lecture_key"] = key_of_lesson(title=facts["title"], day=facts["earned_on"])
    # The link may be a week old, and the subject gone since.
    if facts.get("subject_id") and not Subject.objects.filter(pk=facts["subject_id"]).exists():
        facts["subject_id"] = None
    objection = Objection(member=member, entered_by=member, text=text.strip(), **facts)
    _enter(objection)
    return objection


def withdraw(case: Case, member: Member) -> None:
    """Delete what is undecided, for the member or whoever entered it. Raises `CaseRefusedError`."""
    with transaction.atomic():
        found = type(case).objects.select_for_update().filter(pk=case.pk).first()
        if found is None:
            raise CaseRefusedError(_("This has been withdrawn already."))
        if found.state != Case.State.OPEN or member.pk not in {found.member_id, found.entered_by_id}:
            raise CaseRefusedError(_("This has been decided already."))
        found.delete()
        if isinstance(found, ExternalTraining):
            evidence.remove(found.evidence)


def _enter(case: Case) -> None:
    _refuse_again(case)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        # Pressed twice: the other one was entered meanwhile. Anything else is a fault and stays one.
        _refuse_again(case)
        raise


def _refuse_again(case: Case) -> None:
    same = same_as(case)
    if same is not None:
        raise CaseRefusedError(
            _("The same is entered already: “%(title)s”, %(day)s (%(state)s).")
            % {"title": same.title, "day": date_format(same.earned_on), "state": same.state_in_words}
        )
