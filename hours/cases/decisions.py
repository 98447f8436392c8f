"""Deciding what members ask hours for: training done elsewhere, and objections.

An officer or administrator above the member decides, never about themselves. Granting credits the hours
through `hours.ledger`; where an objection says that credited hours were too few, the old entry is taken back
in the same transaction. Every decision is logged and the member reads the answer.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from hours.ledger import crediting
from hours.models import Case, CreditEntry, ExternalTraining, Objection
from hours.permissions import may_decide
from hours.tallies import rows
from members.models import Member

from .asking import CaseRefusedError
from .similar import others_of

_SALT = "hours.lesson"
_TOKEN_SECONDS = 7 * 86_400


class NotToldApartError(CaseRefusedError):
    """What resembles the case has brought hours, and the officer has not said that it is something else."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The member holds hours that may be for the same. Please compare, and tick “this is "
                "something else” or decline."
            )
        )


def grant(
    case: Case,
    officer: Member,
    *,
    minutes: int,
    answer: str,
    late_reason: str = "",
    told_apart: Collection[str] = (),
) -> CreditEntry:
    """Credit what `case` asks for with `minutes` of teaching and return the entry; logged.

    An objection is granted with a reason. `told_apart` names what resembles the case, has brought hours and
    is something else, as the officer says (`similar.Other.id`). Raises `CaseRefusedError`, also while
    anything that resembles it is not told apart, and what `ledger.credit` raises.
    """
    answer = answer.strip()
    with transaction.atomic():
        # Before any row: two officers who decide about one lesson come one after the other.
        rows.lock()
        case = _open_case(case, officer)
        apart = [other.id for other in others_of(case) if other.hours is not None]
        if set(apart) - set(told_apart):
            raise NotToldApartError
        if isinstance(case, Objection):
            if not answer:
                raise CaseRefusedError(_("Please give the reason; the member reads it."))
            _take_back_what_was_wrong(case, officer, answer)
        credit = crediting.credit(
            case.member,
            lecture_key=case.lecture_key,
            title=case.title,
            minutes=minutes,
            delivery_kind=case.delivery_kind,
            earned_on=case.earned_on,
            basis=_basis(case, minutes),
            subject=case.subject,
            place=case.place,
            recorded_by=officer,
            late_reason=late_reason,
        )
        if credit.outcome != crediting.CREDITED or credit.entry is None:
            raise CaseRefusedError(
                _("The time is too short for hours.")
                if credit.outcome == crediting.TOO_SHORT
                else _("The member holds hours for this lesson already.")
            )
        case.entry = credit.entry
        _close(case, officer, Case.State.GRANTED, answer, "hours.grant", told_apart=apart)
    return credit.entry


def decline(case: Case, officer: Member, *, answer: str) -> None:
    """Decline `case` with the reason `answer`; logged. Raises `CaseRefusedError`."""
    answer = answer.strip()
    with transaction.atomic():
        case = _open_case(case, officer)
        if not answer:
            raise CaseRefusedError(_("Please give the reason; the member reads it."))
        _close(case, officer, Case.State.DECLINED, answer, "hours.decline")


def lesson_token(
    *, lecture_key: UUID, title: str, minutes: int, delivery_kind: str, earned_on: Any, subject_id: int | None
) -> str:
    """Return the facts of a lesson as text that only this site can have made, for a link to objecting."""
    facts = [str(lecture_key), title, minutes, str(delivery_kind), str(earned_on), subject_id]
    return signing.dumps(facts, salt=_SALT, compress=True)


def token_of(entry: CreditEntry) -> str:
    """Return the `lesson_token` of the lesson that `entry` is about."""
    return lesson_token(
        lecture_key=entry.lecture_key,
        title=entry.title,
        minutes=entry.minutes,
        delivery_kind=entry.delivery_kind,
        earned_on=entry.earned_on,
        subject_id=entry.subject_id,
    )


def lesson_of(token: str) -> dict[str, Any] | None:
    """Return the facts in a `lesson_token` by the model's field names; None for a forged or old one."""
    try:
        key, title, minutes, kind, day, subject_id = signing.loads(token, salt=_SALT, max_age=_TOKEN_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return {
        "lecture_key": UUID(key),
        "title": title,
        "minutes": minutes,
        "delivery_kind": kind,
        "earned_on": parse_date(day),
        "subject_id": subject_id,
    }


def cases_of(member: Member, year: int) -> list[tuple[str, Case]]:
    """Return what `member` asks for in `year`, newest first, with its kind. Two queries."""
    found: list[tuple[str, Case]] = [
        (kind, case)
        for kind, model in (("external", ExternalTraining), ("objection", Objection))
        for case in model.objects.filter(member=member, earned_on__year=year).select_related(
            "entry__reversal"
        )
    ]
    return sorted(found, key=lambda pair: pair[1].entered_at, reverse=True)


def credited_for(case: Case) -> CreditEntry | None:
    """Return the credit that the member holds for the lesson in the year, if any."""
    return (
        CreditEntry.objects.filter(
            member_id=case.member_id, lecture_key=case.lecture_key, year=case.earned_on.year
        )
        .in_force()
        .first()
    )


def _take_back_what_was_wrong(case: Objection, officer: Member, reason: str) -> None:
    wrong = credited_for(case)
    if wrong is not None:
        reversal = crediting.reverse(wrong, reason=reason, recorded_by=officer)
        log(wrong, "hours.reverse", user=officer, data={"reversal": reversal.pk})


def _open_case(case: Case, officer: Member) -> Case:
    """Return the locked case; refuse whoever may not decide it, and a second decision."""
    locked = type(case).objects.select_for_update(no_key=True).filter(pk=case.pk).first()
    if locked is None:
        raise CaseRefusedError(_("This has been withdrawn already."))
    if not may_decide(officer, locked):
        raise CaseRefusedError(_("An officer above the member decides; nobody does so for themselves."))
    if locked.state != Case.State.OPEN:
        raise CaseRefusedError(_("This has been decided already."))
    return locked


def _close(
    case: Case, officer: Member, state: str, answer: str, action: str, *, told_apart: Collection[str] = ()
) -> None:
    case.state, case.answer = state, answer
    case.decided_by, case.decided_at = officer, timezone.now()
    case.save()
    data: dict[str, Any] = {"entry": case.entry_id} if case.entry_id else {}
    if told_apart:
        data["told_apart"] = list(told_apart)
    log(case, action, user=officer, data=data or None)


def _basis(case: Case, minutes: int) -> dict[str, Any]:
    if isinstance(case, ExternalTraining):
        return {
            "external": str(case.pk),
            "organizer": case.organizer,
            "evidence": str(case.evidence_id),
            "attended_minutes": minutes,
        }
    return {"objection": str(case.pk), "attended_minutes": minutes}
