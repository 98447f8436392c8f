"""Many at once: the database file is real, and so are the threads."""

from functools import partial

import pytest
from django.utils import timezone

from stations import pairing
from stations.models import Screening, Station, StationDevice
from stations.screenings import start_screening
from tests import builders
from tests.lectures.films import make_film_lecture
from tests.threads import at_once

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

    confirmations = [partial(pairing.pair, operator, code, station, now) for operator, station in stations]
    outcomes = at_once(*confirmations, refusals=(pairing.PairingRefusedError,))
    won = [outcome.station_id for outcome in outcomes if isinstance(outcome, StationDevice)]
    assert won == [StationDevice.objects.get().station_id]


def test_a_station_that_starts_films_on_many_screens_at_once_shows_one() -> None:
    branch = builders.make_branch(builders.make_district())
    station = Station.objects.create(name="站点", code="s", organization=branch)
    lectures = [make_film_lecture(60, f"第{n}讲") for n in range(AT_ONCE)]
    now = timezone.now()
    at_once(*[partial(start_screening, station, lecture, now) for lecture in lectures])
    assert Screening.objects.count() == AT_ONCE
    assert Screening.objects.filter(closed_at=None).count() == 1
