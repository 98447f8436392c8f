"""The second factor: what is asked after the password, and that no other page leads around it."""

from http import HTTPStatus

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.accounts import login_codes, second_factor
from members.accounts.backends import SecondFactorBackend
from members.models import Member, Organization
from tests import builders

from .phone import (
    PASSWORD,
    SECOND_STEP,
    Phone,
    give_code,
    give_password,
    keep_a_session,
    known,
    signed_in,
    turn_on,
    with_factor,
)

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


# --- Signing in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["GB001", "13800000001"])
def test_after_the_password_the_code_is_asked_for(client: Client, secretary: Member, number: str) -> None:
    phone, _codes = with_factor(secretary)
    before = keep_a_session(client)
    assert give_password(client, number, next="/search/?q=x")["Location"] == SECOND_STEP
    assert signed_in(client) is None
    assert client.session.session_key != before
    assert not known(client)
    page = client.get(SECOND_STEP).content.decode()
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page
    assert give_code(client, phone.shows())["Location"] == "/search/?q=x"
    assert signed_in(client) == str(secretary.pk)
    assert known(client)
    assert client.get(SECOND_STEP)["Location"] == "/sign-in/"


def test_without_a_factor_nobody_is_asked(client: Client, secretary: Member) -> None:
    assert give_password(client)["Location"] == "/"
    assert signed_in(client) == str(secretary.pk)


@pytest.mark.parametrize("typed", ["{} {}", "{}-{}", "　{}　{} "])
def test_a_code_may_be_typed_in_groups(client: Client, secretary: Member, typed: str) -> None:
    phone, _codes = with_factor(secretary)
    give_password(client)
    code = phone.shows()
    wide = code.translate({ord("0") + n: ord("０") + n for n in range(10)})
    give_code(client, typed.format(wide[:3], wide[3:]))
    assert signed_in(client) == str(secretary.pk)


def test_a_wrong_code_opens_nothing(client: Client, branch: Organization, secretary: Member) -> None:
    phone, _codes = with_factor(secretary)
    other, _others_codes = with_factor(builders.make_member(branch))
    give_password(client)
    for wrong in ("000000", "", "abc", other.shows(), phone.shows(steps=3), phone.shows(steps=-3), "１"):
        answer = give_code(client, wrong)
        assert answer.status_code == HTTPStatus.OK
        assert list(answer.context["form"].errors) == ["code"]
    assert signed_in(client) is None
    # The clock of a phone may be half a minute off.
    give_code(client, phone.shows(steps=-1))
    assert signed_in(client) == str(secretary.pk)


def test_a_code_is_good_once(client: Client, secretary: Member) -> None:
    phone, _codes = with_factor(secretary)
    now = timezone.now()
    code = phone.shows(now)
    assert second_factor.verify(secretary, code, now=now)
    assert not second_factor.verify(secretary, code, now=now)
    # Not even one that was shown before the last one.
    assert not second_factor.verify(secretary, phone.shows(now, steps=-1), now=now)
    assert second_factor.verify(secretary, phone.shows(now, steps=1), now=now)


def test_the_code_of_the_set_up_is_used_up_as_well(secretary: Member) -> None:
    phone, now = Phone(second_factor.new_secret()), timezone.now()
    assert second_factor.enable(secretary, phone.secret, phone.shows(now), now=now)
    assert not second_factor.verify(secretary, phone.shows(now), now=now)


def test_a_recovery_code_opens_once_and_says_how_many_are_left(client: Client, secretary: Member) -> None:
    _phone, codes = with_factor(secretary)
    assert len(set(codes)) == 10
    give_password(client)
    answer = client.post(SECOND_STEP, {"code": f"{codes[0][:4]} {codes[0][4:]}"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["info"]
    assert signed_in(client) == str(secretary.pk)
    assert second_factor.codes_left(secretary) == 9
    again = Client()
    give_password(again)
    give_code(again, codes[0])
    assert signed_in(again) is None
    give_code(again, codes[1])
    assert signed_in(again) == str(secretary.pk)


def test_wrong_codes_are_slowed_with_wrong_passwords(client: Client, secretary: Member) -> None:
    phone, codes = with_factor(secretary)
    for _ in range(4):
        client.post("/sign-in/", {"username": "GB001", "password": "wrong"})
    for _ in range(6):
        # A right password in between is no new start.
        give_password(client)
        last = give_code(client, "000000")
    assert last.status_code == HTTPStatus.TOO_MANY_REQUESTS
    for right in (phone.shows(), codes[0]):
        assert give_code(client, right).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert signed_in(client) is None
    assert give_password(client).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_a_closed_account_uses_no_code_up(secretary: Member) -> None:
    _phone, codes = with_factor(secretary)
    Member.objects.filter(pk=secretary.pk).update(is_active=False)
    assert SecondFactorBackend().authenticate(None, "GB001", factor_token=codes[0]) is None
    assert second_factor.codes_left(secretary) == 10


def test_wrong_codes_count_for_the_person_by_whatever_name(client: Client, secretary: Member) -> None:
    with_factor(secretary)
    for n in range(10):
        give_password(client, "13800000001" if n % 2 else "GB001")
        last = give_code(client, "000000")
    assert last.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_what_was_typed_is_written_down_nowhere(client: Client, secretary: Member) -> None:
    phone, codes = with_factor(secretary)
    give_password(client)
    give_code(client, "424242")
    tries = list(AccessAttempt.objects.values())
    assert len(tries) == 1
    assert "424242" not in str(tries)
    give_code(client, codes[0])
    for kept in (AccessAttempt.objects.values(), ModelLogEntry.objects.values()):
        assert "424242" not in str(list(kept))
        assert codes[0] not in str(list(kept))
        assert phone.secret not in str(list(kept))


def test_halfway_ends_after_minutes(client: Client, secretary: Member) -> None:
    phone, _codes = with_factor(secretary)
    give_password(client)
    session = client.session
    session["members_halfway"] = {**session["members_halfway"], "at": timezone.now().timestamp() - 301}
    session.save()
    assert client.get(SECOND_STEP)["Location"] == "/sign-in/"
    assert give_code(client, phone.shows())["Location"] == "/sign-in/"
    assert signed_in(client) is None


@pytest.mark.parametrize("change", ["password", "closed", "off"])
def test_halfway_ends_when_the_account_changes(client: Client, secretary: Member, change: str) -> None:
    phone, _codes = with_factor(secretary)
    give_password(client)
    if change == "password":
        secretary.set_password("xin-mi-ma-88")
    elif change == "closed":
        secretary.is_active = False
    else:
        second_factor.disable(secretary)
    secretary.save()
    assert give_code(client, phone.shows())["Location"] == "/sign-in/"
    assert signed_in(client) is None


# --- Other pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/admin/login/", "/_util/login/"])
def test_no_other_login_page_leads_around_it(client: Client, chief: Member, page: str) -> None:
    with_factor(chief)
    client.post(f"{page}?next=/admin/", {"username": chief.number, **PASSWORD})
    assert signed_in(client) is None
    assert client.get("/admin/")["Location"] == "/sign-in/?next=/admin/"


def test_the_branchs_code_is_no_way_around_it(client: Client, secretary: Member, chief: Member) -> None:
    phone, _codes = with_factor(secretary)
    (issued,) = login_codes.issue([secretary.pk], by=chief, now=timezone.now())
    client.post("/first-sign-in/", {"username": "GB001", "code": issued.code})
    new = {"new_password1": "麦子熟了去割麦", "new_password2": "麦子熟了去割麦"}
    assert client.post("/new-password/", new)["Location"] == SECOND_STEP
    assert signed_in(client) is None
    give_code(client, phone.shows())
    assert signed_in(client) == str(secretary.pk)


@pytest.mark.parametrize(
    "address", ["/my-learning/", "/login-codes/", "/admin/", "/station/roll/", "/second-factor/off/"]
)
def test_a_session_that_skipped_the_step_is_nobodys(client: Client, chief: Member, address: str) -> None:
    with_factor(chief)
    # What a page would do that forgot to ask.
    client.force_login(chief, backend=BACKEND)
    assert client.get(address)["Location"] == f"/sign-in/?next={address}"
    assert signed_in(client) is None


def test_turning_it_on_ends_the_sessions_elsewhere(client: Client, secretary: Member) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        give_password(browser)
        assert known(browser)
    turn_on(client)
    assert known(client)
    assert not known(elsewhere)
