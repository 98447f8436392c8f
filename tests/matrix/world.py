"""A small district in which all that is somebody's own belongs to one branch, and everybody asks for it."""

from typing import Any

from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log

from members.models import Member, Organization
from tests import builders
from tests.members.phone import come_in

from .addresses import Address
from .belongings import NAME, NOTE, NUMBER, PHONE, belongings

SECRETS = (NAME, NUMBER, PHONE, NOTE)

# Who asks, in the order of the columns of the table of expectations.
ROLES = (
    "signed_out",
    "member",
    "other_member",
    "secretary",
    "other_secretary",
    "officer",
    "other_officer",
    "editor",
    "other_editor",
    "operator",
    "other_operator",
    "administrator",
    "other_administrator",
    "district_administrator",
    "the_member",
)
# Who may meet the branch's secrets; everybody else may not, on any page.
INSIDERS = ("secretary", "officer", "operator", "administrator", "district_administrator", "the_member")


class World:
    """The district, its people by role, and what stands for each argument of an address."""

    def __init__(self) -> None:
        district = builders.make_district()
        own = builders.make_branch(district, "本支部")
        other = builders.make_branch(district, "外支部")
        self.people: dict[str, Member] = {
            "member": builders.make_member(own, name="本支部党员"),
            "other_member": builders.make_member(other, name="外支部党员"),
            "the_member": builders.make_member(own, "rural", number=NUMBER, name=NAME, phone=PHONE),
        }
        for role, unit, kind in self._posts(district, own, other):
            self.people[role] = builders.make_member(unit, name=f"{unit.name}的{kind}")
            builders.make_role(self.people[role], unit, kind)
        self.unit_code = own.code
        self.people["the_member"].second_factor_at = timezone.now()
        self.people["the_member"].save()
        # By the beginning of a route and a label: what fills the arguments of the addresses that begin so.
        self.arguments = belongings(own, self.people)
        log(self.people["the_member"], "wagtail.edit", user=self.people["administrator"])

    @staticmethod
    def _posts(
        district: Organization, own: Organization, other: Organization
    ) -> list[tuple[str, Organization, str]]:
        above, beside = own.get_parent(), other.get_parent()
        return [
            ("secretary", own, "secretary"),
            ("other_secretary", other, "secretary"),
            ("officer", above, "officer"),
            ("other_officer", beside, "officer"),
            ("editor", district, "editor"),
            ("other_editor", beside, "editor"),
            ("operator", own, "operator"),
            ("other_operator", other, "operator"),
            ("administrator", above, "administrator"),
            ("other_administrator", beside, "administrator"),
            ("district_administrator", district, "administrator"),
        ]

    def questions(self, address: Address) -> dict[str, str]:
        """Return the paths by which `address` is asked for what is the branch's own, by the table's keys.

        An address that leads to things of several kinds is asked for each: "#" and a label tell them apart.
        """
        known = [begin for begin, _label in self.arguments if address.route.startswith(begin)]
        nearest = max(known, key=len, default=None)
        asked: dict[str, dict[str, Any]] = {
            label: filled for (begin, label), filled in self.arguments.items() if begin == nearest
        }
        return {
            address.key + (f"#{label}" if label else ""): address.path(filled)
            for label, filled in (asked or {"": {}}).items()
            if not label or (address.arguments and address.arguments <= filled.keys())
        }

    def client(self, role: str) -> Client:
        """Return a browser in which the person of `role` is signed in."""
        # Films on their way are asked for by a protocol that names itself.
        client = Client(raise_request_exception=False, headers={"Tus-Resumable": "1.0.0"})
        if role in self.people:
            come_in(client, self.people[role])
        return client
