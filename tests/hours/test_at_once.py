"""Cases, certificates, reversals and closings at one moment: one outcome, and nobody waits in a circle."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from foundation.calendar import this_year, today
from hours import ledger
from hours.cases import asking, decisions
from hours.certificates.checking import Validity, validity
from hours.certificates.issuing import CertificateRefusedError, issue
from hours.closed_years import YearClosedError, is_closed
from hours.models import Certificate, CreditEntry, Evidence, ExternalTraining, Tally, YearClosure
from hours.tallies import rebuild
from hours.years import closing, snapshot
from members.models import Member
from tests import builders
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AT_ONCE = 6
LAST = this_year() - 1
REFUSALS = (
    asking.CaseRefusedError,
    CertificateRefusedError,
    closing.ClosingRefusedError,
    ledger.ReversalRefusedError,
    YearClosedError,
)
Act = Callable[[], Any]


class People:
    """A branch with an administrator above it, and what they do."""

    def __init__(self) -> None:
        self.district = builders.make_district()
        branch = builders.make_branch(self.district)
        self.administrator = builders.make_member(self.district)
        builders.make_role(self.administrator, self.district, "administrator")
        self.member, self.other = builders.make_member(branch), builders.make_member(branch)

    def training(self, title: str = "滴灌培训") -> ExternalTraining:
        training = ExternalTraining(
            member=self.member,
            entered_by=self.member,
            title=title,
            organizer="省农科院",
            delivery_kind="external",
            began_on=today(),
            earned_on=today(),
            minutes=90,
            evidence=Evidence.objects.create(uploaded_by=self.member, form=Evidence.Form.PDF),
        )
        return asking.hand_in(training)

    def credit(self, year: int = this_year(), who: Member | None = None, **more: Any) -> CreditEntry:
        entry = ledger.credit(
            who or self.member,
            lecture_key=uuid4(),
            title="春耕",
            minutes=45,
            delivery_kind="field",
            earned_on=date(year, 1, 1),
            basis={},
            **more,
        ).entry
        assert entry is not None
        return entry

    def grant(self, case: Any) -> CreditEntry:
        return decisions.grant(case, self.administrator, minutes=90, answer="属实")

    def reverse(self, entry: CreditEntry) -> CreditEntry:
        return ledger.reverse(CreditEntry.objects.get(pk=entry.pk), reason="更正", recorded_by=None)

    def issue(self) -> Certificate:
        return issue(self.member, this_year(), "record", "http://x/", by=self.member)


@pytest.fixture
def people() -> People:
    return People()


def together(*acts: Act) -> list[Any]:
    return at_once(*acts, refusals=REFUSALS)


def refused(outcomes: list[Any]) -> int:
    return sum(isinstance(one, REFUSALS) for one in outcomes)


def assert_sums() -> None:
    assert rebuild.check().differing_organizations == 0


def test_one_case_is_granted_once(people: People) -> None:
    training = people.training()
    outcomes = together(*[lambda: people.grant(training)] * AT_ONCE)
    assert (refused(outcomes), CreditEntry.objects.count()) == (AT_ONCE - 1, 1)
    assert_sums()


def test_of_cases_that_resemble_each_other_one_is_granted(people: People) -> None:
    cases = [people.training(f"滴灌培训{n}") for n in range(AT_ONCE)]
    outcomes = together(*[lambda case=case: people.grant(case) for case in cases])
    assert (refused(outcomes), CreditEntry.objects.count()) == (AT_ONCE - 1, 1)


def test_the_same_is_handed_in_once(people: People) -> None:
    outcomes = together(*[people.training] * AT_ONCE)
    assert (refused(outcomes), ExternalTraining.objects.count()) == (AT_ONCE - 1, 1)


def test_granting_and_reversing_do_not_wait_for_each_other(people: People) -> None:
    wrong = people.credit()
    facts = {"lecture_key": wrong.lecture_key, "title": "春耕", "minutes": 90, "delivery_kind": "field"}
    objection = asking.object_to(people.member, facts | {"earned_on": wrong.earned_on}, "少了")
    together(lambda: people.grant(objection), *[lambda: people.reverse(wrong)] * 3)
    held = CreditEntry.objects.in_force()
    # Either order ends with the wrong entry taken back once and the right one standing.
    assert [entry.minutes for entry in held] == [90]
    assert CreditEntry.objects.filter(reverses=wrong).count() == 1
    assert_sums()


def test_one_certificate_is_issued(people: People) -> None:
    people.credit()
    outcomes = together(*[people.issue] * AT_ONCE)
    assert (refused(outcomes), len({one.pk for one in outcomes}), Certificate.objects.count()) == (0, 1, 1)


def test_a_certificate_is_of_one_moment(people: People) -> None:
    first = people.credit()
    together(people.issue, people.credit, lambda: people.reverse(first), people.issue, people.credit)
    for one in Certificate.objects.all():
        assert one.facts is not None
        rows = one.facts["rows"]
        assert one.hours == sum(CreditEntry.objects.get(pk=row["entry"]).hours for row in rows)
    last = people.issue()
    valid = [one for one in Certificate.objects.all() if validity(one) is Validity.VALID]
    assert valid == [last]


def test_a_year_is_closed_once_and_every_entry_lies_before_or_after(people: People) -> None:
    early = people.credit(LAST)
    acts: list[Act] = [lambda: closing.close(LAST, people.administrator)] * 2
    acts += [lambda: people.credit(LAST), lambda: people.credit(LAST, people.other, late_reason="补登")] * 2
    acts += [lambda: people.reverse(early)]
    outcomes = together(*acts)
    assert is_closed(LAST)
    assert sum(isinstance(one, YearClosure) for one in outcomes) == 1
    entries = CreditEntry.objects.filter(year=LAST)
    for line, found in (("all", entries.filter(late_reason="")), ("late", entries.exclude(late_reason=""))):
        row = Tally.objects.filter(
            organization=people.district, year=LAST, who="everybody", line=line
        ).first()
        times = sum(1 if entry.hours > 0 else -1 for entry in found)
        assert (row.entries if row else 0, row.hundredths if row else 0) == (times, 100 * times)
    assert_sums()


def test_writing_standings_down_and_late_entries_do_not_wait_for_each_other(people: People) -> None:
    people.credit(LAST)
    closure = closing.close(LAST, people.administrator)
    late = [people.credit(LAST, late_reason="补登") for _ in range(2)]
    outcomes = together(
        lambda: snapshot.write_standings(closure),
        lambda: snapshot.write_standings(closure),
        lambda: people.credit(LAST, people.other, late_reason="补登"),
        *[lambda entry=entry: people.reverse(entry) for entry in late],
        people.credit,
    )
    assert refused(outcomes) == 0
    told = Tally.objects.filter(
        organization=people.district, year=LAST, who="everybody", line__in=["met", "unmet", "exempt"]
    )
    assert sum(row.people for row in told) == 3
    assert_sums()
