"""Correcting a meeting that was entered wrongly, and withdrawing one: each in one act, with a reason.

Every hour of the meeting that stands is taken back with the reason, those of guests as well; a correction
credits everybody anew with the new facts. All or nothing, and logged. Nothing is deleted: the ledger keeps
the old entries and their reversals, and a withdrawn meeting stays where it was, marked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from hours import ledger
from hours.closed_years import NamesMemberError
from hours.ledger.crediting import names_member
from meetings.attendance import roll
from meetings.attendance.refusals import RollRefusedError, told_as_refusals
from meetings.models import Attendance, Session
from members.models import Member, Role
from members.roles.permissions import may

from .entering import Meeting, facts_of, locked, same_meeting, write_facts

CORRECTED, WITHDRAWN = "meetings.correct", "meetings.withdraw"


def may_change(viewer: Member, session: Session) -> bool:
    """Return whether `viewer` may correct or withdraw `session` as a whole.

    That may whoever entered it, for settings.LECTURES_CORRECTION_DAYS and while they answer for the unit, and
    an officer or administrator of the unit or above it.
    """
    if session.withdrawn_at is not None:
        return False
    own = session.recorded_by_id == viewer.pk and roll.is_recent(session.recorded_at)
    return (own and roll.may_take_roll(viewer, session.organization)) or may(
        viewer, (Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR), session.organization
    )


def correct(
    viewer: Member, session: Session, meeting: Meeting, reason: str, *, seen_at: datetime | None
) -> Session:
    """Store what `meeting` says of `session`: take its hours back with `reason` and credit everybody anew.

    Whose hours had been taken back before stays without. `seen_at` is the `corrected_at` that the asker's
    page was made from. Raises `RollRefusedError`, and saves nothing, where `viewer` may not, somebody else
    has corrected it meanwhile, another meeting has these facts already, or the ledger refuses.
    """
    if meeting.starts_at > timezone.now():
        raise RollRefusedError(_("This meeting has not begun yet."), "day")
    with told_as_refusals(), transaction.atomic():
        session = _changeable(viewer, session, reason)
        if session.corrected_at != seen_at:
            raise RollRefusedError(
                _("Somebody has corrected this meeting since you opened the page. Please open it anew.")
            )
        key = _key(session, meeting)
        other = same_meeting(meeting, key)
        if other is not None and other.pk != session.pk:
            raise RollRefusedError(
                _("Another meeting of this unit with this lesson begins at that moment. Nothing was saved."),
                "day",
            )
        noted = _roll_of(session)
        renewed = [each for each in noted if not each.taken_back]
        before = _as_logged(session)
        _take_back(renewed, reason, viewer)
        write_facts(session, meeting, key)
        session.late_reason, session.corrected_at = meeting.late_reason, timezone.now()
        session.save()
        for each in renewed:
            each.recorded_by = viewer  # whoever corrects answers for the hours
            each.entry, each.outcome = None, roll.Outcome.WAITING
        roll.settle(session, renewed, facts_of(session))
        facts = {"before": before, "after": _as_logged(session), "reason": reason}
        log(session, CORRECTED, user=viewer, data=facts)
    return session


def withdraw(viewer: Member, session: Session, reason: str) -> Session:
    """Take all hours of `session` back with `reason` and mark it withdrawn.

    Raises `RollRefusedError`, and saves nothing, where `viewer` may not or the ledger refuses.
    """
    with told_as_refusals(), transaction.atomic():
        session = _changeable(viewer, session, reason)
        _take_back(_roll_of(session), reason, viewer)
        session.withdrawn_at, session.withdrawn_by = timezone.now(), viewer
        session.withdrawn_reason = reason.strip()
        session.save()
        log(session, WITHDRAWN, user=viewer, data={"reason": reason})
    return session


def _changeable(viewer: Member, session: Session, reason: str) -> Session:
    """Return the session, locked; refuse who may not change it, and a reason that will not do."""
    session = locked(session)
    if session.withdrawn_at is not None:
        raise RollRefusedError(_("This meeting has been withdrawn already."))
    if not may_change(viewer, session):
        raise RollRefusedError(
            _("You can no longer change this meeting yourself; the officer of your committee can.")
        )
    if not reason.strip():
        raise RollRefusedError(_("Please give the reason."), "reason")
    # It is kept with the meeting and in the log, which know nothing of somebody who leaves.
    if any(names_member(each.member, reason) for each in _roll_of(session)):
        raise RollRefusedError(str(NamesMemberError()), "reason")
    return session


def _roll_of(session: Session) -> list[Attendance]:
    return list(
        session.attendances.select_related("member__organization", "entry__reversal").order_by("member_id")
    )


def _take_back(attendances: Iterable[Attendance], reason: str, viewer: Member) -> None:
    for each in attendances:
        if each.stands and each.entry is not None:
            ledger.reverse(each.entry, reason=reason, recorded_by=viewer)


def _key(session: Session, meeting: Meeting) -> UUID:
    """Return the key of the lesson: that of the meeting, but a lecture that is gone keeps its own."""
    before = Meeting(
        session.organization, None, session.title, None, session.minutes, "", session.starts_at
    ).lecture_key
    was_of_the_library = session.lecture_key != before
    if meeting.lecture is None and was_of_the_library and meeting.title == session.title:
        return session.lecture_key
    return meeting.lecture_key


def _as_logged(session: Session) -> dict[str, Any]:
    return {
        "title": session.title,
        "subject": session.subject.code if session.subject else "",
        "minutes": session.minutes,
        "delivery_kind": session.delivery_kind,
        "starts_at": session.starts_at.isoformat(),
        "place": session.place,
    }
