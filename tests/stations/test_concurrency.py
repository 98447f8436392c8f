"""Many at once: the database file is real, and so are the threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from stations import pairing
from stations.models import Screening, Station, StationDevice
from stations.screenings import start_screening
from tests import builders
from tests.lectures.films import make_film_lecture

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AT_ONCE = 4


def test_one_of_many_phones_wins_a_code() -> None:
    district = builders.make_district()
    stations = []
    for n in range(AT_ONCE):
        branch = builders.make_branch(district, f"支部{n}")
        operator = builders.make_member(branch)
        builders.make_role(operator, branch, "operator")
        station = Station.objects.create(name=f"站点{n}", code=f"s{n}", organization=branch)
        stations.append((operator, station))
    now = timezone.now()
    code = pairing.issue_code(now).device.pairing_code or ""
    start = Barrier(AT_ONCE)

    def confirm(n: int) -> int | None:
        operator, station = stations[n]
        start.wait()
        try:
            return pairing.pair(operator, code, station, now).station_id
        except pairing.PairingRefusedError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        won = [station for station in pool.map(confirm, range(AT_ONCE)) if station]
    assert won == [StationDevice.objects.get().station_id]


def test_a_station_that_starts_films_on_many_screens_at_once_shows_one() -> None:
    branch = builders.make_branch(builders.make_district())
    station = Station.objects.create(name="站点", code="s", organization=branch)
    lectures = [make_film_lecture(60, f"第{n}讲") for n in range(AT_ONCE)]
    now = timezone.now()
    start = Barrier(AT_ONCE)

    def press(n: int) -> None:
        start.wait()
        try:
            start_screening(station, lectures[n], now)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(press, range(AT_ONCE)))
    assert Screening.objects.count() == AT_ONCE
    assert Screening.objects.filter(closed_at=None).count() == 1
