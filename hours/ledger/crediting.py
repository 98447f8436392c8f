"""The one function by which credit hours are entered, and the one that takes a credit back.

The ledger is append-only. A lesson counts once per member and calendar year however it was taken; a wrong
credit is undone by a new opposite entry, after which the lesson may be credited again. Nobody is taught in
two places at one time. What is entered for a closed year is late and says why.
"""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hours.closed_years import NamesMemberError, YearClosedError, is_closed
from hours.models import CreditEntry, DeliveryKind, Subject
from hours.tallies import counting, rows
from members.models import Member

from . import reasons
from .credit_rules import hours_for
from .names import names_member

# A key of this version of UUID is made of what somebody typed; a lecture of ours has a random one.
_MADE_OF_WORDS = 5


class Outcome(enum.Enum):
    """What became of a request to credit."""

    CREDITED = "credited"
    ALREADY = "already"
    TOO_SHORT = "too_short"
    ELSEWHERE = "elsewhere"


CREDITED, ALREADY, TOO_SHORT = Outcome.CREDITED, Outcome.ALREADY, Outcome.TOO_SHORT
ELSEWHERE = Outcome.ELSEWHERE


@dataclass(frozen=True)
class Credit:
    """The outcome and, unless the lesson was too short, the entry that holds the hours.

    For `ELSEWHERE` that is the entry of what the member was taught at the same time.
    """

    outcome: Outcome
    entry: CreditEntry | None


class ReversalRefusedError(Exception):
    """The credit cannot be taken back; the message is a sentence for the person who asked."""


def credit(
    member: Member,
    *,
    lecture_key: UUID,
    title: str,
    minutes: int,
    delivery_kind: DeliveryKind | str,
    earned_on: date,
    basis: dict[str, Any],
    subject: Subject | None = None,
    place: str = "",
    recorded_by: Member | None = None,
    taught: tuple[datetime, datetime] | None = None,
    late_reason: str = "",
) -> Credit:
    """Credit `member` with the lesson `lecture_key`, once in the calendar year of `earned_on`.

    `minutes` of teaching become hours by the rule of that day (`hours.ledger.credit_rules`). `earned_on` is
    a day in the district's time zone; an aware moment is brought into it. `basis` are the facts that the
    hours rest on, fit for JSON. Training without a lecture of ours needs a key made of what it was (uuid5),
    never a random one, or it would count as often as it is handed in. `late_reason` is a sentence that
    somebody typed or a code (`hours.ledger.reasons`). `taught` is when the member sat in one place (aware
    moments); whoever sat elsewhere then is not credited. Safe to call again and from several processes at
    once.

    Raises `NoCreditRuleError` if no rule covers the day, `YearClosedError` for a closed year without
    `late_reason`, and `NamesMemberError` where that, or a title, a place or an organizer that somebody typed,
    says who the member is.
    """
    day = _district_day(earned_on)
    hours = hours_for(minutes, day)
    if not hours:
        return Credit(TOO_SHORT, None)
    with transaction.atomic():
        rows.lock()
        # Only now: a year that is being closed is closed, or waits until this entry stands.
        late_reason = _late(member, day.year, late_reason)
        _refuse_names(member, lecture_key, [title, place], basis)
        # Two rolls of the same hour cannot both find the member free: one writer waits for the other.
        if taught and (other := _taught_elsewhere(member, lecture_key, day, taught)):
            return Credit(ELSEWHERE, other)
        began_at, ended_at = taught or (None, None)
        # Generations: each reversal frees the lesson for exactly one more credit, and the unique key lets
        # just one of several callers have it.
        generation = CreditEntry.objects.filter(
            member=member, lecture_key=lecture_key, year=day.year, reverses__isnull=False
        ).count()
        key = f"{member.pk}:{lecture_key}:{day.year}:{generation}"
        try:
            with transaction.atomic():
                entry = CreditEntry.objects.create(
                    key=key,
                    member=member,
                    year=day.year,
                    lecture_key=lecture_key,
                    title=title,
                    subject=subject,
                    delivery_kind=delivery_kind,
                    minutes=minutes,
                    hours=hours,
                    earned_on=day,
                    basis=basis,
                    place=place,
                    recorded_by=recorded_by,
                    began_at=began_at,
                    ended_at=ended_at,
                    late_reason=late_reason,
                )
        except IntegrityError:
            earlier = CreditEntry.objects.filter(key=key).first()
            if earlier is None:
                raise  # some other constraint: a fault of the caller, not a second credit
            return Credit(ALREADY, earlier)
        counting.count_entry(entry)
    return Credit(CREDITED, entry)


def reverse(entry: CreditEntry, *, reason: str, recorded_by: Member | None) -> CreditEntry:
    """Take the credit `entry` back by an opposite entry of the same year, and return that entry.

    Whether the asker may is decided by `hours.permissions`. Raises `ReversalRefusedError` without a reason,
    for an entry that is itself a reversal, and for one already taken back.
    """
    reason = reasons.as_typed(reason)
    if names_member(entry.member, reason):
        raise ReversalRefusedError(str(NamesMemberError()))
    if not reason:
        raise ReversalRefusedError(_("Please give the reason why these hours are taken back."))
    if entry.reverses_id is not None:
        raise ReversalRefusedError(
            _("This entry itself takes hours back. Credit the lesson anew instead of reversing it.")
        )
    try:
        with transaction.atomic():
            rows.lock()
            opposite = CreditEntry.objects.create(
                key=f"{entry.key}:reversal",
                member_id=entry.member_id,
                year=entry.year,
                lecture_key=entry.lecture_key,
                title=entry.title,
                subject_id=entry.subject_id,
                delivery_kind=entry.delivery_kind,
                minutes=entry.minutes,
                hours=-entry.hours,
                earned_on=entry.earned_on,
                basis={"reverses": entry.pk},
                place=entry.place,
                recorded_by=recorded_by,
                reverses=entry,
                reason=reason,
                late_reason=reason if is_closed(entry.year) else "",
            )
            counting.count_entry(opposite)
            return opposite
    except IntegrityError as fault:
        if not CreditEntry.objects.filter(reverses=entry).exists():
            raise
        raise ReversalRefusedError(_("These hours have already been taken back.")) from fault


def credited_lectures(member: Member, year: int) -> set[UUID]:
    """Return the keys of the lessons for which `member` holds hours in `year`."""
    return set(
        CreditEntry.objects.filter(member=member, year=year).in_force().values_list("lecture_key", flat=True)
    )


def _late(member: Member, year: int, reason: str) -> str:
    """Return the reason to store: for a closed year the one given, for an open one none."""
    if not is_closed(year):
        return ""
    reason = reasons.as_typed(reason)
    if not reason:
        raise YearClosedError(year)
    if names_member(member, reason):
        raise NamesMemberError
    return reason


def _refuse_names(member: Member, lecture_key: UUID, texts: list[str], basis: dict[str, Any]) -> None:
    """Refuse words that somebody typed for this credit and that say who `member` is.

    The titles of published lectures are the site's own; a lesson that was typed has a key made of its words.
    """
    typed = texts if lecture_key.version == _MADE_OF_WORDS else []
    typed = [*typed, str(basis.get("organizer", ""))]
    if any(names_member(member, text) for text in typed if text):
        raise NamesMemberError


def _taught_elsewhere(
    member: Member, lecture_key: UUID, day: date, taught: tuple[datetime, datetime]
) -> CreditEntry | None:
    """Return the credit of another lesson that `member` was taught while `taught` ran, if there is one."""
    began_at, ended_at = taught
    return (
        CreditEntry.objects.filter(member=member, year__range=(day.year - 1, day.year + 1))
        .in_force()
        .filter(began_at__lt=ended_at, ended_at__gt=began_at)
        .exclude(lecture_key=lecture_key, year=day.year)
        .first()
    )


def _district_day(moment: date) -> date:
    """Return the calendar day in the district's time zone (settings.TIME_ZONE)."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment, timezone.get_default_timezone()).date()
    return moment
