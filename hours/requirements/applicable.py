"""Which of the stored requirements is asked of a member in a year.

* A requirement is asked of a year if it is valid on 31 December of it, and then of the whole year. A change
  in mid-year (the old one ends, the new one begins) therefore puts the new one in the place of the old.
* It is asked of a member who fits all it names: post, category, age in completed years on 31 December. Who
  has no date of birth on record fits no bounds of age. Posts and categories are those held now.
* Of the requirements for the hours in all, one is asked: the one that names its people most closely (a post
  counts more than a category, a category more than an age), then the one that began last, then the higher.
* Of the parts, one is asked for each subject and set of kinds, chosen likewise; all those are asked together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from hours.models import HourRequirement

POST_WEIGHT, CATEGORY_WEIGHT, AGE_WEIGHT = 4, 2, 1


@dataclass(frozen=True)
class Person:
    """What a requirement may ask about a member."""

    in_post: bool = False
    categories: frozenset[int] = field(default_factory=frozenset)
    born_on: date | None = None


@dataclass(frozen=True)
class Applicable:
    """What a year asks of a member: one requirement in all, if any, and the parts."""

    total: HourRequirement | None = None
    parts: tuple[HourRequirement, ...] = ()


def requirements_of_year(year: int) -> list[HourRequirement]:
    """Return the requirements that are asked of `year`, with their subjects. One query."""
    last = date(year, 12, 31)
    valid = HourRequirement.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=last), valid_from__lte=last
    )
    return list(valid.select_related("subject").order_by("pk"))


def applicable_to(person: Person, requirements: Iterable[HourRequirement], year: int) -> Applicable:
    """Return those of `requirements` (see `of_year`) that are asked of `person`."""
    chosen: dict[tuple[object, ...], HourRequirement] = {}
    for requirement in sorted(requirements, key=_weight):
        if _fits(requirement, person, year):
            chosen[_place(requirement)] = requirement
    total = chosen.pop((HourRequirement.Measure.TOTAL,), None)
    return Applicable(total, tuple(sorted(chosen.values(), key=lambda one: one.pk)))


def age_at_end_of(year: int, born_on: date) -> int:
    """Return the completed years of somebody born on `born_on` on 31 December of `year`."""
    return year - born_on.year


def _place(requirement: HourRequirement) -> tuple[object, ...]:
    """Return what the requirement competes for: the hours in all, or a part by subject and kinds."""
    if requirement.measure == HourRequirement.Measure.TOTAL:
        return (HourRequirement.Measure.TOTAL,)
    return (requirement.subject_id, frozenset(requirement.delivery_kinds))


def _weight(requirement: HourRequirement) -> tuple[object, ...]:
    """Return the key by which the last one wins."""
    closeness = (
        POST_WEIGHT * (requirement.applies_to == HourRequirement.AppliesTo.POSTS)
        + CATEGORY_WEIGHT * (requirement.category_id is not None)
        + AGE_WEIGHT * (requirement.age_from is not None or requirement.age_until is not None)
    )
    return (closeness, requirement.valid_from, requirement.hours, requirement.pk)


def _fits(requirement: HourRequirement, person: Person, year: int) -> bool:
    if requirement.applies_to == HourRequirement.AppliesTo.POSTS and not person.in_post:
        return False
    if requirement.category_id is not None and requirement.category_id not in person.categories:
        return False
    if requirement.age_from is None and requirement.age_until is None:
        return True
    if person.born_on is None:
        return False
    age = age_at_end_of(year, person.born_on)
    return (requirement.age_from is None or age >= requirement.age_from) and (
        requirement.age_until is None or age <= requirement.age_until
    )
