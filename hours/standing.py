"""Where a member stands in a year: hours earned, hours asked, and what is still missing.

What is asked is data (`hours.requirements`): one requirement for the hours in all, and any number of parts in
a subject or a delivery kind. Who is exempt in a year has nothing asked of them. Hours are Decimals.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from members.models import Member, MemberCategoryTag, Role

from .models import CreditEntry, DeliveryKind, Exemption, HourRequirement
from .requirements import Person, asked_of, of_year

_NONE = Decimal("0.00")
_POSTS = (Role.Kind.SECRETARY, Role.Kind.OFFICER)


@dataclass(frozen=True)
class Part:
    """A part of the year's hours that is asked in a subject, in some delivery kinds, or both."""

    what: str
    required: Decimal
    earned: Decimal = _NONE
    subject_id: int | None = None
    kinds: tuple[str, ...] = ()

    @property
    def remaining(self) -> Decimal:
        """Hours of this part still missing, never below 0."""
        return max(self.required - self.earned, _NONE)

    def counts(self, subject_id: int | None, kind: str) -> bool:
        """Return whether hours in the subject, taken in that way, belong to this part."""
        return self.subject_id in {None, subject_id} and (not self.kinds or kind in self.kinds)


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
    parts: tuple[Part, ...] = ()
    exempt_until: date | None = None
    """The last day of the exemption; None where it has no end, or where there is none."""

    @property
    def counted(self) -> Decimal:
        """Hours earned that count towards the requirement."""
        if not self.kinds:
            return self.earned
        return sum((hours for kind, hours in self.by_kind.items() if kind in self.kinds), _NONE)

    @property
    def remaining(self) -> Decimal:
        """Hours still missing, never below 0."""
        return max(self.required - self.counted, _NONE)

    @property
    def centralized_remaining(self) -> int:
        """Centralized trainings still missing, never below 0."""
        return max(self.centralized_required - self.centralized, 0)

    @property
    def parts_remaining(self) -> list[Part]:
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
    requirements = of_year(year)
    people = _people(members, by_category=any(one.category_id for one in requirements))
    exempt = _exempt(ids, year)
    earned, centralized = _earned(ids, year, by_subject=any(one.subject_id for one in requirements))
    result = {}
    for pk in ids:
        by_kind: dict[str, Decimal] = defaultdict(Decimal)
        for (kind, _subject), hours in earned[pk].items():
            by_kind[kind] += hours
        asked = asked_of(people[pk], [] if pk in exempt else requirements, year)
        result[pk] = Standing(
            earned=sum(by_kind.values(), _NONE),
            required=asked.total.hours if asked.total else _NONE,
            by_kind={kind: hours for kind, hours in by_kind.items() if hours},
            exempt=pk in exempt,
            centralized=centralized[pk],
            centralized_required=asked.total.centralized_sessions if asked.total else 0,
            kinds=tuple(asked.total.delivery_kinds) if asked.total else (),
            parts=tuple(_part(requirement, earned[pk]) for requirement in asked.parts),
            exempt_until=exempt.get(pk),
        )
    return result


def _part(requirement: HourRequirement, earned: dict[tuple[str, int | None], Decimal]) -> Part:
    part = Part(
        what=requirement.what,
        required=requirement.hours,
        subject_id=requirement.subject_id,
        kinds=tuple(requirement.delivery_kinds),
    )
    hours = sum((sum_ for (kind, subject), sum_ in earned.items() if part.counts(subject, kind)), _NONE)
    return Part(part.what, part.required, hours, part.subject_id, part.kinds)


def _people(members: Collection[Member], *, by_category: bool) -> dict[int, Person]:
    """Return what requirements may ask about the members. One query, two where categories matter."""
    ids = [member.pk for member in members]
    in_posts = set(Role.objects.filter(member__in=ids, kind__in=_POSTS).values_list("member_id", flat=True))
    categories: dict[int, set[int]] = defaultdict(set)
    if by_category:
        tags = MemberCategoryTag.objects.filter(content_object__in=ids)
        for member_id, tag_id in tags.values_list("content_object_id", "tag_id"):
            categories[member_id].add(tag_id)
    return {
        member.pk: Person(member.pk in in_posts, frozenset(categories[member.pk]), member.born_on)
        for member in members
    }


def _earned(
    ids: list[int], year: int, *, by_subject: bool
) -> tuple[dict[int, dict[tuple[str, int | None], Decimal]], dict[int, int]]:
    """Return hours by member, kind and (where asked for) subject, and the number of centralized trainings."""
    hours: dict[int, dict[tuple[str, int | None], Decimal]] = defaultdict(dict)
    centralized: dict[int, int] = defaultdict(int)
    groups = ["member_id", "delivery_kind", *(["subject_id"] if by_subject else [])]
    rows = (
        CreditEntry.objects.filter(member__in=ids, year=year)
        .order_by()
        .values(*groups)
        .annotate(
            sum=Sum("hours"),
            lessons=Count("pk", filter=Q(reverses__isnull=True, reversal__isnull=True)),
        )
    )
    for row in rows:
        if row["sum"]:
            hours[row["member_id"]][row["delivery_kind"], row.get("subject_id")] = row["sum"]
        if row["delivery_kind"] == DeliveryKind.CENTRALIZED:
            centralized[row["member_id"]] += row["lessons"]
    return hours, centralized


def _exempt(ids: list[int], year: int) -> dict[int, date | None]:
    """Return who is exempt on any day of `year`, and until when (None: without an end).

    A year broken by illness has no hard requirement.
    """
    found: dict[int, date | None] = {}
    exemptions = Exemption.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=date(year, 1, 1)),
        member__in=ids,
        valid_from__lte=date(year, 12, 31),
    )
    for member_id, until in exemptions.values_list("member_id", "valid_until"):
        known = found.get(member_id, until)
        found[member_id] = None if known is None or until is None else max(known, until)
    return found
