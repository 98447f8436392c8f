"""The invented people of the demo district, their units and their roles."""

from typing import Any

from django.contrib.auth.hashers import make_password

from members.models import Member, MemberCategory, Organization, Role

from . import content

DEMO_PASSWORD = "qinghe-2026"  # noqa: S105  known to everybody on purpose; production settings refuse the demo
FIRST_NUMBER = 20260001
_FIRST_PHONE = 19900000001


def sign_ins() -> dict[str, str]:
    """Return the member numbers that the demo is shown with, by role: member, secretary, editor, …"""
    return {who: str(FIRST_NUMBER + place) for place, who in enumerate(content.read("people")["sign_ins"])}


def load_people() -> int:
    """Create units, members and roles that are not there yet; return how many members were created."""
    text = content.read("people")
    units = _load_units(text)
    first = list(text["sign_ins"].values())
    entries = [(entry, branch["code"]) for branch in text["branches"] for entry in branch["members"]]
    # Those whom one can sign in as come first; all others keep the order of the file.
    entries.sort(key=lambda pair: first.index(pair[0][0]) if pair[0][0] in first else len(first))
    present = set(Member.objects.values_list("number", flat=True))
    password = make_password(DEMO_PASSWORD)
    created = 0
    for place, (entry, branch) in enumerate(entries):
        number = str(FIRST_NUMBER + place)
        if number not in present:
            _load_member(
                number=number,
                phone=str(_FIRST_PHONE + place),
                entry=entry,
                branch=units[branch],
                units=units,
                password=password,
            )
            created += 1
    return created


def demo_members() -> list[Member]:
    """Return the members of the demo by number."""
    last = str(FIRST_NUMBER + sum(len(b["members"]) for b in content.read("people")["branches"]) - 1)
    return list(Member.objects.filter(number__range=(str(FIRST_NUMBER), last)).order_by("number"))


def _load_units(text: dict[str, Any]) -> dict[str, Organization]:
    """Return all units by their codes, creating those that are missing."""
    level = Organization.Level
    units = {unit.code: unit for unit in Organization.objects.all()}
    top = text["district"]
    if top["code"] not in units:
        units[top["code"]] = Organization.add_root(name=top["name"], code=top["code"], level=level.DISTRICT)
    for kind, above, entries in (
        (level.COMMITTEE, lambda entry: top["code"], text["committees"]),
        (level.BRANCH, lambda entry: entry["committee"], text["branches"]),
    ):
        for entry in entries:
            if entry["code"] not in units:
                # Read anew: adding a child changes what the parent knows of itself.
                parent = Organization.objects.get(code=above(entry))
                units[entry["code"]] = parent.add_child(name=entry["name"], code=entry["code"], level=kind)
    return {unit.code: unit for unit in Organization.objects.all()}


def _load_member(
    *,
    number: str,
    phone: str,
    entry: list[Any],
    branch: Organization,
    units: dict[str, Organization],
    password: str,
) -> None:
    name, categories, roles = entry[0], entry[1], entry[2] if len(entry) > 2 else []  # noqa: PLR2004  see people.toml
    member = Member(number=number, phone=phone, name=name, organization=branch, password=password)
    member.save()
    member.categories.add(*MemberCategory.objects.filter(slug__in=categories))
    for role in roles:
        kind, _, unit = role.partition("@")
        Role.objects.create(member=member, organization=units[unit] if unit else branch, kind=kind)
