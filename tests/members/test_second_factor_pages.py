"""The second factor: how it is set up, turned off, and taken from who lost the phone."""

from datetime import timedelta
from http import HTTPStatus
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import ModelLogEntry

from members.accounts import own_data, second_factor
from members.changes import leaving
from members.models import Member, Organization
from members.roles.permissions import NotResponsibleError
from tests import builders

from .phone import PASSWORD, Phone, give_code, give_password, known, turn_on, with_factor

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


# --- Turning it on and off ----------------------------------------------------------------------------------


def test_setting_it_up(client: Client, secretary: Member) -> None:
    give_password(client)
    page = client.get("/second-factor/set-up/", {"next": "/login-codes/"})
    assert {len(group) for group in page.context["groups"]} == {4}
    text = page.content.decode()
    assert " ".join(f"<span>{group}</span>" for group in page.context["groups"]) in text
    assert "<svg" in text
    assert "style=" not in text
    assert "no-store" in page["Cache-Control"]
    phone = Phone("".join(page.context["groups"]))
    # Loading the page anew, or a wrong code, leaves the app's entry good.
    assert client.get("/second-factor/set-up/").context["groups"] == page.context["groups"]
    wrong = client.post("/second-factor/set-up/", {"code": phone.shows(steps=5)})
    assert list(wrong.context["form"].errors) == ["code"]
    assert wrong.context["groups"] == page.context["groups"]
    assert not Authenticator.objects.exists()
    before = client.session.session_key
    done = client.post("/second-factor/set-up/", {"code": phone.shows(), "next": "/login-codes/"})
    assert client.session.session_key != before
    assert len(done.context["codes"]) == 10
    assert all(code in done.content.decode() for code in done.context["codes"])
    assert 'href="/login-codes/"' in done.content.decode()
    secretary.refresh_from_db()
    assert secretary.second_factor_at is not None
    # The codes are shown once; what is left of them is a number.
    for address in ("/second-factor/", "/second-factor/set-up/"):
        later = client.get(address, follow=True).content.decode()
        assert done.context["codes"][0] not in later
        assert phone.secret not in later
    assert phone.secret not in str(client.session.items())
    codes = [code.replace(" ", "") for code in done.context["codes"]]
    assert second_factor.verify(secretary, codes[9], now=timezone.now())


def test_no_way_leads_from_the_set_up_to_another_site(client: Client, secretary: Member) -> None:
    give_password(client)
    _phone, page = turn_on(client, next="https://evil.example/")
    assert page.context["after"] == ""


def test_the_password_is_asked_for_unless_it_was_given_lately(client: Client, secretary: Member) -> None:
    give_password(client)
    session = client.session
    session["members_signed_in_at"] -= 16 * 60
    session.save()
    _phone, refused = turn_on(client)
    assert list(refused.context["form"].errors) == ["password"]
    assert not Authenticator.objects.exists()
    _phone, page = turn_on(client, **PASSWORD)
    assert len(page.context["codes"]) == 10


def test_secrets_are_encrypted(secretary: Member, settings: Settings) -> None:
    phone, codes = with_factor(secretary)
    stored = str(list(Authenticator.objects.values()))
    assert phone.secret not in stored
    # A new secret of the site reads them as long as it knows the old one, and lets nobody in without it.
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert second_factor.codes_left(secretary) == 10
    settings.SECRET_KEY_FALLBACKS = []
    assert not second_factor.verify(secretary, phone.shows(), now=timezone.now())
    assert not second_factor.verify(secretary, codes[0], now=timezone.now())
    assert second_factor.codes_left(secretary) == 0


@pytest.mark.parametrize("address", ["/second-factor/off/", "/second-factor/new-codes/"])
def test_both_ask_the_password_and_count_wrong_ones(client: Client, secretary: Member, address: str) -> None:
    phone, _codes = with_factor(secretary)
    before = list(Authenticator.objects.values())
    give_password(client)
    give_code(client, phone.shows())
    before = list(Authenticator.objects.order_by("pk").values())
    for typed in ("", "wrong"):
        answer = client.post(address, {"password": typed})
        assert list(answer.context["form"].errors) == ["password"]
    for _ in range(9):
        answer = client.post(address, {"password": "wrong"})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert client.post(address, PASSWORD).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert list(Authenticator.objects.order_by("pk").values()) == before


def test_turning_it_off(client: Client, secretary: Member) -> None:
    phone, _codes = with_factor(secretary)
    elsewhere = Client()
    for browser, steps in ((elsewhere, 0), (client, 1)):
        give_password(browser)
        give_code(browser, phone.shows(steps=steps))
    assert client.post("/second-factor/off/", PASSWORD)["Location"] == "/second-factor/"
    secretary.refresh_from_db()
    assert secretary.second_factor_at is None
    assert not Authenticator.objects.exists()
    assert known(client)
    assert not known(elsewhere)
    assert client.get("/second-factor/off/")["Location"] == "/second-factor/"


def test_new_recovery_codes_take_the_place_of_the_old(client: Client, secretary: Member) -> None:
    phone, old = with_factor(secretary)
    give_password(client)
    give_code(client, phone.shows())
    page = client.post("/second-factor/new-codes/", PASSWORD)
    new = [code.replace(" ", "") for code in page.context["codes"]]
    assert not second_factor.verify(secretary, old[0], now=timezone.now())
    assert second_factor.verify(secretary, new[0], now=timezone.now())
    assert second_factor.verify(secretary, phone.shows(steps=1), now=timezone.now())


def test_members_without_a_task_have_no_such_page(member_client: Client, member: Member) -> None:
    for address in ("/second-factor/", "/second-factor/set-up/"):
        assert member_client.get(address).status_code == HTTPStatus.FORBIDDEN
    assert "/second-factor/" not in member_client.get("/my-learning/").content.decode()


def test_who_has_left_the_task_can_still_turn_it_off(client: Client, secretary: Member) -> None:
    phone, _codes = with_factor(secretary)
    secretary.roles.all().delete()
    give_password(client)
    give_code(client, phone.shows())
    assert 'href="/second-factor/"' in client.get("/my-learning/").content.decode()
    client.post("/second-factor/off/", PASSWORD)
    assert not Authenticator.objects.exists()


# --- A lost phone -------------------------------------------------------------------------------------------


def test_the_districts_administrator_helps_who_lost_the_phone(
    client: Client, secretary: Member, chief: Member
) -> None:
    phone, _codes = with_factor(secretary)
    elsewhere = Client()
    give_password(elsewhere)
    give_code(elsewhere, phone.shows())
    client.force_login(chief, backend=BACKEND)
    there = f"/login-codes/second-factor/{secretary.pk}/"
    assert there in client.get("/login-codes/").content.decode()
    assert secretary.name in client.get(there).content.decode()
    assert Authenticator.objects.count() == 2
    assert client.post(there)["Location"] == "/login-codes/"
    assert not Authenticator.objects.exists()
    assert not known(elsewhere)
    assert give_password(Client())["Location"] == "/"
    entry = ModelLogEntry.objects.get(action="members.second_factor_reset")
    assert (entry.object_id, entry.user_id, entry.data) == (str(secretary.pk), chief.pk, {})
    assert there not in client.get("/login-codes/").content.decode()
    assert client.get(there).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("kind", ["officer", "administrator", "secretary"])
def test_nobody_below_the_district_does(
    client: Client, branch: Organization, secretary: Member, kind: str
) -> None:
    with_factor(secretary)
    unit = branch.get_parent()
    helper = builders.make_member(unit)
    builders.make_role(helper, unit, kind)
    client.force_login(helper, backend=BACKEND)
    there = f"/login-codes/second-factor/{secretary.pk}/"
    assert there not in client.get("/login-codes/").content.decode()
    assert client.post(there).status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(NotResponsibleError):
        second_factor.reset(secretary, by=helper)
    assert Authenticator.objects.count() == 2


def test_an_administrator_takes_it_from_no_superuser_nor_the_own(client: Client, chief: Member) -> None:
    above = builders.make_member(chief.organization, is_superuser=True)
    for member in (above, chief):
        with_factor(member)
        with pytest.raises(NotResponsibleError):
            second_factor.reset(member, by=chief)


def test_on_the_machine_itself_the_last_one_is_let_in_again(chief: Member) -> None:
    with pytest.raises(CommandError):
        call_command("reset_second_factor", chief.number)
    with_factor(chief)
    call_command("reset_second_factor", chief.number.lower(), stdout=StringIO())
    chief.refresh_from_db()
    assert chief.second_factor_at is None
    assert not Authenticator.objects.exists()
    assert ModelLogEntry.objects.get(action="members.second_factor_reset").user_id is None


# --- What is kept -------------------------------------------------------------------------------------------


def test_ones_own_data_says_that_it_is_on_and_no_more(secretary: Member) -> None:
    phone, codes = with_factor(secretary)
    text = own_data.as_json(secretary)
    since = secretary.second_factor_at
    assert since is not None
    assert since.strftime("%Y-%m-%dT%H:%M:%S") in text
    stored = [str(value) for row in Authenticator.objects.all() for value in row.data.values()]
    secrets = [secret for secret in (phone.secret, *codes, *stored) if len(secret) > 6]
    assert [secret for secret in secrets if secret in text] == []


def test_leaving_takes_the_factor_away(secretary: Member, chief: Member) -> None:
    with_factor(secretary)
    with_factor(chief)
    leaving.anonymise(secretary, by=chief)
    secretary.refresh_from_db()
    assert secretary.second_factor_at is None
    assert list(Authenticator.objects.values_list("user_id", flat=True).distinct()) == [chief.pk]


def test_every_change_is_in_the_log(client: Client, secretary: Member) -> None:
    with_factor(secretary)
    second_factor.new_recovery_codes(secretary)
    second_factor.disable(secretary)
    entries = ModelLogEntry.objects.filter(action__startswith="members.second_factor").order_by("pk")
    assert [(entry.action, entry.user_id, entry.data) for entry in entries] == [
        (f"members.second_factor_{what}", secretary.pk, {}) for what in ("on", "codes", "off")
    ]


def test_two_tabs_make_one_factor(secretary: Member) -> None:
    now = timezone.now() - timedelta(hours=1)
    first, second = Phone(second_factor.new_secret()), Phone(second_factor.new_secret())
    tab = Member.objects.get(pk=secretary.pk)
    assert second_factor.enable(secretary, first.secret, first.shows(now), now=now)
    assert second_factor.enable(tab, second.secret, second.shows(now), now=now) is None
    assert second_factor.verify(secretary, first.shows(), now=timezone.now())
