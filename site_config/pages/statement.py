"""A member's ledger as a bank statement: the entries of a year and what each of them rests on."""

from dataclasses import dataclass
from decimal import Decimal

from foundation.calendar import this_year
from hours.cases.decisions import token_of
from hours.ledger.basis import in_words
from hours.models import Case, CreditEntry, DeliveryKind
from members.models import Member

from .home import Outlook


@dataclass(frozen=True)
class Row:
    """One entry as the member reads it."""

    entry: CreditEntry
    rests_on: str
    taken_back: bool
    objection: Case | None
    """What the member said against it and nobody has decided yet."""

    @property
    def token(self) -> str:
        """The lesson, for a link to the form for objecting."""
        return token_of(self.entry)

    @property
    def may_be_objected_to(self) -> bool:
        """Whether it stands, is of this year or the last, and nobody is deciding about it already."""
        return not self.taken_back and self.objection is None and self.entry.year >= this_year() - 1

    @property
    def is_reversal(self) -> bool:
        """Whether the entry takes hours of an earlier one back."""
        return self.entry.reverses_id is not None


@dataclass(frozen=True)
class Part:
    """One delivery kind's part of the year's bar; `start` and `width` are per cent of the bar as text."""

    kind: str
    name: str
    hours: Decimal
    start: str
    width: str


@dataclass(frozen=True)
class Bar:
    """The hours of a year against the requirement. `mark` is where the requirement lies, in per cent."""

    parts: list[Part]
    mark: str


def rows_of(member: Member, year: int, cases: list[tuple[str, Case]]) -> list[Row]:
    """Return the entries of `member` in `year`, newest first; `cases` are the member's of the year.

    One query.
    """
    waiting = {
        case.lecture_key: case
        for kind, case in cases
        if kind == "objection" and case.state == Case.State.OPEN
    }
    entries = (
        CreditEntry.objects.visible_to(member)
        .filter(member=member, year=year)
        .select_related("subject", "recorded_by", "reversal")
    )
    return [
        Row(
            entry,
            in_words(entry),
            taken_back=hasattr(entry, "reversal"),
            objection=waiting.get(entry.lecture_key),
        )
        for entry in entries
    ]


def years_of(member: Member) -> list[int]:
    """Return the years that hold entries of `member`, and the current one, newest first."""
    found = CreditEntry.objects.filter(member=member).order_by().values_list("year", flat=True).distinct()
    return sorted({*found, this_year()}, reverse=True)


def bar_of(outlook: Outlook) -> Bar:
    """Return the year's bar: as long as the requirement, or as the hours where those are more."""
    standing = outlook.standing
    full = max(standing.required, standing.earned)
    parts: list[Part] = []
    at = Decimal(0)
    for kind in DeliveryKind:
        hours = standing.by_kind.get(kind, Decimal(0))
        if hours > 0:
            parts.append(Part(kind.value, str(kind.label), hours, _percent(at, full), _percent(hours, full)))
            at += hours
    return Bar(parts, _percent(standing.required, full) if standing.required else "")


def _percent(part: Decimal, whole: Decimal) -> str:
    """Return a share for an SVG attribute: always with a point, whatever the language writes."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"
