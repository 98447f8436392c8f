"""Where a member stands: earned against required."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from hours.ledger import credit, reverse
from hours.models import CreditEntry, Exemption, HourRequirement
from hours.requirements.standing import Standing, standing_of, standings
from members.models import Member, Organization
from tests import builders

pytestmark = pytest.mark.django_db


def study(member: Member, minutes: int, kind: str = "online", year: int = 2026) -> CreditEntry:
    """Let `member` earn hours in a lesson of its own."""
    entry = credit(
        member,
        lecture_key=uuid4(),
        title="春耕",
        minutes=minutes,
        delivery_kind=kind,
        earned_on=date(year, 4, 1),
        basis={},
    ).entry
    assert entry is not None
    return entry


def test_who_has_done_nothing_lacks_everything(member: Member) -> None:
    standing = standing_of(member, 2026)
    assert standing == Standing(required=Decimal(32))
    assert (standing.remaining, standing.fulfilled) == (Decimal(32), False)


def test_hours_are_summed_by_kind_and_year_and_reversals_count(member: Member) -> None:
    neighbour = builders.make_member(member.organization)
    study(member, 90)
    study(member, 45, "station")
    study(member, 45, year=2025)
    study(neighbour, 450)
    reverse(study(member, 450, "field"), reason="更正", recorded_by=None)
    assert standing_of(member, 2026) == Standing(
        earned=Decimal(3), required=Decimal(32), by_kind={"online": Decimal(2), "station": Decimal(1)}
    )
    assert standing_of(member, 2026).remaining == Decimal(29)


def test_more_than_required_leaves_nothing_missing(member: Member) -> None:
    study(member, 33 * 45)
    standing = standing_of(member, 2026)
    assert (standing.earned, standing.remaining, standing.fulfilled) == (Decimal(33), Decimal(0), True)


@pytest.mark.parametrize("kind", ["secretary", "officer"])
def test_posts_have_their_own_requirement(member: Member, branch: Organization, kind: str) -> None:
    builders.make_role(member, branch, kind)
    standing = standing_of(member, 2026)
    assert (standing.required, standing.centralized_required) == (Decimal(56), 1)


@pytest.mark.parametrize("kind", ["editor", "administrator", "operator"])
def test_other_roles_are_no_posts(member: Member, branch: Organization, kind: str) -> None:
    builders.make_role(member, branch, kind)
    assert standing_of(member, 2026).required == Decimal(32)


def test_a_post_needs_a_centralized_training_as_well(member: Member, branch: Organization) -> None:
    builders.make_role(member, branch, "secretary")
    study(member, 60 * 45)
    assert standing_of(member, 2026).fulfilled is False
    wrong = study(member, 45, "centralized")
    assert standing_of(member, 2026).fulfilled is True
    reverse(wrong, reason="更正", recorded_by=None)
    standing = standing_of(member, 2026)
    assert (standing.centralized, standing.fulfilled) == (0, False)


def test_a_requirement_is_data_with_years(member: Member) -> None:
    assert standing_of(member, 2023).required == Decimal(0)
    HourRequirement.objects.create(
        valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31), hours=Decimal(40)
    )
    assert [standing_of(member, year).required for year in (2025, 2026, 2027)] == [
        Decimal(32),
        Decimal(40),
        Decimal(32),
    ]


@pytest.mark.parametrize(
    ("start", "end", "exempt"),
    [
        (date(2020, 1, 1), None, True),
        (date(2026, 12, 31), None, True),
        (date(2025, 1, 1), date(2026, 1, 1), True),
        (date(2025, 1, 1), date(2025, 12, 31), False),
        (date(2027, 1, 1), None, False),
    ],
)
def test_an_exemption_that_touches_the_year_lifts_the_requirement(
    member: Member, start: date, end: date | None, exempt: bool
) -> None:
    Exemption.objects.create(member=member, valid_from=start, valid_until=end)
    standing = standing_of(member, 2026)
    assert (standing.exempt, standing.required) == (exempt, Decimal(0) if exempt else Decimal(32))


def test_somebody_elses_exemption_helps_nobody(member: Member) -> None:
    neighbour = builders.make_member(member.organization)
    Exemption.objects.create(member=neighbour, valid_from=date(2020, 1, 1))
    assert standing_of(member, 2026).exempt is False


def test_many_standings_take_the_same_four_queries(
    branch: Organization, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    members = [builders.make_member(branch) for _ in range(5)]
    for n, each in enumerate(members):
        study(each, 45 * (n + 1))
    for some in (members[:1], members):
        with django_assert_num_queries(4):
            result = standings(some, 2026)
        assert [result[m.pk].earned for m in some] == [Decimal(n + 1) for n in range(len(some))]
