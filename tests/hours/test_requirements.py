"""Which requirement is asked of whom: by year, post, category, age, subject and delivery kind."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from hours.admin.requirement_forms import HourRequirementForm
from hours.ledger import credit
from hours.models import Exemption, HourRequirement, Subject, YearClosure
from hours.requirements.standing import standing_of
from members.models import Member, MemberCategory, Organization
from tests import builders

pytestmark = pytest.mark.django_db
PART, TOTAL = HourRequirement.Measure.PART, HourRequirement.Measure.TOTAL


@pytest.fixture(autouse=True)
def nothing_laid_down(db: None) -> None:
    """Begin with an empty table instead of the seed data."""
    HourRequirement.objects.all().delete()


def require(hours: int | str, **fields: Any) -> HourRequirement:
    fields.setdefault("valid_from", date(2020, 1, 1))
    return HourRequirement.objects.create(hours=Decimal(hours), **fields)


def asked(member: Member, year: int = 2026) -> Decimal:
    return standing_of(member, year).required


def study(member: Member, minutes: int, kind: str, subject: Subject | None = None) -> None:
    credit(
        member,
        lecture_key=uuid4(),
        title="课",
        minutes=minutes,
        delivery_kind=kind,
        earned_on=date(2026, 5, 5),
        basis={},
        subject=subject,
    )


def category(slug: str) -> MemberCategory:
    return MemberCategory.objects.get_or_create(slug=slug, defaults={"name": slug})[0]


def test_what_is_valid_on_the_last_day_of_a_year_is_asked_of_all_of_it(member: Member) -> None:
    require(32, valid_until=date(2026, 6, 30))
    require(40, valid_from=date(2026, 7, 1))
    assert [asked(member, year) for year in (2025, 2026, 2027)] == [Decimal(32), Decimal(40), Decimal(40)]


def test_what_ends_on_new_years_eve_is_asked_and_what_ends_the_day_before_is_not(member: Member) -> None:
    require(32, valid_until=date(2025, 12, 31))
    require(33, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 30))
    assert [asked(member, year) for year in (2025, 2026)] == [Decimal(32), Decimal(0)]


def test_the_closest_description_wins_post_before_category_before_age(
    branch: Organization, member: Member
) -> None:
    member.born_on = date(1950, 6, 1)
    member.save()
    rural = category("rural")
    require(90)
    assert asked(member) == Decimal(90)
    require(10, age_from=70)
    assert asked(member) == Decimal(10)
    require(20, category=rural)
    assert asked(member) == Decimal(20)
    require(15, category=rural, age_from=70)
    assert asked(member) == Decimal(15)
    require(56, applies_to="posts")
    assert asked(member) == Decimal(15)
    builders.make_role(member, branch, "secretary")
    assert asked(member) == Decimal(56)


def test_of_equals_the_later_and_then_the_higher_wins(member: Member) -> None:
    require(50, valid_from=date(2024, 1, 1))
    require(30, valid_from=date(2025, 1, 1))
    assert asked(member) == Decimal(30)
    require(31, valid_from=date(2025, 1, 1))
    assert asked(member) == Decimal(31)


@pytest.mark.parametrize(
    ("born", "hours"),
    [
        (date(1957, 1, 1), 32),
        (date(1956, 12, 31), 12),
        (date(1946, 1, 1), 12),
        (date(1945, 12, 31), 32),
        (None, 32),
    ],
)
def test_ages_are_completed_years_at_the_end_of_the_year(
    member: Member, born: date | None, hours: int
) -> None:
    member.born_on = born
    member.save()
    require(32)
    require(12, age_from=70, age_until=80)
    assert asked(member) == Decimal(hours)


def test_somebody_elses_category_asks_nothing(member: Member) -> None:
    require(32)
    require(99, category=category("government"))
    assert asked(member) == Decimal(32)


def test_parts_are_asked_together_and_filled_by_their_own_hours(member: Member) -> None:
    theory, health = Subject.objects.get(code="theory"), Subject.objects.get(code="health")
    require(8)
    require(4, measure=PART, subject=theory)
    require(2, measure=PART, delivery_kinds=["field", "centralized"])
    study(member, 90, "online", theory)
    study(member, 90, "field", health)
    study(member, 45 * 6, "online", health)
    standing = standing_of(member, 2026)
    assert (standing.earned, standing.remaining, standing.fulfilled) == (Decimal(10), Decimal(0), False)
    assert [(part.earned, part.remaining) for part in standing.parts] == [
        (Decimal(2), Decimal(2)),
        (Decimal(2), Decimal(0)),
    ]
    study(member, 90, "online", theory)
    assert standing_of(member, 2026).fulfilled is True


def test_of_two_parts_of_the_same_subject_the_closer_one_is_asked(member: Member) -> None:
    theory = Subject.objects.get(code="theory")
    require(4, measure=PART, subject=theory)
    require(6, measure=PART, subject=theory, category=category("rural"))
    assert [part.required for part in standing_of(member, 2026).parts] == [Decimal(6)]


def test_a_requirement_may_say_which_kinds_count_at_all(member: Member) -> None:
    require(8, delivery_kinds=["centralized", "group_study"])
    study(member, 90, "online")
    study(member, 90, "group_study")
    standing = standing_of(member, 2026)
    assert (standing.earned, standing.counted, standing.remaining) == (Decimal(4), Decimal(2), Decimal(6))


def test_who_is_exempt_is_asked_nothing_and_told_until_when(member: Member) -> None:
    require(8)
    require(4, measure=PART, subject=Subject.objects.get(code="theory"))
    Exemption.objects.create(member=member, valid_from=date(2026, 2, 1), valid_until=date(2027, 1, 31))
    standing = standing_of(member, 2026)
    assert (standing.exempt, standing.exempt_until, standing.required, standing.parts) == (
        True,
        date(2027, 1, 31),
        Decimal(0),
        (),
    )
    Exemption.objects.create(member=member, valid_from=date(2026, 3, 1))
    assert standing_of(member, 2026).exempt_until is None


# --- Laying down ----------------------------------------------------------------------------------------


def form(instance: HourRequirement | None = None, **fields: Any) -> HourRequirementForm:
    data = {
        "measure": "total",
        "hours": "32",
        "centralized_sessions": "0",
        "valid_from": "2026-01-01",
        "applies_to": "everybody",
    }
    return HourRequirementForm(data | fields, instance=instance)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valid_until": "2025-12-31"}, "valid_until"),
        ({"age_from": "70", "age_until": "60"}, "age_until"),
        ({"measure": "part"}, "subject"),
        ({"delivery_kinds": ["teleport"]}, "delivery_kinds"),
    ],
)
def test_what_contradicts_itself_is_refused(wrong: dict[str, Any], field: str) -> None:
    assert list(form(**wrong).errors) == [field]


def test_hours_in_all_know_no_subject() -> None:
    theory = Subject.objects.get(code="theory")
    assert list(form(subject=theory.pk).errors) == ["subject"]
    assert form(measure="part", subject=theory.pk).is_valid()


def test_what_a_closed_year_asked_can_be_ended_but_not_changed() -> None:
    YearClosure.objects.create(year=2025)
    held = require(32, valid_from=date(2024, 1, 1))
    kept = {"valid_from": "2024-01-01"}
    assert form(held, **kept, valid_until="2026-06-30").is_valid()
    held.refresh_from_db()
    assert list(form(held, **kept, hours="40").errors) == ["__all__"]
    assert list(form(held, **kept, valid_until="2025-06-30").errors) == ["__all__"]
    assert list(form(valid_from="2025-05-01").errors) == ["__all__"]
    assert form(valid_from="2026-01-01").is_valid()
