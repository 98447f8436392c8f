"""What a year asks of members: their requirements, or nothing of those who are exempt.

For an open year it follows from who they are now. For a closed one it is what had been written down of them
(`YearStanding`), or, until that is done, what follows from who they were when it was closed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext

from hours.models import DeliveryKind, Exemption, HourRequirement, YearStanding
from members.models import Member, MemberCategoryTag, Role

from .applicable import Applicable, Person, applicable_to, requirements_of_year

IN_POSTS = (Role.Kind.SECRETARY, Role.Kind.OFFICER)
_NONE = Decimal("0.00")


@dataclass(frozen=True)
class RequirementPart:
    """A part of the hours that is asked in a subject, in some delivery kinds, or both."""

    required: Decimal
    subject_id: int | None = None
    subject: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """Subject and kinds in words."""
        subject = [self.subject] if self.subject else []
        return pgettext("between names", ", ").join([*subject, *DeliveryKind.names_of(self.kinds)])


@dataclass(frozen=True)
class YearRequirement:
    """What a year asks of one member. `exempt_until` is None where an exemption has no end, or is none."""

    required: Decimal = _NONE
    centralized: int = 0
    kinds: tuple[str, ...] = ()
    parts: tuple[RequirementPart, ...] = ()
    exempt: bool = False
    exempt_until: date | None = None

    def details(self) -> dict[str, Any]:
        """Return what has no column of its own in a `YearStanding`, fit for JSON."""
        parts = [[str(p.required), p.subject_id, p.subject, list(p.kinds)] for p in self.parts]
        return {"centralized": self.centralized, "kinds": list(self.kinds), "parts": parts}


def current_requirements(members: Collection[Member], year: int) -> dict[int, YearRequirement]:
    """Return what `year` asks of `members`, as who they are now, by primary key. Four queries at most."""
    if not members:
        return {}
    requirements = requirements_of_year(year)
    by_category = any(one.category_id for one in requirements)
    return _requirements(_people(members, by_category=by_category), requirements, year)


def requirements_at_closing(rows: Collection[YearStanding], year: int) -> dict[int, YearRequirement]:
    """Return what the closed `year` asked of the members of `rows`, by primary key."""
    unwritten = {row.member_id: _as_they_were(row) for row in rows if row.fulfilled is None}
    written = {row.member_id: _written(row) for row in rows if row.fulfilled is not None}
    return written | _requirements(unwritten, requirements_of_year(year) if unwritten else [], year)


def _requirements(
    people: Mapping[int, Person], requirements: list[HourRequirement], year: int
) -> dict[int, YearRequirement]:
    exempt = exempt_in(people, year) if people else {}
    return {
        pk: YearRequirement(exempt=True, exempt_until=exempt[pk])
        if pk in exempt
        else _requirement(applicable_to(person, requirements, year))
        for pk, person in people.items()
    }


def _requirement(applicable: Applicable) -> YearRequirement:
    parts = tuple(_part(requirement) for requirement in applicable.parts)
    if applicable.total is None:
        return YearRequirement(parts=parts)
    total = applicable.total
    return YearRequirement(total.hours, total.centralized_sessions, tuple(total.delivery_kinds), parts)


def _part(requirement: HourRequirement) -> RequirementPart:
    subject = str(requirement.subject) if requirement.subject else ""
    return RequirementPart(
        requirement.hours, requirement.subject_id, subject, kinds=tuple(requirement.delivery_kinds)
    )


def _written(row: YearStanding) -> YearRequirement:
    assert row.required is not None and row.details is not None  # noqa: S101  a constraint says so
    return YearRequirement(
        required=row.required,
        centralized=row.details["centralized"],
        kinds=tuple(row.details["kinds"]),
        parts=tuple(
            RequirementPart(Decimal(required), subject_id, subject, tuple(kinds))
            for required, subject_id, subject, kinds in row.details["parts"]
        ),
        exempt=bool(row.exempt),
        exempt_until=row.exempt_until,
    )


def _as_they_were(row: YearStanding) -> Person:
    # Requirements ask for the age at the end of a year, which the year of birth tells.
    born_on = date(row.born_in, 1, 1) if row.born_in else None
    return Person(row.in_post, frozenset(row.categories), born_on)


def _people(members: Collection[Member], *, by_category: bool) -> dict[int, Person]:
    ids = [member.pk for member in members]
    in_posts = set(Role.objects.filter(member__in=ids, kind__in=IN_POSTS).values_list("member_id", flat=True))
    categories: dict[int, set[int]] = defaultdict(set)
    if by_category:
        tags = MemberCategoryTag.objects.filter(content_object__in=ids)
        for member_id, tag_id in tags.values_list("content_object_id", "tag_id"):
            categories[member_id].add(tag_id)
    return {
        member.pk: Person(member.pk in in_posts, frozenset(categories[member.pk]), member.born_on)
        for member in members
    }


def exempt_in(members: Iterable[int], year: int) -> dict[int, date | None]:
    """Return who is exempt on any day of `year`, and until when (None: without an end).

    A year broken by illness has no hard requirement.
    """
    found: dict[int, date | None] = {}
    exemptions = Exemption.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=date(year, 1, 1)),
        member__in=list(members),
        valid_from__lte=date(year, 12, 31),
    )
    for member_id, until in exemptions.values_list("member_id", "valid_until"):
        known = found.get(member_id, until)
        found[member_id] = None if known is None or until is None else max(known, until)
    return found
