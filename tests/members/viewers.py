"""Brings people with a task to the editors' site."""

from django.test import Client

from members.models import Member, Organization
from tests import builders

BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


def viewer(client: Client, organization: Organization, kind: str) -> Member:
    """Sign in a member who holds `kind` for `organization`."""
    member = builders.make_member(organization, name="查看人")
    builders.make_role(member, organization, kind)
    client.force_login(member, backend=BACKEND)
    return member


def home_of(member: Member) -> Organization:
    """Return the organization of a member who surely has one."""
    assert member.organization is not None
    return member.organization
