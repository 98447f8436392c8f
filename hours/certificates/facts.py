"""What a certificate says: read once when it is issued, kept as codes and the names of that day, drawn from.

Words that depend on the reader's language are made when it is drawn; who recorded an entry is kept as a key,
so that somebody else's name is forgotten where it is kept, when they leave.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hours.ledger.basis import in_words
from hours.models import Certificate, CreditEntry
from hours.requirements.parts import RequirementPart
from hours.requirements.standing import Standing, standing_of
from members.models import Member

Facts = dict[str, Any]
# Of an entry's basis, what its words are made of (`hours.ledger.basis`).
_TOLD = ("seen_share", "organizer", "external", "objection", "session", "screening")


@dataclass(frozen=True)
class Line:
    """An entry as it is printed."""

    entry: CreditEntry
    subject: str
    rests_on: str


@dataclass(frozen=True)
class Part:
    """A part of what was asked, as it is printed."""

    what: str
    required: Decimal
    earned: Decimal


def take(member: Member, year: int, kind: str) -> tuple[Facts, Standing]:
    """Return what a certificate of `kind` says of `member` now, and the standing that it rests on.

    Call `hours.tallies.rows.lock` before, so that rows and sums are of one moment.
    """
    entries = list(
        CreditEntry.objects.filter(member=member, year=year)
        .select_related("subject")
        .order_by("earned_on", "pk")
    )
    standing = standing_of(member, year)
    reversed_ones = {entry.reverses_id for entry in entries}
    in_force = [one for one in entries if one.reverses_id is None and one.pk not in reversed_ones]
    facts: Facts = {
        "name": member.name,
        "unit": member.organization.name if member.organization else "",
        "kind": str(kind),
        "year": year,
        "hours": str(sum((entry.hours for entry in entries), Decimal("0.00"))),
        "required": str(standing.required),
        "entries": sorted(entry.pk for entry in in_force),
    }
    if kind == Certificate.Kind.RECORD:
        facts["rows"] = [_row(entry) for entry in entries]
        facts["parts"] = _parts(standing)
    return facts, standing


def digest_of(facts: Facts) -> str:
    """Return what tells two sets of facts apart: 64 hexadecimal digits."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def lines_of(facts: Facts) -> list[Line]:
    """Return the entries on a record in their order, in the reader's language. One query at most."""
    rows = facts.get("rows", [])
    recorders = Member.objects.in_bulk({row["recorded_by"] for row in rows if row["recorded_by"]})
    return [_line(row, facts["year"], recorders.get(row["recorded_by"])) for row in rows]


def parts_of(facts: Facts) -> list[Part]:
    """Return the parts of what was asked, in the reader's language."""
    return [
        Part(
            RequirementPart(Decimal(required), None, subject, tuple(kinds)).what,
            Decimal(required),
            Decimal(earned),
        )
        for subject, kinds, required, earned in facts.get("parts", [])
    ]


def _row(entry: CreditEntry) -> dict[str, Any]:
    basis = entry.basis if isinstance(entry.basis, dict) else {}
    return {
        "entry": entry.pk,
        "day": entry.earned_on.isoformat(),
        "title": entry.title,
        "subject": entry.subject.name if entry.subject else "",
        "kind": entry.delivery_kind,
        "minutes": entry.minutes,
        "hours": str(entry.hours),
        "basis": {name: basis[name] for name in _TOLD if name in basis},
        "recorded_by": entry.recorded_by_id,
        "reverses": entry.reverses_id,
        "reason": entry.reason,
        "late_reason": entry.late_reason,
    }


def _line(row: dict[str, Any], year: int, recorder: Member | None) -> Line:
    entry = CreditEntry(
        year=year,
        earned_on=date.fromisoformat(row["day"]),
        title=row["title"],
        delivery_kind=row["kind"],
        minutes=row["minutes"],
        hours=Decimal(row["hours"]),
        basis=row["basis"],
        recorded_by=recorder,
        reverses_id=row["reverses"],
        reason=row["reason"],
        late_reason=row["late_reason"],
    )
    return Line(entry, row["subject"], in_words(entry))


def _parts(standing: Standing) -> Iterable[tuple[str, list[str], str, str]]:
    return [(part.subject, list(part.kinds), str(part.required), str(part.earned)) for part in standing.parts]
