"""The roll of the room: credited once, all or nothing, and only for those in the operator's care."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from foundation.calendar import this_year, today
from hours import ledger
from hours.ledger.reasons import LATE_STATION
from hours.models import CreditEntry, CreditRule, DeliveryKind
from hours.years.closing import close
from meetings.attendance.refusals import RollRefusedError
from meetings.models import Attendance
from members.models import Member, Membership, Organization
from stations.models import Screening, Station
from stations.roll import people_of, screenings_of, sheet_of, with_counts
from stations.screenings import record, start_screening
from tests import builders
from tests.lectures.films import START, after, make_film_lecture

from .rolls import finish, take

pytestmark = pytest.mark.django_db
Outcome = Attendance.Outcome


def test_after_the_film_those_ticked_are_credited(
    over: Screening, operator: Member, people: list[Member]
) -> None:
    assert take(over, operator, people[:2], people) == {Outcome.CREDITED: 2}
    entry = CreditEntry.objects.get(member=people[0])
    assert (entry.hours, entry.delivery_kind, entry.place) == (
        Decimal("1.00"),
        DeliveryKind.STATION,
        "柳树沟站点",
    )
    assert (entry.recorded_by, entry.lecture_key) == (operator, over.session.lecture_key)
    assert entry.basis == {
        "screening": over.pk,
        "station": "lsg",
        "seen_seconds": 600,
        "film_seconds": 600,
    }
    assert not CreditEntry.objects.filter(member=people[2]).exists()


def test_saving_again_credits_nobody_twice(over: Screening, operator: Member, people: list[Member]) -> None:
    for _ in range(3):
        assert take(over, operator, people, people) == {Outcome.CREDITED: 3}
    assert CreditEntry.objects.count() == 3


def test_ticks_before_the_end_wait_and_are_credited_by_the_last_heartbeat(
    running: Screening, operator: Member, people: list[Member]
) -> None:
    assert take(running, operator, people[:2], people) == {Outcome.WAITING: 2}
    assert not CreditEntry.objects.exists()
    finish(running)
    assert set(CreditEntry.objects.values_list("member", flat=True)) == {people[0].pk, people[1].pk}
    assert set(running.session.attendances.values_list("outcome", flat=True)) == {Outcome.CREDITED}


def test_a_tick_can_be_taken_back_before_the_credit(
    running: Screening, operator: Member, people: list[Member]
) -> None:
    take(running, operator, people, people)
    take(running, operator, people[:1], people)
    finish(running)
    assert list(CreditEntry.objects.values_list("member", flat=True)) == [people[0].pk]


def test_taking_off_somebody_credited_is_refused_and_saves_nothing(
    over: Screening, operator: Member, people: list[Member]
) -> None:
    take(over, operator, people[:1], people[:1])
    with pytest.raises(RollRefusedError, match=people[0].name):
        take(over, operator, people[1:], people)
    assert list(over.session.attendances.values_list("member", flat=True)) == [people[0].pk]
    assert CreditEntry.objects.count() == 1


def test_hours_that_were_taken_back_stand_nowhere_and_come_back_by_a_new_tick(
    over: Screening, operator: Member, stranger: Member, branch: Organization, people: list[Member]
) -> None:
    other = Station.objects.get(code="ysp")
    guest = builders.make_member(branch, "floating", host_organization=other.organization)
    there = start_screening(other, make_film_lecture(600, "别的", credit_minutes=45), START)
    there = record(there, [[0, 600]], after(600), 600)
    everybody = [guest, *people]
    take(over, operator, everybody, everybody)
    entry = CreditEntry.objects.get(member=guest)
    ledger.reverse(entry, reason="人在别的站点", recorded_by=None)
    listed = with_counts(screenings_of(operator, after(700))).get()
    assert (listed.noted, listed.credited) == (3, 3)  # type: ignore[attr-defined]  # annotated
    lines = {row.member: row for row in sheet_of(over, operator).rows}
    assert (lines[guest].ticked, lines[guest].fixed, lines[guest].taken_back) == (False, False, True)
    # The page from before ticks everybody still: nobody else is lost, and the guest is not credited again.
    assert take(over, operator, everybody, everybody) == {Outcome.CREDITED: 3}
    # Not ticked, as the page shows it, the line stays as it is; nothing is refused.
    assert take(over, operator, people, everybody, [entry.pk]) == {Outcome.CREDITED: 3}
    assert over.session.attendances.get(member=guest).taken_back
    assert take(there, stranger, [guest], [guest]) == {Outcome.CREDITED: 1}
    ledger.reverse(there.session.attendances.get().entry, reason="还是在这边", recorded_by=None)  # type: ignore[arg-type]  # credited
    assert take(over, operator, everybody, everybody, [entry.pk]) == {Outcome.CREDITED: 4}
    assert CreditEntry.objects.filter(member=guest).in_force().count() == 1


def test_who_was_not_on_the_page_is_left_alone(
    running: Screening, operator: Member, people: list[Member]
) -> None:
    take(running, operator, people[:1], people[:1])
    take(running, operator, people[1:2], people[1:])
    assert set(running.session.attendances.values_list("member", flat=True)) == {people[0].pk, people[1].pk}


def test_a_lesson_already_credited_this_year_is_said_and_not_credited(
    over: Screening, operator: Member, people: list[Member]
) -> None:
    ledger.credit(
        people[0],
        lecture_key=over.session.lecture_key,
        title="先看过",
        minutes=45,
        delivery_kind=DeliveryKind.ONLINE,
        earned_on=START.date(),
        basis={},
    )
    assert take(over, operator, people, people) == {Outcome.CREDITED: 2, Outcome.ALREADY: 1}
    assert over.session.attendances.get(member=people[0]).entry is None
    assert CreditEntry.objects.filter(member=people[0]).count() == 1


def test_nobody_is_in_two_rooms_at_one_time(
    over: Screening, operator: Member, stranger: Member, branch: Organization
) -> None:
    other = Station.objects.get(code="ysp")
    guest = builders.make_member(branch, "floating", host_organization=other.organization)
    there = start_screening(other, make_film_lecture(600, "别的", credit_minutes=45), after(200))
    there = record(there, [[0, 600]], after(800), 600)
    assert take(over, operator, [guest], [guest]) == {Outcome.CREDITED: 1}
    assert take(there, stranger, [guest], [guest]) == {Outcome.ELSEWHERE: 1}
    assert CreditEntry.objects.filter(member=guest).count() == 1


def test_who_goes_from_one_room_to_the_next_is_credited_in_both(
    over: Screening, operator: Member, stranger: Member, branch: Organization
) -> None:
    other = Station.objects.get(code="ysp")
    guest = builders.make_member(branch, "floating", host_organization=other.organization)
    there = start_screening(other, make_film_lecture(600, "别的", credit_minutes=45), after(600))
    there = record(there, [[0, 600]], after(1200), 600)
    take(over, operator, [guest], [guest])
    assert take(there, stranger, [guest], [guest]) == {Outcome.CREDITED: 1}


def test_who_got_nothing_in_the_one_room_is_credited_in_the_other(
    over: Screening, station: Station, operator: Member, stranger: Member, branch: Organization
) -> None:
    other = Station.objects.get(code="ysp")
    guest = builders.make_member(branch, "floating", host_organization=other.organization)
    short = start_screening(other, make_film_lecture(60, "短的", credit_minutes=1), after(100))
    short = record(short, [[0, 60]], after(160), 60)
    assert take(short, stranger, [guest], [guest]) == {Outcome.TOO_SHORT: 1}
    assert take(over, operator, [guest], [guest]) == {Outcome.CREDITED: 1}


def test_two_films_in_one_room_between_each_other_both_count(
    station: Station, operator: Member, people: list[Member]
) -> None:
    lecture = make_film_lecture(600, "长的", credit_minutes=45)
    long = record(start_screening(station, lecture, START), [[0, 100]], after(100), 100)
    between = start_screening(station, make_film_lecture(60, "短的", credit_minutes=45), after(200))
    between = record(between, [[0, 60]], after(260), 60)
    long = record(start_screening(station, lecture, after(300)), [[100, 600]], after(800), 600)
    for screening in (between, long):
        assert take(screening, operator, people, people) == {Outcome.CREDITED: 3}


def test_who_sat_at_a_meeting_meanwhile_is_not_credited(
    over: Screening, operator: Member, people: list[Member]
) -> None:
    ledger.credit(
        people[0],
        lecture_key=uuid4(),
        title="支部会",
        minutes=45,
        delivery_kind=DeliveryKind.GROUP_STUDY,
        earned_on=START.date(),
        basis={},
        taught=(after(-600), after(30)),
    )
    assert take(over, operator, people, people) == {Outcome.CREDITED: 2, Outcome.ELSEWHERE: 1}


def test_who_has_moved_away_since_is_on_the_roll_of_that_day_and_of_no_later_one(
    running: Screening, operator: Member, stranger: Member, people: list[Member]
) -> None:
    Member.objects.filter(pk=people[0].pk).update(organization=stranger.organization)
    Membership.objects.filter(member=people[0], ended_on__isnull=False).update(ended_on=START.date())
    take(running, operator, people, people)
    assert set(finish(running).session.attendances.values_list("outcome", flat=True)) == {Outcome.CREDITED}
    next_day = start_screening(running.station, make_film_lecture(600, "次日"), START + timedelta(days=1))
    with pytest.raises(RollRefusedError):
        take(next_day, operator, people, people)


def test_who_did_not_belong_here_on_that_day_is_left_alone(
    running: Screening, operator: Member, stranger: Member, people: list[Member]
) -> None:
    take(running, operator, people, people)
    Member.objects.filter(pk=people[0].pk).update(organization=stranger.organization)
    Membership.objects.filter(member=people[0], ended_on__isnull=False).update(ended_on=date(2026, 1, 1))
    take(running, operator, people[1:2], people)
    assert set(running.session.attendances.values_list("member", flat=True)) == {people[0].pk, people[1].pk}


def test_hours_are_of_the_day_in_the_district_on_which_the_film_ended(
    station: Station, operator: Member, people: list[Member]
) -> None:
    # 16:05 in UTC is five past midnight in Shanghai.
    evening = START.replace(hour=15, minute=55)
    late = start_screening(station, make_film_lecture(600, credit_minutes=45), evening)
    late = record(late, [[0, 600]], evening.replace(hour=16, minute=5), 600)
    take(late, operator, people[:1], people)
    assert CreditEntry.objects.get().earned_on == START.date() + timedelta(days=1)


def test_without_a_credit_rule_the_roll_waits(
    over: Screening, operator: Member, people: list[Member]
) -> None:
    CreditRule.objects.all().delete()
    assert take(over, operator, people, people) == {Outcome.WAITING: 3}
    CreditRule.objects.create(valid_from=date(2020, 1, 1))
    assert take(over, operator, people, people) == {Outcome.CREDITED: 3}


def test_a_roll_of_a_year_that_is_closed_is_credited_late(
    station: Station, operator: Member, people: list[Member], district: Organization
) -> None:
    administrator = builders.make_member(district)
    builders.make_role(administrator, district, "administrator")
    evening = datetime(this_year() - 1, 12, 31, 12, 0, tzinfo=UTC)
    film = start_screening(station, make_film_lecture(600, credit_minutes=45), evening)
    film = record(film, [[0, 600]], evening + timedelta(minutes=10), 600)
    builders.make_entry(administrator, this_year() - 1)
    close(this_year() - 1, administrator)
    assert take(film, operator, people[:1], people) == {Outcome.CREDITED: 1}
    entry = CreditEntry.objects.get(member=people[0])
    # A code, whatever the language of who took the roll.
    assert (entry.year, entry.late_reason) == (this_year() - 1, LATE_STATION)


def test_taken_off_the_one_roll_the_other_room_counts(
    running: Screening, operator: Member, stranger: Member, branch: Organization
) -> None:
    other = Station.objects.get(code="ysp")
    guest = builders.make_member(branch, "floating", host_organization=other.organization)
    there = start_screening(other, make_film_lecture(600, "别的", credit_minutes=45), START)
    there = record(there, [[0, 600]], after(600), 600)
    take(running, operator, [guest], [guest])
    assert take(there, stranger, [guest], [guest]) == {Outcome.ELSEWHERE: 1}
    take(running, operator, [], [guest])
    assert take(there, stranger, [guest], [guest]) == {Outcome.CREDITED: 1}


def test_a_lesson_too_short_for_hours_is_noted(
    station: Station, operator: Member, people: list[Member]
) -> None:
    short = start_screening(station, make_film_lecture(60, credit_minutes=1), START)
    short = record(short, [[0, 60]], after(60), 60)
    assert take(short, operator, people, people) == {Outcome.TOO_SHORT: 3}


def test_the_roll_lists_the_unit_s_own_people_and_its_guests(
    station: Station, operator: Member, people: list[Member], stranger: Member
) -> None:
    elsewhere = stranger.organization
    assert elsewhere is not None
    guest = builders.make_member(elsewhere, "floating", host_organization=station.organization)
    left = builders.make_member(station.organization, is_active=False)
    assert set(people_of(station, operator, today())) == {operator, guest, *people}
    # The rule of a branch's own meetings.
    assert list(people_of(station, operator, today())) == list(
        Member.objects.confirmable_at(station.organization, today())
    )
    assert left not in people_of(station, operator, today())
    assert set(people_of(station, stranger, today())) == set()


def test_another_unit_s_people_are_not_put_on_the_roll(
    over: Screening, operator: Member, stranger: Member, people: list[Member]
) -> None:
    with pytest.raises(RollRefusedError):
        take(over, operator, [people[0], stranger], people)
    assert (Attendance.objects.count(), CreditEntry.objects.count()) == (0, 0)


def test_another_unit_s_operator_takes_no_roll(
    over: Screening, stranger: Member, people: list[Member]
) -> None:
    with pytest.raises(RollRefusedError):
        take(over, stranger, people, people)
    with pytest.raises(RollRefusedError):
        take(over, stranger, [], people)
    assert Attendance.objects.count() == 0


def test_screenings_are_those_of_the_operator_s_stations_of_this_week(
    over: Screening, operator: Member, stranger: Member
) -> None:
    old = builders.make_screening(over.station, after(-9 * 86400), closed_at=START)
    other = start_screening(Station.objects.get(code="ysp"), make_film_lecture(60, "别的"), START)
    assert list(screenings_of(operator, after(700))) == [over]
    assert list(screenings_of(stranger, after(700))) == [other]
    assert old not in screenings_of(operator, after(700))
