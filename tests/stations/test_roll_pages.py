"""The roll as the phone shows it, and what it sends."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.attendance import roll_sheet
from meetings.attendance.roll import Ticks
from meetings.models import Attendance, Session
from members.models import Member, Organization
from stations.models import Screening, Station
from stations.roll import sheet_of
from stations.screenings import start_screening
from tests import builders
from tests.lectures.films import START, make_film_lecture

from .rolls import take

pytestmark = pytest.mark.django_db
Outcome = Attendance.Outcome


@pytest.fixture
def shown_now(station: Station) -> Screening:
    """A film that was shown to the end today."""
    now = timezone.now()
    screening = start_screening(station, make_film_lecture(600, credit_minutes=45), now)
    Screening.objects.update(seen=[[0, 600]])
    Session.objects.update(closed_at=now, ends_at=now + timedelta(minutes=10))
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
    client.force_login(stranger, backend="members.accounts.backends.PhoneOrNumberBackend")
    page = client.get("/station/roll/").content.decode()
    assert shown_now.session.title not in page
    assert 'id="no-screenings"' in page
    address = f"/station/roll/{shown_now.pk}/"
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    ids = [each.pk for each in people]
    assert client.post(address, {"present": ids, "shown": ids}).status_code == HTTPStatus.NOT_FOUND
    assert not Attendance.objects.exists()


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


@pytest.mark.parametrize("address", ["/station/roll/", "/station/roll/{}/"])
def test_a_phone_that_is_not_signed_in_is_sent_to_sign_in(
    client: Client, shown_now: Screening, address: str
) -> None:
    answer = client.get(address.format(shown_now.pk))
    assert (answer.status_code, answer["Location"].startswith("/sign-in/?next=")) == (HTTPStatus.FOUND, True)


# --- A station of a whole committee ------------------------------------------------------------------------


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch, people: list[Member]) -> list[Member]:
    """The three and the operator are more than a phone lists."""
    monkeypatch.setattr(roll_sheet, "MOST_ROWS", 2)
    return people


def test_a_long_list_is_cut_and_names_are_looked_up(
    over: Screening, operator: Member, crowd: list[Member]
) -> None:
    sheet = sheet_of(over, operator)
    assert (len(sheet.rows), not sheet.too_many, sheet.people) == (2, False, 4)
    found = sheet_of(over, operator, query=f" {crowd[2].name} ")
    assert [row.member for row in found.rows] == [crowd[2]]


def test_ticks_stay_in_sight_whatever_is_looked_up(
    over: Screening, operator: Member, crowd: list[Member]
) -> None:
    take(over, operator, crowd, crowd)
    sheet = sheet_of(over, operator, query="查无此人")
    assert {row.member for row in sheet.rows if row.ticked} == set(crowd)
    # Ticks that could not be saved; who is credited stays ticked with them.
    Attendance.objects.filter(member=crowd[1]).delete()
    sheet = sheet_of(over, operator, ticks=Ticks([operator.pk]))
    assert {row.member for row in sheet.rows if row.ticked} == {operator, crowd[0], crowd[2]}
    assert {row.member for row in sheet.rows if row.fixed} == {crowd[0], crowd[2]}


def test_guests_stand_below_the_units_own(branch: Organization, stranger: Member) -> None:
    host = Station.objects.get(code="ysp")
    # Its own branch comes before the host's.
    guest = builders.make_member(branch, "floating", host_organization=host.organization)
    rows = sheet_of(start_screening(host, make_film_lecture(600), START), stranger).rows
    assert [(row.member == guest, row.guest) for row in rows] == [
        (False, False),
        (False, False),
        (True, True),
    ]
