"""What the tests of stations share."""

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Member, Organization
from stations import devices, pairing
from stations.models import Screening, Station
from stations.screenings import record, start_screening
from tests import builders
from tests.lectures.films import START, after, make_film_lecture

from .rolls import finish

BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


@pytest.fixture
def station(branch: Organization) -> Station:
    """A room of the branch."""
    return Station.objects.create(name="柳树沟站点", code="lsg", organization=branch)


@pytest.fixture
def operator(branch: Organization) -> Member:
    """The branch's station operator."""
    person = builders.make_member(branch, name="站长")
    builders.make_role(person, branch, "operator")
    return person


@pytest.fixture
def stranger(district: Organization) -> Member:
    """The operator of another branch, with a station and a member there."""
    other = builders.make_branch(district, "第二支部")
    Station.objects.create(name="杨树坪站点", code="ysp", organization=other)
    builders.make_member(other, name="外支部某")
    person = builders.make_member(other, name="外站长")
    builders.make_role(person, other, "operator")
    return person


@pytest.fixture
def tv(operator: Member, station: Station) -> Client:
    """A TV that is paired with the station."""
    client = Client()
    invitation = pairing.issue_code(timezone.now())
    pairing.pair(operator, invitation.device.pairing_code or "", station, timezone.now())
    client.cookies[devices.COOKIE] = invitation.token
    return client


@pytest.fixture
def phone(operator: Member) -> Client:
    """The operator's phone, signed in."""
    client = Client()
    client.force_login(operator, backend=BACKEND)
    return client


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
