"""Where a member stands in a year: hours earned, hours asked, and what is still missing.

What is asked is data (`.parts`): one requirement for the hours in all, and any number of parts in a subject
or a delivery kind. Who is exempt in a year has nothing asked of them. Hours are Decimals.

Of a closed year, what was asked and what was reached then no longer change (`Standing.at_closing`); hours
entered late are earned as any, and are told apart (`Standing.late`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from hours.closed_years import closing_of
from hours.models import CreditEntry, DeliveryKind, YearStanding
from members.models import Member

from .parts import YearRequirement, current_requirements, requirements_at_closing

_NONE = Decimal("0.00")
_Hours = dict[tuple[str, int | None], Decimal]


@dataclass(frozen=True)
class PartStanding:
    """A part of the year's hours that is asked in a subject, in some delivery kinds, or both."""

    what: str
    required: Decimal
    earned: Decimal = _NONE
    subject_id: int | None = None
    kinds: tuple[str, ...] = ()
    subject: str = ""

    @property
    def remaining(self) -> Decimal:
        """Hours of this part still missing, never below 0."""
        return max(self.required - self.earned, _NONE)

    def counts(self, subject_id: int | None, kind: str) -> bool:
        """Return whether hours in the subject, taken in that way, belong to this part."""
        return self.subject_id in {None, subject_id} and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True)
class AtClosing:
    """What a member had of a year on the day on which it was closed."""

    day: date
    earned: Decimal
    fulfilled: bool


@dataclass(frozen=True)
class Standing:
    """A member's year. `by_kind` holds the hours of each delivery kind that has any.

    `kinds` are the delivery kinds that count towards `required`; all of them where it is empty.
    """

    earned: Decimal = _NONE
    required: Decimal = _NONE
    by_kind: dict[str, Decimal] = field(default_factory=dict)
    exempt: bool = False
    centralized: int = 0
    centralized_required: int = 0
    kinds: tuple[str, ...] = ()
    parts: tuple[PartStanding, ...] = ()
    exempt_until: date | None = None
    """The last day of the exemption; None where it has no end, or where there is none."""
    at_closing: AtClosing | None = None
    """For a closed year: what had been reached when it was closed."""

    @property
    def counted(self) -> Decimal:
        """Hours earned that count towards the requirement."""
        if not self.kinds:
            return self.earned
        return sum((hours for kind, hours in self.by_kind.items() if kind in self.kinds), _NONE)

    @property
    def late(self) -> Decimal:
        """Hours entered since the year was closed; below 0 where some were taken back. 0 for an open one."""
        return self.earned - self.at_closing.earned if self.at_closing else _NONE

    @property
    def late_taken_back(self) -> Decimal:
        """Hours taken back since the year was closed, beyond what was entered late."""
        return max(-self.late, _NONE)

    @property
    def remaining(self) -> Decimal:
        """Hours still missing, never below 0."""
        return max(self.required - self.counted, _NONE)

    @property
    def centralized_remaining(self) -> int:
        """Centralized trainings still missing, never below 0."""
        return max(self.centralized_required - self.centralized, 0)

    @property
    def parts_remaining(self) -> list[PartStanding]:
        """The parts in which hours are still missing."""
        return [part for part in self.parts if part.remaining]

    @property
    def fulfilled(self) -> bool:
        """Whether nothing is missing."""
        return not self.remaining and not self.centralized_remaining and not self.parts_remaining


def standing_of(member: Member, year: int) -> Standing:
    """Return where `member` stands in the calendar year `year`."""
    return standings([member], year)[member.pk]


def standings(members: Collection[Member], year: int) -> dict[int, Standing]:
    """Return the standing of each of `members` by primary key, in the same few queries for any number."""
    ids = [member.pk for member in members]
    closing = closing_of(year)
    books = {row.member_id: row for row in _rows(ids, year)} if closing else {}
    asked = requirements_at_closing(books.values(), year) | current_requirements(
        [member for member in members if member.pk not in books], year
    )
    found = _measured(asked, CreditEntry.objects.filter(member__in=ids, year=year))
    if not closing or not books:
        return found
    day = timezone.localdate(closing.closed_at, timezone.get_default_timezone())
    then = at_closing(books.values(), year)
    return found | {
        pk: replace(found[pk], at_closing=AtClosing(day, *reached)) for pk, reached in then.items()
    }


def at_closing(rows: Collection[YearStanding], year: int) -> dict[int, tuple[Decimal, bool]]:
    """Return the hours and whether all was complete, by member, when `year` was closed.

    Where it is not written down yet, it follows from the entries that were not late.
    """
    reached = {
        row.member_id: (row.earned or _NONE, row.fulfilled) for row in rows if row.fulfilled is not None
    }
    unwritten = [row for row in rows if row.fulfilled is None]
    standings = standings_at_closing(unwritten, year) if unwritten else {}
    return reached | {pk: (standing.earned, standing.fulfilled) for pk, standing in standings.items()}


def standings_at_closing(rows: Collection[YearStanding], year: int) -> dict[int, Standing]:
    """Return where the members of `rows` stood when `year` was closed: by the entries that were not late."""
    ids = [row.member_id for row in rows]
    return _measured(
        requirements_at_closing(rows, year),
        CreditEntry.objects.filter(member__in=ids, year=year, late_reason=""),
    )


def _rows(ids: list[int], year: int) -> Iterable[YearStanding]:
    return YearStanding.objects.filter(member__in=ids, year=year)


def _measured(asked: dict[int, YearRequirement], entries: Any) -> dict[int, Standing]:
    """Return the standings of the members in `asked` by `entries`, which are those of one year."""
    by_subject = any(part.subject_id for requirement in asked.values() for part in requirement.parts)
    earned, centralized = _earned(entries, by_subject=by_subject)
    result = {}
    for pk, requirement in asked.items():
        by_kind: dict[str, Decimal] = defaultdict(Decimal)
        for (kind, _subject), hours in earned[pk].items():
            by_kind[kind] += hours
        result[pk] = Standing(
            earned=sum(by_kind.values(), _NONE),
            required=requirement.required,
            by_kind={kind: hours for kind, hours in by_kind.items() if hours},
            exempt=requirement.exempt,
            centralized=centralized[pk],
            centralized_required=requirement.centralized,
            kinds=requirement.kinds,
            parts=tuple(
                _with_hours(
                    PartStanding(part.what, part.required, _NONE, part.subject_id, part.kinds, part.subject),
                    earned[pk],
                )
                for part in requirement.parts
            ),
            exempt_until=requirement.exempt_until,
        )
    return result


def _with_hours(part: PartStanding, earned: _Hours) -> PartStanding:
    hours = (sum_ for (kind, subject), sum_ in earned.items() if part.counts(subject, kind))
    return replace(part, earned=sum(hours, _NONE))


def _earned(entries: Any, *, by_subject: bool) -> tuple[dict[int, _Hours], dict[int, int]]:
    """Return hours by member, kind and (where asked for) subject, and the number of centralized trainings."""
    hours: dict[int, _Hours] = defaultdict(dict)
    centralized: dict[int, int] = defaultdict(int)
    groups = ["member_id", "delivery_kind", *(["subject_id"] if by_subject else [])]
    rows = (
        entries.order_by()
        .values(*groups)
        .annotate(sum=Sum("hours"), signs=Count("pk", filter=Q(reverses__isnull=True)) - Count("reverses"))
    )
    for row in rows:
        if row["sum"]:
            hours[row["member_id"]][row["delivery_kind"], row.get("subject_id")] = row["sum"]
        if row["delivery_kind"] == DeliveryKind.CENTRALIZED:
            centralized[row["member_id"]] += row["signs"]
    return hours, centralized
