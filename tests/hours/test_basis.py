"""What the hours of an entry rest on is said in words, by the facts that the ledger holds."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from hours.ledger import credit, reverse
from hours.ledger.basis import in_words
from hours.models import CreditEntry
from members.models import Member
from tests import builders

pytestmark = pytest.mark.django_db


def entry_of(member: Member, kind: str, basis: dict[str, Any], by: Member | None = None) -> CreditEntry:
    entry = credit(
        member,
        lecture_key=uuid4(),
        title="春耕",
        minutes=90,
        delivery_kind=kind,
        earned_on=date(2026, 4, 1),
        basis=basis,
        recorded_by=by,
    ).entry
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    ("kind", "basis", "said"),
    [
        ("online", {"seen_share": 0.967}, "96% of the film seen, 90 minutes of teaching"),
        # A share that was seen says nothing where people sat together.
        ("group_study", {"seen_share": 0.967}, "90 minutes of teaching, entered by Tian"),
        (
            "external",
            {"external": "x", "organizer": "the academy"},
            "90 minutes of teaching, held by the academy; evidence approved by Tian",
        ),
        ("field", {"objection": "x"}, "90 minutes of teaching, granted by Tian on an objection"),
        ("group_study", {"session": "x"}, "90 minutes of teaching, roll taken by Tian"),
        ("station", {"screening": "x"}, "90 minutes of teaching, station's roll taken by Tian"),
        ("field", {}, "90 minutes of teaching, entered by Tian"),
    ],
)
def test_the_facts_are_told(member: Member, kind: str, basis: dict[str, Any], said: str) -> None:
    by = builders.make_member(None, name="Tian")
    with translation.override("en"):
        assert in_words(entry_of(member, kind, basis, by)) == said


def test_without_facts_the_length_is_told(member: Member) -> None:
    with translation.override("en"):
        assert in_words(entry_of(member, "field", {})) == "90 minutes of teaching"


def test_a_reversal_tells_its_reason(member: Member) -> None:
    opposite = reverse(entry_of(member, "field", {}), reason="entered twice", recorded_by=None)
    with translation.override("en"):
        assert in_words(opposite) == "Taken back: entered twice"
