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


def form_of(member: Member | None = None, **changes: str) -> dict[str, str | list[str]]:
    """Return what the form of a member posts: of a new one, or of `member` as stored."""
    data: dict[str, str | list[str]] = {
        "number": "N1",
        "name": "新来的",
        "phone": "",
        "organization": "",
        "host_organization": "",
        "password1": "",
        "password2": "",
        "is_active": "on",
        "roles-TOTAL_FORMS": "0",
        "roles-INITIAL_FORMS": "0",
    }
    if member:
        data |= {"number": member.number, "name": member.name, "organization": home_of(member).code}
    return data | changes
