"""Every address of the site asked by every role for what is one branch's own: exactly the expected answers.

`expected.txt` has a line for each address of ours and a sign for each role, in the order of `world.ROLES`. An
address that is not there fails the test: whoever adds a page says who may see it.
"""

import copy
import re
from functools import cache
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from .addresses import Address, addresses
from .world import INSIDERS, ROLES, ROOM, SECRETS, World

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "expected.txt"
# What an answer looks like in the table.
SIGNS = {200: ".", 204: "n", 400: "b", 403: "x", 404: "-", 405: "m", 412: "p", 409: "c", 422: "i"}
# Behind these the signed-out find no sign-in page: they are the way in, or they answer everybody.
OPEN_ADMIN = (
    "admin/login/",
    "admin/password_reset/",
    "admin/bulk/members/member/",
    "admin/sprite",
    "admin/jsi18n/",
)


# Questions and downloads of addresses that stand in the table, and what Wagtail shows of everything.
BEYOND_THE_TABLE = (
    "/admin/",
    "/admin/reports/site-history/",
    "/admin/reports/site-history/results/",
    "/admin/reports/site-history/?export=csv",
    "/admin/users/?export=xlsx",
    "/admin/users/?q=SECRET",
    "/admin/organization/?export=csv",
    "/admin/exemption/?export=csv",
    "/admin/hours_ledger/?export=csv",
    "/admin/station/?export=csv",
    "/admin/reports/hours/?export=csv",
)


@cache
def expected() -> dict[str, str]:
    """Return the signs of each address."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {key: signs for signs, key in lines}


def kept_from(role: str) -> tuple[str, ...]:
    """Return what `role` must meet on no page."""
    if role in INSIDERS:
        return ()
    return SECRETS if role == "editor" else (*SECRETS, ROOM)


def ours() -> list[Address]:
    """Return the addresses of our rooms."""
    return [address for address in addresses() if address.ours]


def ask(client: Client, path: str) -> tuple[str, str]:
    """Return the sign of the answer to GET, or to POST where GET is not taken, and its text."""
    cookies = copy.deepcopy(client.cookies)
    for send in (client.get, client.post):
        client.cookies = copy.deepcopy(cookies)
        with transaction.atomic():
            response = send(path)
            content = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        if response.status_code != 405:
            break
    client.cookies = cookies
    text = content.decode(errors="replace") + response.headers.get("Location", "")
    if response.status_code in (301, 302):
        there = response.headers["Location"]
        return (">" if there.startswith("/sign-in/") else "a" if there == "/admin/" else "r"), text
    return SIGNS.get(response.status_code, str(response.status_code)), text


def test_the_table_names_every_address_of_ours_and_no_other() -> None:
    known = expected()
    # What a new address answers now: for the table, once somebody has seen that it is right.
    world = World()
    new = [
        f"{''.join(ask(world.client(role), world.path(address))[0] for role in ROLES)} {address.key}"
        for address in ours()
        if address.key not in known
    ]
    assert new == []
    assert sorted(known) == sorted(address.key for address in ours())
    assert {len(signs) for signs in known.values()} == {len(ROLES)}


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_expected(role: str) -> None:
    world = World()
    client = world.client(role)
    column = ROLES.index(role)
    wrong, leaks = [], []
    for address in ours():
        sign, text = ask(client, world.path(address))
        if sign != expected().get(address.key, "?" * len(ROLES))[column]:
            wrong.append(f"{sign} {address.key}")
        if any(secret in text for secret in kept_from(role)):
            leaks.append(address.key)
    assert leaks == []
    assert wrong == []


@pytest.mark.parametrize("role", ["signed_out", "member", "operator"])
def test_the_editors_site_is_closed_to_those_without_business_there(role: str) -> None:
    world = World()
    client = world.client(role)
    # Two patterns of Wagtail's are regular expressions that no filled-in path fits.
    behind = [
        address
        for address in addresses()
        if re.match(r"admin/(?!\.)", address.route)
        and not address.route.startswith(OPEN_ADMIN)
        and "(?P" not in address.route
    ]
    answers = {address.key: ask(client, world.path(address))[0] for address in behind}
    assert {key: sign for key, sign in answers.items() if sign != ">"} == {}


def test_reports_and_downloads_of_others_hold_nothing_of_the_branch() -> None:
    world = World()
    leaks = []
    for role in filter(kept_from, ROLES):
        client = world.client(role)
        for path in BEYOND_THE_TABLE:
            _sign, text = ask(client, path)
            leaks += [(role, path, secret) for secret in kept_from(role) if secret in text]
    assert leaks == []
