"""Who of one's own unit still lacks hours: so that somebody can help them, never to compare them.

Names are shown to those who hold a post in that very unit. Whoever answers for units further up sees sums
(`hours.statistics.figures`). The list stands in the order of the members' numbers, not of what they lack.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from members.models import Member, Organization, Role
from members.roles.permissions import own_units

from .standing import Standing, standings


@dataclass(frozen=True)
class Shortfall:
    """A member with something missing."""

    member: Member
    standing: Standing


@dataclass(frozen=True)
class UnitShortfalls:
    """The list of a unit and year, and of how many people it says nothing."""

    members: list[Shortfall]
    fulfilled: int
    exempt: int

    @property
    def people(self) -> int:
        """How many belong to the unit itself; none where there are only units below it."""
        return len(self.members) + self.fulfilled + self.exempt


def units_listed_for(viewer: Member | AnonymousUser) -> QuerySet[Organization]:
    """Return the units whose names `viewer` may read in such a list."""
    return own_units(viewer, *Role.RESPONSIBLE)


def shortfalls_of(organization: Organization, year: int) -> UnitShortfalls:
    """Return who of `organization` itself lacks hours in `year`; the same few queries for any unit."""
    members = list(Member.objects.filter(organization=organization, is_active=True).order_by("number"))
    standing = standings(members, year)
    missing = [
        Shortfall(member, standing[member.pk]) for member in members if not standing[member.pk].fulfilled
    ]
    exempt = sum(1 for member in members if standing[member.pk].exempt)
    return UnitShortfalls(missing, len(members) - len(missing) - exempt, exempt)
