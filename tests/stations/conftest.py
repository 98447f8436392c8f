"""What the tests of stations share."""

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Member, Organization
from stations import devices, pairing
from stations.models import Station
from tests import builders

DOOR = "members.sign_in.PhoneOrNumberBackend"


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
    invitation = pairing.invite(timezone.now())
    pairing.pair(operator, invitation.device.pairing_code or "", station, timezone.now())
    client.cookies[devices.COOKIE] = invitation.token
    return client


@pytest.fixture
def phone(operator: Member) -> Client:
    """The operator's phone, signed in."""
    client = Client()
    client.force_login(operator, backend=DOOR)
    return client
