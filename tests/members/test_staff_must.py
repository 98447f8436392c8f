"""Where the district asks its staff for a second factor: a task gives nothing until it is on."""

from http import HTTPStatus

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from hours.models import CreditEntry
from members.models import Member, Organization
from members.roles import permissions
from tests import builders

from .phone import PASSWORD, give_code, give_password, known, turn_on, with_factor

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
SET_UP = "/second-factor/set-up/"


@pytest.fixture(autouse=True)
def staff_must(settings: Settings) -> None:
    """Let the district ask for it."""
    settings.MEMBERS_STAFF_SECOND_FACTOR = "must"


def test_a_task_gives_no_right_until_it_is_on(chief: Member, member: Member, branch: Organization) -> None:
    boss = builders.make_member(branch, is_superuser=True)
    for holder in (chief, boss):
        assert not permissions.may(holder, "administrator", branch)
        assert set(permissions.organizations_of(holder)) == set()
        assert set(permissions.own_units(holder, "administrator")) == set()
        assert set(permissions.members_helped_by(holder)) == set()
        assert set(permissions.members_kept_by(holder)) == set()
        assert set(permissions.members_reset_by(holder)) == set()
        assert set(permissions.members_moved_by(holder)) == set()
        assert not permissions.administers_everything(holder)
        assert set(Member.objects.visible_to(holder)) == {holder}
        assert set(Member.objects.records_visible_to(holder)) == {holder}
        assert not holder.has_perm("wagtailadmin.access_admin")
        assert not holder.has_module_perms("wagtailadmin")
        with_factor(holder)
        holder = Member.objects.get(pk=holder.pk)  # noqa: PLW2901  permissions are remembered with the object
        assert permissions.may(holder, "administrator", branch)
        assert member in Member.objects.records_visible_to(holder)
        assert permissions.administers_everything(holder)
        assert holder.has_perm("wagtailadmin.access_admin")
    assert set(CreditEntry.objects.visible_to(chief)) == set()


@pytest.mark.parametrize("kind", ["secretary", "officer", "editor", "operator", "administrator", "superuser"])
def test_whoever_holds_a_task_is_led_to_the_set_up(client: Client, branch: Organization, kind: str) -> None:
    holder = builders.make_member(branch, number="GB001", is_superuser=kind == "superuser")
    if kind != "superuser":
        builders.make_role(holder, branch, kind)
    assert give_password(client, next="/login-codes/")["Location"] == f"{SET_UP}?next=%2Flogin-codes%2F"
    assert client.get(SET_UP).context["must"]
    for own in ("/", "/my-learning/", "/search/", "/my-data/", "/change-password/", "/hours/certificates/"):
        assert client.get(own).status_code == HTTPStatus.OK
    assert SET_UP in client.get("/my-learning/").content.decode()


def test_no_page_of_a_task_opens_before(client: Client, chief: Member, branch: Organization) -> None:
    client.force_login(chief, backend=BACKEND)
    builders.make_role(chief, branch, "operator")
    work = ("/admin/", "/admin/users/", "/login-codes/", "/hours/statistics/", "/hours/decisions/")
    for address in (*work, "/sessions/", "/station/roll/", "/station/pair/"):
        answer = client.get(address)
        assert answer["Location"] == f"{SET_UP}?next={address.replace('/', '%2F')}"
        assert "messages" not in answer.cookies
    assert client.post("/login-codes/").status_code == HTTPStatus.FORBIDDEN


def test_once_it_is_on_the_work_opens(client: Client, secretary: Member, member: Member) -> None:
    give_password(client)
    _phone, page = turn_on(client, next="/login-codes/")
    assert page.context["after"] == "/login-codes/"
    assert list(client.get("/login-codes/").context["page_obj"]) == [member]
    assert SET_UP not in client.get("/my-learning/").content.decode()


def test_turning_it_off_closes_the_work_again(client: Client, secretary: Member) -> None:
    phone, _codes = with_factor(secretary)
    give_password(client)
    give_code(client, phone.shows())
    assert client.get("/login-codes/").status_code == HTTPStatus.OK
    assert client.post("/second-factor/off/", PASSWORD)["Location"] == SET_UP
    assert known(client)
    assert client.get("/login-codes/")["Location"].startswith(SET_UP)


def test_members_without_a_task_are_never_bothered(client: Client, branch: Organization) -> None:
    builders.make_member(branch, number="GB001")
    assert give_password(client)["Location"] == "/"
    assert SET_UP not in client.get("/my-learning/").content.decode()
    assert client.get("/login-codes/").status_code == HTTPStatus.FORBIDDEN
    assert client.get("/admin/")["Location"] == "/sign-in/?next=/admin/"
    assert client.get("/no-such-page/").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/station/roll/").status_code == HTTPStatus.OK
    assert Client().get("/no-such-page/").status_code == HTTPStatus.NOT_FOUND


def test_with_may_nobody_is(client: Client, chief: Member, settings: Settings) -> None:
    settings.MEMBERS_STAFF_SECOND_FACTOR = "may"
    assert give_password(client, chief.number)["Location"] == "/"
    assert client.get("/admin/").status_code == HTTPStatus.OK
    assert client.get("/no-such-page/").status_code == HTTPStatus.NOT_FOUND
    assert 'href="/second-factor/"' in client.get("/my-learning/").content.decode()


@pytest.mark.parametrize(("value", "faults"), [("may", []), ("must", []), ("Must", ["members.E001"])])
def test_a_slip_in_the_setting_is_told_and_asks_for_more(
    settings: Settings, chief: Member, value: str, faults: list[str]
) -> None:
    settings.MEMBERS_STAFF_SECOND_FACTOR = value
    assert [fault.id for fault in run_checks() if str(fault.id).startswith("members.")] == faults
    assert permissions.administers_everything(chief) == (value == "may")
