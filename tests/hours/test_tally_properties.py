"""For any sequence of events, totals and sums equal the ledger, and nobody is credited twice for a lesson."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hours.ledger import Outcome, ReversalRefusedError, credit, reverse
from hours.models import CreditEntry, Tally
from hours.requirements.standing import standings
from hours.tallies import rebuild
from hours.years.closing import close
from members.changes.transfer import Move, TransferRefusedError, move_all, transfer
from members.models import Member, MemberCategory, Organization, Role
from tests import builders

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Few of each, so that the same ones meet often.
MEMBERS, LESSONS, BRANCHES = 2, 2, 3
YEARS = (2025, 2026)
CLOSED = 2025
member = st.integers(0, MEMBERS - 1)
branch = st.integers(0, BRANCHES - 1)
lesson = st.integers(0, LESSONS - 1)
CREDIT = st.tuples(
    st.just("credit"),
    member,
    lesson,
    st.sampled_from(YEARS),
    st.sampled_from(["online", "station"]),
    st.sampled_from([5, 45, 60, 200]),  # minutes
)
REVERSAL = st.tuples(st.just("reverse"), member, lesson, st.sampled_from(YEARS))
CHANGE = st.one_of(
    st.tuples(st.just("transfer"), member, branch),
    st.tuples(st.just("merge"), branch, branch),
    st.tuples(st.just("categories"), member, st.sets(st.sampled_from(["rural", "new", "floating"]))),
    st.tuples(st.just("post"), member),
    st.tuples(st.just("leave"), member),
    st.tuples(st.just("move"), branch),
    st.tuples(st.just("close")),
)
STEPS = st.lists(st.one_of(CREDIT, CREDIT, REVERSAL, CHANGE), min_size=5, max_size=20)


class District:
    """A small district in which things happen; refers to lessons and people by number."""

    def __init__(self) -> None:
        self.root = builders.make_district()
        self.branches = [builders.make_branch(self.root) for _ in range(BRANCHES)]
        self.members = [builders.make_member(self.branches[n], "rural") for n in range(MEMBERS)]
        self.lessons: list[UUID] = [uuid4() for _ in range(LESSONS)]
        self.administrator = builders.make_member(None)
        builders.make_role(self.administrator, self.root, Role.Kind.ADMINISTRATOR)
        self.books: dict[str, Any] | None = None

    def credit(self, who: int, what: int, year: int, kind: str, minutes: int) -> None:
        """Credit, and once more: only the first may count."""
        facts: dict[str, Any] = {"lecture_key": self.lessons[what], "title": "春耕", "basis": {}}
        facts |= {"minutes": minutes, "delivery_kind": kind, "earned_on": date(year, 5, 5)}
        facts["late_reason"] = "补登"  # kept only where the year is closed
        first = credit(self.members[who], **facts)
        if first.outcome is not Outcome.TOO_SHORT:
            assert credit(self.members[who], **facts).outcome is Outcome.ALREADY

    def reverse(self, who: int, what: int, year: int) -> None:
        """Take the last credit of the lesson back, if it stands; a second time is refused."""
        entry = CreditEntry.objects.filter(
            member=self.members[who], lecture_key=self.lessons[what], year=year, reverses__isnull=True
        ).last()
        if entry is None:
            return
        try:
            reverse(entry, reason="更正", recorded_by=None)
        except ReversalRefusedError:
            return
        with pytest.raises(ReversalRefusedError):
            reverse(entry, reason="更正", recorded_by=None)

    def transfer(self, who: int, where: int) -> None:
        """Move a member to another branch."""
        if self.members[who].organization_id == self.branches[where].pk:
            with pytest.raises(TransferRefusedError):
                transfer(self.members[who], self.branches[where], by=self.administrator)
        else:
            transfer(self.members[who], self.branches[where], by=self.administrator)

    def merge(self, one: int, other: int) -> None:
        """Put the people of one branch into the other."""
        if one != other:
            people = Member.objects.filter(organization=self.branches[one])
            move_all([Move(person, self.branches[other]) for person in people], by=self.administrator)
        for each in self.members:
            each.refresh_from_db()

    def categories(self, who: int, slugs: set[str]) -> None:
        """Give a member other categories."""
        self.members[who].categories.set(MemberCategory.objects.filter(slug__in=slugs))

    def post(self, who: int) -> None:
        """Give a member the post of a secretary, or take it."""
        held = Role.objects.filter(member=self.members[who])
        if held.exists():
            held.delete()
        else:
            builders.make_role(self.members[who], self.branches[0], Role.Kind.SECRETARY)

    def leave(self, who: int) -> None:
        """Close or open an account."""
        self.members[who].is_active = not self.members[who].is_active
        self.members[who].save()

    def move(self, what: int) -> None:
        """Put a branch right below the district."""
        node = Organization.objects.get(pk=self.branches[what].pk)
        node.move(Organization.objects.get(pk=self.root.pk), "sorted-child")
        self.branches[what].refresh_from_db()

    def close(self) -> None:
        """Close the earlier year, if it is not closed yet."""
        if self.books is None and CreditEntry.objects.filter(year__lte=CLOSED).exists():
            close(CLOSED, self.administrator)
            self.books = self.read_books()

    def sum_of(self, year: int, line: str) -> tuple[int, int, Decimal]:
        """Return person-times, heads and hours of everybody in the district."""
        row = Tally.objects.filter(organization=self.root, year=year, who="everybody", line=line).first()
        return (row.entries, row.people, Decimal(row.hundredths) / 100) if row else (0, 0, Decimal(0))

    def read_books(self) -> dict[str, Any]:
        """Return all that is told of the closed year but for what is late."""
        sums = Tally.objects.filter(year=CLOSED).exclude(line="late").order_by("organization", "who", "line")
        standings_at_closing = standings(self.members, CLOSED).values()
        return {
            "sums": list(sums.values_list("organization", "who", "line", "entries", "people", "hundredths")),
            "members": [(each.required, each.at_closing) for each in standings_at_closing],
        }


@given(steps=STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_sums_equal_the_ledger(db: None, steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        district = District()
        for name, *what in steps:
            getattr(district, name)(*what)
        assert_equal_to_the_ledger(district)
        transaction.set_rollback(True)  # the next example begins with an empty house


def assert_equal_to_the_ledger(district: District) -> None:
    """Assert it of every sum, of the district's totals and of each member's standing."""
    run = rebuild.check()
    assert (run.differing_organizations, run.corrected_members) == (0, 0)
    entries = list(CreditEntry.objects.filter(member__in=district.members))
    assert [key for key, times in held(entries).items() if times not in (0, 1)] == []
    on_time = entries
    if district.books is not None:
        assert district.read_books() == district.books
        late = [entry for entry in entries if entry.late_reason]
        on_time = [entry for entry in entries if not entry.late_reason]
        assert district.sum_of(CLOSED, "late") == (
            sum(1 if entry.hours > 0 else -1 for entry in late),
            sum(1 for times in held(late, by_lesson=False).values() if times > 0),
            sum(entry.hours for entry in late),
        )
    for year in YEARS:
        standing = {key for key, times in held(on_time).items() if times and key[2] == year}
        total = sum(entry.hours for entry in on_time if entry.year == year)
        assert district.sum_of(year, "all") == (len(standing), len({key[0] for key in standing}), total)
        earned = sum(each.earned for each in standings(district.members, year).values())
        assert earned == sum(entry.hours for entry in entries if entry.year == year)


def held(entries: list[CreditEntry], *, by_lesson: bool = True) -> Counter[tuple[int, UUID | None, int]]:
    """Return how often each member is credited in each year, for each lesson or for all together."""
    found: Counter[tuple[int, UUID | None, int]] = Counter()
    for entry in entries:
        lesson = entry.lecture_key if by_lesson else None
        found[entry.member_id, lesson, entry.year] += 1 if entry.hours > 0 else -1
    return found
