"""Where a member stands in a year: hours earned, hours asked, and what is still missing.

The requirement is data (`HourRequirement`): secretaries and committee members have one of their own,
everybody else the general one. Who is exempt in a year has nothing asked of them. Hours are Decimals.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from members.models import Member, Role

from .models import CreditEntry, DeliveryKind, Exemption, HourRequirement

_NONE = Decimal("0.00")
_POSTS = (Role.Kind.SECRETARY, Role.Kind.OFFICER)


@dataclass(frozen=True)
class Standing:
    """A member's year. `by_kind` holds the hours of each delivery kind that has any."""

    earned: Decimal = _NONE
    required: Decimal = _NONE
    by_kind: dict[str, Decimal] = field(default_factory=dict)
    exempt: bool = False
    centralized: int = 0
    centralized_required: int = 0

    @property
    def remaining(self) -> Decimal:
        """Hours still missing, never below 0."""
        return max(self.required - self.earned, _NONE)

    @property
    def centralized_remaining(self) -> int:
        """Centralized trainings still missing, never below 0."""
        return max(self.centralized_required - self.centralized, 0)

    @property
    def fulfilled(self) -> bool:
        """Whether nothing is missing."""
        return not self.remaining and not self.centralized_remaining


def standing_of(member: Member, year: int) -> Standing:
    """Return where `member` stands in the calendar year `year`."""
    return standings([member], year)[member.pk]


def standings(members: Collection[Member], year: int) -> dict[int, Standing]:
    """Return the standing of each of `members` by primary key, in the same four queries for any number."""
    ids = [member.pk for member in members]
    requirements = _requirements(year)
    in_posts = set(Role.objects.filter(member__in=ids, kind__in=_POSTS).values_list("member_id", flat=True))
    exempt = _exempt(ids, year)
    hours: dict[int, dict[str, Decimal]] = defaultdict(dict)
    centralized: dict[int, int] = defaultdict(int)
    earned = (
        CreditEntry.objects.filter(member__in=ids, year=year)
        .order_by()
        .values("member_id", "delivery_kind")
        .annotate(
            sum=Sum("hours"),
            lessons=Count("pk", filter=Q(reverses__isnull=True, reversal__isnull=True)),
        )
    )
    for row in earned:
        if row["sum"]:
            hours[row["member_id"]][row["delivery_kind"]] = row["sum"]
        if row["delivery_kind"] == DeliveryKind.CENTRALIZED:
            centralized[row["member_id"]] = row["lessons"]

    result = {}
    for pk in ids:
        requirement = None if pk in exempt else _applicable(requirements, in_post=pk in in_posts)
        result[pk] = Standing(
            earned=sum(hours[pk].values(), _NONE),
            required=requirement.hours if requirement else _NONE,
            by_kind=hours[pk],
            exempt=pk in exempt,
            centralized=centralized[pk],
            centralized_required=requirement.centralized_sessions if requirement else 0,
        )
    return result


def _requirements(year: int) -> dict[str, HourRequirement]:
    """Return the requirement of `year` for each group that has one; the latest to begin wins."""
    valid = HourRequirement.objects.filter(
        Q(year_until__isnull=True) | Q(year_until__gte=year), year_from__lte=year
    ).order_by("year_from")
    return {requirement.applies_to: requirement for requirement in valid}


def _applicable(requirements: dict[str, HourRequirement], *, in_post: bool) -> HourRequirement | None:
    """Return what is asked: those in a post have their own requirement where one is laid down."""
    general = requirements.get(HourRequirement.AppliesTo.EVERYBODY)
    return requirements.get(HourRequirement.AppliesTo.POSTS, general) if in_post else general


def _exempt(ids: list[int], year: int) -> set[int]:
    """Return who is exempt on any day of `year`: a year broken by illness has no hard requirement."""
    return set(
        Exemption.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=date(year, 1, 1)),
            member__in=ids,
            valid_from__lte=date(year, 12, 31),
        ).values_list("member_id", flat=True)
    )
