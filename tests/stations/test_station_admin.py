"""Stations in the editors' site, by role, with another unit's data that could leak."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import Member, Organization
from stations.models import ScreeningPlan, Station, StationDevice
from tests import builders
from tests.lectures.films import make_film_lecture

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


@pytest.fixture
def other(stranger: Member) -> Station:
    """The other unit's station, with a screen."""
    station = Station.objects.get(code="ysp")
    StationDevice.objects.create(token_hash="other", station=station, paired_at=timezone.now())
    return station


def sign_in(client: Client, organization: Organization, kind: str) -> Member:
    person = builders.make_member(organization)
    builders.make_role(person, organization, kind)
    client.force_login(person, backend=BACKEND)
    return person


def test_an_administrator_sees_the_own_unit_s_stations_and_screens(
    client: Client, tv: Client, branch: Organization, station: Station, other: Station
) -> None:
    sign_in(client, branch, "administrator")
    for name in ("station", "stationdevice"):
        page = client.get(reverse(f"{name}:index")).content.decode()
        assert (station.name in page, other.name in page) == (True, False)


def test_a_district_administrator_adds_a_station(
    client: Client, district: Organization, branch: Organization
) -> None:
    sign_in(client, district, "administrator")
    data = {"name": "新站点", "code": "new", "organization": branch.pk}
    assert client.post(reverse("station:add"), data).status_code == HTTPStatus.FOUND
    assert Station.objects.get(code="new").organization == branch


def test_nobody_adds_or_changes_a_station_of_another_unit(
    client: Client, branch: Organization, other: Station
) -> None:
    sign_in(client, branch, "administrator")
    data = {"name": "占位", "code": "new", "organization": other.organization_id}
    assert client.post(reverse("station:add"), data).status_code == HTTPStatus.OK
    assert not Station.objects.filter(code="new").exists()
    for view in ("edit", "delete"):
        address = reverse(f"station:{view}", args=[other.pk])
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_nobody_plans_for_a_station_of_another_unit(
    client: Client, branch: Organization, station: Station, other: Station
) -> None:
    sign_in(client, branch, "editor")
    lecture = make_film_lecture(600)
    theirs = ScreeningPlan.objects.create(station=other, day="2026-12-05", starts_at="09:00", lecture=lecture)
    page = client.get(reverse("screeningplan:add")).content.decode()
    assert (station.name in page, other.name in page) == (True, False)
    data = {"station": other.pk, "day": "2026-12-06", "starts_at": "09:00", "lecture": lecture.pk}
    assert client.post(reverse("screeningplan:add"), data).status_code == HTTPStatus.OK
    for view in ("edit", "delete"):
        address = reverse(f"screeningplan:{view}", args=[theirs.pk])
        assert client.post(address, data).status_code == HTTPStatus.NOT_FOUND
    assert list(ScreeningPlan.objects.all()) == [theirs]


def test_an_administrator_signs_a_screen_out(
    client: Client, tv: Client, branch: Organization, other: Station
) -> None:
    sign_in(client, branch, "administrator")
    mine = StationDevice.objects.get(station__code="lsg")
    theirs = StationDevice.objects.get(station=other)
    assert client.post(reverse("stationdevice:delete", args=[theirs.pk])).status_code == HTTPStatus.NOT_FOUND
    assert client.post(reverse("stationdevice:delete", args=[mine.pk])).status_code == HTTPStatus.FOUND
    assert list(StationDevice.objects.all()) == [theirs]
    assert "pairing__code" in tv.get("/station/").content.decode()


def test_an_editor_plans_but_keeps_no_stations(
    client: Client, district: Organization, station: Station
) -> None:
    sign_in(client, district, "editor")
    lecture = make_film_lecture(600)
    data = {"station": station.pk, "day": "2026-12-05", "starts_at": "09:00", "lecture": lecture.pk}
    assert client.post(reverse("screeningplan:add"), data).status_code == HTTPStatus.FOUND
    assert ScreeningPlan.objects.get().station == station
    assert lecture.title in client.get(reverse("screeningplan:index")).content.decode()
    client.post(reverse("station:add"), {"name": "x", "code": "x", "organization": district.pk})
    assert not Station.objects.filter(code="x").exists()


def test_a_screen_is_made_by_pairing_alone(client: Client, district: Organization, station: Station) -> None:
    sign_in(client, district, "administrator")
    client.post(reverse("stationdevice:add"), {"station": station.pk, "token_hash": "mine"})
    assert not StationDevice.objects.exists()


@pytest.mark.parametrize("kind", ["operator", "secretary", "officer"])
def test_other_roles_have_no_business_there(
    client: Client, branch: Organization, station: Station, kind: str
) -> None:
    sign_in(client, branch, kind)
    page = client.get(reverse("station:index"), follow=True).content.decode()
    assert station.name not in page
