"""Whoever answers for a unit finds its figures, certificates and decisions on "my learning"."""

import pytest
from django.urls import reverse

from hours.wagtail_hooks import duties
from members.models import Member, Organization
from tests import builders

pytestmark = pytest.mark.django_db
STATISTICS, CERTIFICATES, DECISIONS, YEARS = "statistics", "certificates_people", "decisions", "years"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("secretary", [STATISTICS, CERTIFICATES]),
        ("officer", [STATISTICS, CERTIFICATES, DECISIONS]),
        ("administrator", [STATISTICS, CERTIFICATES, DECISIONS, YEARS]),
        ("operator", []),
        ("", []),
    ],
)
def test_duties_follow_the_post(district: Organization, kind: str, names: list[str]) -> None:
    person: Member = builders.make_member(None)
    if kind:
        builders.make_role(person, district, kind)
    assert [duty.url for duty in duties(person)] == [reverse(f"hours:{name}") for name in names]
