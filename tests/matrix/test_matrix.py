"""Every address of the site asked by every role for what is one branch's own: exactly the expected answers.

`expected.txt` has a line for each address of ours and a sign for each role, in the order of `world.ROLES`. An
address that is not there fails the test: whoever adds a page says who may see it.
"""

import copy
import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker, Settings
from wagtail.models import Page

from tests.lectures.films import add_files, make_film_lecture
from tests.own_apps import OWN_APPS

from .addresses import Address, addresses
from .belongings import STATION
from .world import INSIDERS, ROLES, SECRETS, World

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TABLE = Path(__file__).parent / "expected.txt"
# What an answer looks like in the table. One that is shown and holds what is the branch's own is a "*".
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
# `{unit}` is the branch's code.
FURTHER = (
    "admin/",
    "admin/reports/site-history/",
    "admin/reports/site-history/results/",
    "admin/reports/site-history/?export=csv",
    "admin/users/?export=xlsx",
    "admin/users/?export=csv",
    "admin/users/?q=SECRET",
    "admin/organization/?export=csv",
    "admin/exemption/?export=csv",
    "admin/exemption/?q=SECRET",
    "admin/hours_ledger/?export=csv",
    "admin/hours_ledger/?export=xlsx",
    "admin/hours_ledger/?q=SECRET",
    "admin/station/?export=csv",
    "admin/reports/hours/?export=csv",
    "admin/reports/hours/?export=xlsx",
    "hours/statistics/?unit={unit}",
    "hours/statistics/excel/?unit={unit}",
    "hours/shortfall/?unit={unit}",
    "sessions/?unit=本支部",
    "login-codes/?q=密不",
    "login-codes/?only=new",
    "my-data/?as=json",
    # Parts of what is kept from them, because the pages repeat the words that were looked for.
    "search/?q=密不示",
    "search/results/?q=只给本支部看",
    "search/suggestions/?q=SECRET",
)
# What an address has to fill in but is no secret of the branch's: content, and data of the whole district.
COMMON = re.compile(
    r"admin/(films|subject|creditrule|hourrequirement|reportgroup|membercategory|organization|snippets|screeningplan)/"
    r"|admin/station/edit/|choose/|_util/|documents/|certificates/|station/(playing|unpair)/"
)
# Pages that name nobody: how far a list is, a question before deleting, the days of changes.
SILENT = {
    "admin/lists/<list_kind:kind>/example/",
    "admin/lists/<int:pk>/progress/",
    "admin/lists/<int:pk>/progress/#done",
    "admin/exemption/delete/<int:pk>/",
    "admin/users/history-results/<int:pk>/",
}


_WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


@cache
def expected() -> dict[str, str]:
    """Return the signs of each address."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {key: signs for signs, key in lines}


def kept_from(role: str) -> tuple[str, ...]:
    """Return what `role` must meet on no page."""
    if role in INSIDERS:
        return ()
    return SECRETS if role == "editor" else (*SECRETS, STATION)


@cache
def ours() -> list[Address]:
    """Return the addresses of our apps."""
    return [address for address in addresses() if address.ours]


def questions(world: World) -> dict[str, str]:
    """Return all paths that are asked for, by their keys in the table."""
    asked: dict[str, str] = {}
    for address in ours():
        asked |= world.questions(address)
    return asked | {key: "/" + key.format(unit=world.unit_code) for key in FURTHER}


def ask(client: Client, path: str, written: set[str] | None = None) -> tuple[str, str]:
    """Return the sign of the answer to GET, to POST where GET is not taken, else to HEAD; and its words.

    Tables of ours that the answer to GET wrote to are added to `written`.
    """

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if written is not None and (found := _WRITE.match(sql)) and found[1].startswith(tuple(OWN_APPS)):
            written.add(found[1])
        return execute(sql, *rest)

    cookies = copy.deepcopy(client.cookies)
    for send in (client.get, client.post, client.head):
        client.cookies = copy.deepcopy(cookies)
        noting = connection.execute_wrapper(note) if send == client.get else nullcontext()
        with transaction.atomic(), noting:
            response = send(path)
            content = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        if response.status_code != 405:
            break
    client.cookies = cookies
    words = words_of(content) + response.headers.get("Location", "")
    if response.status_code in (301, 302):
        there = response.headers["Location"]
        return (">" if there.startswith("/sign-in/") else "a" if there == "/admin/" else "r"), words
    if response.status_code == 200 and any(secret in words for secret in (*SECRETS, STATION)):
        return "*", words
    return SIGNS.get(response.status_code, str(response.status_code)), words


def words_of(content: bytes) -> str:
    """Return what can be read in an answer; of an Excel file, what stands in its parts."""
    if not content.startswith(b"PK\x03\x04"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(unescape(parts.read(name).decode(errors="replace")) for name in parts.namelist())


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Where the world's files lie, as settings: every test of this module finds them there."""
    root = tmp_path_factory.mktemp("world")
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": root}}
    return {
        "LOCAL_VIDEOS_ROOT": root / "films",
        "MEDIA_ROOT": root / "media",
        "private": private,
    }


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, places: dict[str, Any]
) -> Iterator[World]:
    """One world for all tests here: each of them, and each question, is rolled back to it."""
    # Half of the answers are refusals; writing each down with its stack takes as long as giving it.
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(**_settings(places)):
        yield World()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def worlds_places(world: World, places: dict[str, Any], settings: Settings, own_places: None) -> None:
    """Look for files where the world has put them."""
    for name, value in _settings(places).items():
        setattr(settings, name, value)


def _settings(places: dict[str, Any]) -> dict[str, Any]:
    from django.conf import settings  # noqa: PLC0415  the name stands for pytest's fixture elsewhere

    changed = {name: value for name, value in places.items() if name != "private"}
    return changed | {"STORAGES": {**settings.STORAGES, "private": places["private"]}}


def test_the_table_names_every_address_of_ours_and_no_other(world: World) -> None:
    known = expected()
    asked = questions(world)
    # What a new address answers now: for the table, once somebody has seen that it is right.
    clients = {role: world.client(role) for role in ROLES} if asked.keys() - known.keys() else {}
    new = [
        f"{''.join(ask(clients[role], path)[0] for role in ROLES)} {key}"
        for key, path in asked.items()
        if key not in known
    ]
    assert new == []
    assert sorted(known) == sorted(asked)
    assert {len(signs) for signs in known.values()} == {len(ROLES)}


def test_whatever_belongs_to_the_branch_is_read_by_somebody(world: World) -> None:
    """A page that shows nothing to anybody proves nothing: the data that could leak was not there."""
    asking = {key for address in ours() if address.arguments for key in world.questions(address)}
    shown = {key for key in asking if "." in expected()[key] and not COMMON.match(key)}
    assert {key for key in shown if "*" not in expected()[key]} == SILENT


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_expected(role: str, world: World) -> None:
    client = world.client(role)
    column = ROLES.index(role)
    wrong, leaks, changed = [], [], set()
    for key, path in questions(world).items():
        written: set[str] = set()
        sign, words = ask(client, path, written)
        if sign != expected().get(key, "?" * len(ROLES))[column]:
            wrong.append(f"{sign} {key}")
        if any(secret in words for secret in kept_from(role)):
            leaks.append(key)
        if not key.startswith("admin/"):
            changed |= {f"{table} {path}" for table in written}
    assert leaks == []
    assert wrong == []
    # A screen that is not paired yet is given its code by opening its page; there is nothing else to press.
    assert changed - {"stations_stationdevice /station/"} == set()


@pytest.mark.parametrize("role", ["signed_out", "member", "secretary", "operator"])
def test_who_only_looks_at_a_page_changes_nothing(role: str, world: World) -> None:
    """Nothing is begun, stopped or noted before somebody acts."""
    add_files(make_film_lecture())
    client = world.client(role)
    written: set[str] = set()
    for page in Page.objects.live():
        if page.url:
            ask(client, page.url, written)
    assert written == set()


@pytest.mark.parametrize("role", ["signed_out", "member", "operator"])
def test_the_editors_site_is_closed_to_those_without_business_there(role: str, world: World) -> None:
    client = world.client(role)
    # Two patterns of Wagtail's are regular expressions that no filled-in path fits.
    behind = [
        address
        for address in addresses()
        if re.match(r"admin/(?!\.)", address.route)
        and not address.route.startswith(OPEN_ADMIN)
        and "(?P" not in address.route
    ]
    answers = {address.key: ask(client, address.path({}))[0] for address in behind}
    assert {key: sign for key, sign in answers.items() if sign != ">"} == {}
