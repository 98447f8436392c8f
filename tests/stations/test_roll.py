"""The roll of the room: credited once, all or nothing, and only for those in the operator's care."""

from collections import Counter
from decimal import Decimal
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hours import ledger
from hours.models import CreditEntry, DeliveryKind
from members.models import Member, Organization
from stations.models import RollEntry, Screening, Station
from stations.roll import RollRefusedError, people_of, screenings_of, take_roll
from stations.screenings import record, start_screening
from tests import builders
from tests.lectures.films import START, after, make_film_lecture

pytestmark = pytest.mark.django_db
Outcome = RollEntry.Outcome


@pytest.fixture
def people(branch: Organization) -> list[Member]:
    """Three members of the branch."""
    return [builders.make_member(branch, "rural") for _ in range(3)]


@pytest.fixture
def running(station: Station) -> Screening:
    """A film of ten minutes that counts as an hour, half shown."""
    screening = start_screening(station, make_film_lecture(600, credit_minutes=45), START)
    return record(screening, [[0, 300]], after(300), 300)


@pytest.fixture
def over(running: Screening) -> Screening:
    """The film, shown to the end."""
    return finish(running)


def finish(screening: Screening) -> Screening:
    return record(screening, [[300, 600]], after(600), 600)


def take(screening: Screening, operator: Member, present: list[Member], shown: list[Member]) -> Counter[str]:
    return take_roll(
        screening, operator, present=[each.pk for each in present], shown=[each.pk for each in shown]
    ).counts


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
    assert (entry.recorded_by, entry.lecture_key) == (operator, over.lecture_key)
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


def test_ticks_before_the_end_wait_and_are_credited_by_the_last_beat(
    running: Screening, operator: Member, people: list[Member]
) -> None:
    assert take(running, operator, people[:2], people) == {Outcome.WAITING: 2}
    assert not CreditEntry.objects.exists()
    finish(running)
    assert set(CreditEntry.objects.values_list("member", flat=True)) == {people[0].pk, people[1].pk}
    assert set(running.roll.values_list("outcome", flat=True)) == {Outcome.CREDITED}


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
    assert list(over.roll.values_list("member", flat=True)) == [people[0].pk]
    assert CreditEntry.objects.count() == 1


def test_who_was_not_on_the_page_is_left_alone(
    running: Screening, operator: Member, people: list[Member]
) -> None:
    take(running, operator, people[:1], people[:1])
    take(running, operator, people[1:2], people[1:])
    assert set(running.roll.values_list("member", flat=True)) == {people[0].pk, people[1].pk}


def test_a_lesson_already_credited_this_year_is_said_and_not_credited(
    over: Screening, operator: Member, people: list[Member]
) -> None:
    ledger.credit(
        people[0],
        lecture_key=over.lecture_key,
        title="先看过",
        minutes=45,
        delivery_kind=DeliveryKind.ONLINE,
        earned_on=START.date(),
        basis={},
    )
    assert take(over, operator, people, people) == {Outcome.CREDITED: 2, Outcome.ALREADY: 1}
    assert over.roll.get(member=people[0]).entry is None
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
    assert set(people_of(station, operator)) == {operator, guest, *people}
    # The rule of a branch's own meetings.
    assert list(people_of(station, operator)) == list(Member.objects.confirmable_at(station.organization))
    assert left not in people_of(station, operator)
    assert set(people_of(station, stranger)) == set()


def test_another_unit_s_people_are_not_put_on_the_roll(
    over: Screening, operator: Member, stranger: Member, people: list[Member]
) -> None:
    with pytest.raises(RollRefusedError):
        take(over, operator, [people[0], stranger], people)
    assert (RollEntry.objects.count(), CreditEntry.objects.count()) == (0, 0)


def test_another_unit_s_operator_takes_no_roll(
    over: Screening, stranger: Member, people: list[Member]
) -> None:
    with pytest.raises(RollRefusedError):
        take(over, stranger, people, people)
    with pytest.raises(RollRefusedError):
        take(over, stranger, [], people)
    assert RollEntry.objects.count() == 0


def test_screenings_are_those_of_the_operator_s_stations_of_this_week(
    over: Screening, operator: Member, stranger: Member
) -> None:
    old = Screening.objects.create(
        station=over.station, lecture_key=uuid4(), title="旧", started_at=after(-9 * 86400), closed_at=START
    )
    other = start_screening(Station.objects.get(code="ysp"), make_film_lecture(60, "别的"), START)
    assert list(screenings_of(operator, after(700))) == [over]
    assert list(screenings_of(stranger, after(700))) == [other]
    assert old not in screenings_of(operator, after(700))


# --- On the phone ------------------------------------------------------------------------------------------


@pytest.fixture
def shown_now(station: Station) -> Screening:
    """A film that was shown to the end today."""
    now = timezone.now()
    screening = start_screening(station, make_film_lecture(600, credit_minutes=45), now)
    Screening.objects.update(completed_at=now, seen=[[0, 600]])
    return screening


def test_the_phone_saves_and_says_what_came_of_it(
    phone: Client, shown_now: Screening, people: list[Member]
) -> None:
    address = f"/station/roll/{shown_now.pk}/"
    page = phone.get(address).content.decode()
    assert sorted(page.count(f'name="present" value="{each.pk}"') for each in people) == [1, 1, 1]
    ids = [each.pk for each in people]
    answer = phone.post(address, {"present": ids[:2], "shown": ids}, follow=True)
    assert "2 人已登记学时。" in answer.content.decode()
    # Who is credited has no box any more that could be cleared.
    assert f'name="present" value="{ids[0]}"' not in answer.content.decode()


def test_a_refused_roll_keeps_the_ticks(phone: Client, shown_now: Screening, people: list[Member]) -> None:
    address = f"/station/roll/{shown_now.pk}/"
    ids = [each.pk for each in people]
    phone.post(address, {"present": ids[:1], "shown": ids})
    answer = phone.post(address, {"present": ids[1:2], "shown": ids})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="roll-fault"' in page
    assert f'value="{ids[1]}" checked' in page


@pytest.mark.parametrize("junk", ["x", "-1", "9" * 30, "1.5"])
def test_junk_for_ids_is_answered_with_a_sentence(phone: Client, shown_now: Screening, junk: str) -> None:
    answer = phone.post(f"/station/roll/{shown_now.pk}/", {"present": [junk], "shown": []})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="roll-fault"' in answer.content.decode()


def test_another_operator_sees_neither_the_screening_nor_its_people(
    shown_now: Screening, stranger: Member, people: list[Member]
) -> None:
    client = Client()
    client.force_login(stranger, backend="members.sign_in.PhoneOrNumberBackend")
    page = client.get("/station/roll/").content.decode()
    assert shown_now.title not in page
    assert 'id="no-screenings"' in page
    address = f"/station/roll/{shown_now.pk}/"
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    ids = [each.pk for each in people]
    assert client.post(address, {"present": ids, "shown": ids}).status_code == HTTPStatus.NOT_FOUND
    assert not RollEntry.objects.exists()


def test_the_roll_asks_the_database_as_often_for_few_as_for_many(
    phone: Client, shown_now: Screening, people: list[Member]
) -> None:
    address = f"/station/roll/{shown_now.pk}/"
    phone.get(address)
    with CaptureQueriesContext(connection) as few:
        phone.get(address)
    ids = [builders.make_member(shown_now.station.organization).pk for _ in range(6)]
    phone.post(address, {"present": ids[:3], "shown": ids}, follow=True)
    with CaptureQueriesContext(connection) as many:
        phone.get(address)
    assert len(many) == len(few)
