"""Pairing a TV: codes that work once and for a while, and only for those who keep the station."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import Member, Organization
from stations import devices, pairing
from stations.models import Station, StationDevice
from tests import builders

pytestmark = pytest.mark.django_db


def code_on(page: str) -> str:
    return "".join(re.findall(r'pairing__code"[^>]*><span>(\d+)</span> <span>(\d+)</span>', page)[0])


def test_a_code_has_eight_digits_and_none_that_is_mistaken_for_another() -> None:
    codes = {pairing.issue_code(timezone.now()).device.pairing_code for _ in range(20)}
    assert len(codes) == 20
    assert {len(code or "") for code in codes} == {8}
    assert set("".join(code or "" for code in codes)) <= set("23456789")


def test_a_tv_becomes_the_station_s_when_the_operator_confirms_its_code(
    client: Client, phone: Client, station: Station
) -> None:
    page = client.get("/station/").content.decode()
    state = reverse("stations:pairing_state")
    assert client.get(state).json() == {"state": "waiting"}
    answer = phone.post("/station/pair/", {"code": code_on(page), "station": station.pk})
    assert answer.status_code == HTTPStatus.FOUND
    assert client.get(state).json() == {"state": "paired"}
    assert station.name in client.get("/station/").content.decode()


def test_the_database_holds_no_token_and_the_cookie_is_closed_to_scripts(client: Client) -> None:
    client.get("/station/")
    cookie = client.cookies[devices.COOKIE]
    device = StationDevice.objects.get()
    assert device.token_hash == devices.hash_of(cookie.value) != cookie.value
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, "/station/", "Lax")
    assert int(cookie["max-age"]) == 400 * 24 * 3600


def test_over_a_secure_line_the_cookie_never_leaves_it(client: Client) -> None:
    client.get("/station/")
    plain = client.cookies[devices.COOKIE]["secure"]
    client.get("/station/", secure=True)
    assert (bool(plain), client.cookies[devices.COOKIE]["secure"]) == (False, True)


def test_each_visit_renews_the_cookie(tv: Client) -> None:
    assert not tv.cookies[devices.COOKIE]["max-age"]
    token = tv.cookies[devices.COOKIE].value
    tv.get("/station/")
    cookie = tv.cookies[devices.COOKIE]
    assert (cookie.value, int(cookie["max-age"])) == (token, 400 * 24 * 3600)


def test_reloading_keeps_the_screen_and_its_code_until_it_runs_out(client: Client) -> None:
    first = code_on(client.get("/station/").content.decode())
    assert code_on(client.get("/station/").content.decode()) == first
    StationDevice.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(reverse("stations:pairing_state")).json() == {"state": "expired"}
    assert code_on(client.get("/station/").content.decode()) != first
    assert StationDevice.objects.count() == 1


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_blanks_and_hyphens_in_a_typed_code_do_not_matter(
    phone: Client, station: Station, typed: str
) -> None:
    code = pairing.issue_code(timezone.now()).device.pairing_code or ""
    phone.post("/station/pair/", {"code": typed.format(code[:4], code[4:]), "station": station.pk})
    assert StationDevice.objects.get().station == station


def test_full_width_digits_are_digits(operator: Member, station: Station) -> None:
    code = pairing.issue_code(timezone.now()).device.pairing_code or ""
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert pairing.pair(operator, wide, station, timezone.now()).station == station


def test_a_code_lives_ten_minutes(operator: Member, station: Station) -> None:
    now = timezone.now()
    code = pairing.issue_code(now).device.pairing_code or ""
    with pytest.raises(pairing.PairingRefusedError):
        pairing.pair(operator, code, station, now + timedelta(minutes=10))
    late = now + timedelta(minutes=9, seconds=59)
    assert pairing.pair(operator, code, station, late).station == station


def test_a_code_works_once(operator: Member, stranger: Member, station: Station) -> None:
    code = pairing.issue_code(timezone.now()).device.pairing_code or ""
    pairing.pair(operator, code, station, timezone.now())
    with pytest.raises(pairing.PairingRefusedError):
        pairing.pair(stranger, code, Station.objects.get(code="ysp"), timezone.now())
    assert StationDevice.objects.get().station == station


@pytest.mark.parametrize("kind", ["secretary", "officer", "editor"])
def test_other_roles_of_the_unit_do_not_pair(branch: Organization, station: Station, kind: str) -> None:
    person = builders.make_member(branch)
    builders.make_role(person, branch, kind)
    code = pairing.issue_code(timezone.now()).device.pairing_code or ""
    with pytest.raises(pairing.PairingRefusedError):
        pairing.pair(person, code, station, timezone.now())


def test_an_administrator_above_the_station_pairs(district: Organization, station: Station) -> None:
    person = builders.make_member(district)
    builders.make_role(person, district, "administrator")
    code = pairing.issue_code(timezone.now()).device.pairing_code or ""
    assert pairing.pair(person, code, station, timezone.now()).station == station


def test_another_unit_s_operator_neither_pairs_nor_sees_nor_unpairs(
    tv: Client, stranger: Member, station: Station
) -> None:
    phone = Client()
    phone.force_login(stranger, backend="members.accounts.backends.PhoneOrNumberBackend")
    waiting = pairing.issue_code(timezone.now()).device
    answer = phone.post("/station/pair/", {"code": waiting.pairing_code, "station": station.pk})
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.station) == (HTTPStatus.OK, None)
    assert station.name not in answer.content.decode()
    paired = StationDevice.objects.get(station=station)
    assert phone.post(f"/station/unpair/{paired.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert StationDevice.objects.filter(pk=paired.pk).exists()
    with pytest.raises(pairing.PairingRefusedError):
        pairing.unpair(stranger, paired)


def test_ten_wrong_codes_and_even_the_right_one_must_wait(
    operator: Member, stranger: Member, station: Station
) -> None:
    now = timezone.now()
    code = pairing.issue_code(now).device.pairing_code or ""
    wrong = "2" * 8 if code != "2" * 8 else "3" * 8
    for _ in range(pairing.GUESSES.most - 1):
        with pytest.raises(pairing.PairingRefusedError):
            pairing.pair(operator, wrong, station, now)
    other = pairing.issue_code(now).device.pairing_code or ""
    assert pairing.pair(operator, other, station, now).station == station
    with pytest.raises(pairing.PairingRefusedError):
        pairing.pair(operator, wrong, station, now)
    with pytest.raises(pairing.PairingRefusedError):
        pairing.pair(operator, code, station, now)
    # Nobody else is held up.
    assert pairing.pair(stranger, code, Station.objects.get(code="ysp"), now).station is not None


def test_unpairing_brings_the_code_back(tv: Client, phone: Client) -> None:
    assert tv.get(reverse("stations:line")).status_code == HTTPStatus.NO_CONTENT
    phone.post(f"/station/unpair/{StationDevice.objects.get().pk}/")
    assert tv.get(reverse("stations:line")).status_code == HTTPStatus.FORBIDDEN
    assert len(code_on(tv.get("/station/").content.decode())) == 8


def test_waiting_screens_that_nobody_paired_are_swept(tv: Client) -> None:
    now = timezone.now()
    old = pairing.issue_code(now - timedelta(hours=3)).device
    # Its code has run out; it asks for a new one within seconds.
    waiting = pairing.issue_code(now - timedelta(minutes=30)).device
    fresh = pairing.issue_code(now).device
    kept = set(StationDevice.objects.filter(station=None).values_list("pk", flat=True))
    assert kept == {waiting.pk, fresh.pk} and old.pk not in kept
    assert StationDevice.objects.exclude(station=None).count() == 1


def test_a_phone_that_is_not_signed_in_is_sent_to_sign_in_and_keeps_the_code(client: Client) -> None:
    answer = client.get("/station/pair/?code=23456789")
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"].startswith("/sign-in/?next=/station/pair/")
    assert "23456789" in answer["Location"]


def test_a_member_without_a_station_is_told_whom_to_ask(member_client: Client, station: Station) -> None:
    page = member_client.get("/station/pair/").content.decode()
    assert 'id="no-stations"' in page
    assert station.name not in page
