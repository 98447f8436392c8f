"""The branch's code: who may hand it out to whom, what it is good for, and how often."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.accounts import login_codes
from members.models import LoginCode, Member, Organization
from members.roles.permissions import members_helped_by
from tests import builders

from .phone import keep_a_session
from .viewers import form_of

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
NEW = {"new_password1": "麦子熟了去割麦", "new_password2": "麦子熟了去割麦"}


@pytest.fixture
def person(branch: Organization) -> Member:
    """A member who has no password yet."""
    return Member.objects.create_user("GB007", None, name="田立春", phone="13800000007", organization=branch)


@pytest.fixture
def secretary(branch: Organization) -> Member:
    """The branch's secretary."""
    holder = builders.make_member(branch, name="麦书记")
    builders.make_role(holder, branch, "secretary")
    return holder


def code_for(person: Member, secretary: Member) -> str:
    """Return a new code of `person`."""
    (issued,) = login_codes.issue([person.pk], by=secretary, now=timezone.now())
    return issued.code


def give(client: Client, number: str, code: str) -> Any:
    """Type number and code."""
    return client.post("/first-sign-in/", {"username": number, "code": code})


def signed_in(client: Client) -> str | None:
    """Return the key of who is signed in."""
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("number", ["gb007", "１３８ 0000 0007"])
def test_with_the_code_one_chooses_a_password_and_is_in(
    client: Client, person: Member, secretary: Member, number: str
) -> None:
    code = code_for(person, secretary)
    before = keep_a_session(client)
    assert give(client, number, f" {code.replace(' ', '－')} ")["Location"] == "/new-password/"
    assert signed_in(client) is None
    assert client.session.session_key != before
    assert person.name in client.get("/new-password/").content.decode()
    assert client.post("/new-password/", NEW)["Location"] == "/"
    assert signed_in(client) == str(person.pk)
    person.refresh_from_db()
    assert person.check_password(NEW["new_password1"])
    assert not LoginCode.objects.exists()
    assert client.get("/new-password/")["Location"] == "/first-sign-in/"
    entry = ModelLogEntry.objects.get(action="members.redeem_code")
    assert (entry.object_id, entry.user_id, entry.data) == (str(person.pk), person.pk, {})
    # Once only.
    other = Client()
    assert give(other, "GB007", code).status_code == HTTPStatus.OK
    assert other.get("/new-password/")["Location"] == "/first-sign-in/"


def test_two_browsers_with_one_code_set_one_password(person: Member, secretary: Member) -> None:
    code = code_for(person, secretary)
    first, second = Client(), Client()
    for browser in (first, second):
        give(browser, "GB007", code)
    first.post("/new-password/", NEW)
    late = second.post("/new-password/", {"new_password1": "qi-ta-mi-ma", "new_password2": "qi-ta-mi-ma"})
    assert late["Location"] == "/first-sign-in/"
    assert signed_in(second) is None
    person.refresh_from_db()
    assert person.check_password(NEW["new_password1"])


def test_codes_expire_are_replaced_and_fit_one_person(
    client: Client, person: Member, secretary: Member, branch: Organization
) -> None:
    neighbour = builders.make_member(branch, phone="13800000008")
    old = code_for(person, secretary)
    new = code_for(person, secretary)
    theirs = code_for(neighbour, secretary)
    for number, code in (("GB007", old), ("GB007", theirs), (neighbour.number, new), ("GB007", "")):
        assert give(client, number, code).status_code == HTTPStatus.OK
    LoginCode.objects.filter(member=person).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert give(client, "GB007", new).status_code == HTTPStatus.OK
    assert client.get("/new-password/")["Location"] == "/first-sign-in/"


def test_a_closed_account_is_not_opened_by_a_code(client: Client, person: Member, secretary: Member) -> None:
    code = code_for(person, secretary)
    Member.objects.filter(pk=person.pk).update(is_active=False)
    assert give(client, "GB007", code).status_code == HTTPStatus.OK


def test_wrong_codes_are_slowed_and_then_use_the_code_up(
    client: Client, person: Member, secretary: Member
) -> None:
    code = code_for(person, secretary)
    for _ in range(10):
        last = give(client, "GB007", "00000000" if code != "0000 0000" else "11111111")
    assert last.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert give(client, "GB007", code).status_code == HTTPStatus.TOO_MANY_REQUESTS
    # By another name, which axes counts apart, the code is used up as well.
    assert give(client, "13800000007", code).status_code == HTTPStatus.OK


def test_a_wrong_code_is_answered_as_an_unknown_number(
    client: Client, person: Member, secretary: Member
) -> None:
    code_for(person, secretary)
    wrong = give(client, "GB007", "1").context["form"].non_field_errors()
    assert give(client, "NOBODY", "1").context["form"].non_field_errors() == wrong


def test_a_code_is_no_password_and_stored_nowhere(client: Client, person: Member, secretary: Member) -> None:
    code = code_for(person, secretary)
    for typed in (code, code.replace(" ", "")):
        client.post("/sign-in/", {"username": "GB007", "password": typed})
    assert signed_in(client) is None
    assert code.replace(" ", "") not in str(list(LoginCode.objects.values()))
    assert code.replace(" ", "") not in str(list(ModelLogEntry.objects.values()))
    entry = ModelLogEntry.objects.get(action="members.issue_code")
    assert (entry.object_id, entry.user_id) == (str(person.pk), secretary.pk)


def test_one_code_for_two_looks_different_where_it_is_kept(
    person: Member, secretary: Member, branch: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.choice", lambda digits: digits[7])
    code = code_for(person, secretary)
    assert code_for(builders.make_member(branch), secretary) == code == "7777 7777"
    assert len(set(LoginCode.objects.values_list("code_hash", flat=True))) == 2


def test_a_new_code_has_all_its_tries(client: Client, person: Member, secretary: Member) -> None:
    code_for(person, secretary)
    for number in ("GB007", "13800000007"):
        for _ in range(5):
            give(client, number, "1")
    code = code_for(person, secretary)
    assert give(client, "GB007", code)["Location"] == "/new-password/"


@pytest.mark.parametrize("change", ["late", "expired", "replaced", "closed"])
def test_between_code_and_password_nothing_may_change(
    client: Client, person: Member, secretary: Member, change: str
) -> None:
    give(client, "GB007", code_for(person, secretary))
    if change == "late":
        session = client.session
        before = timezone.now() - timedelta(minutes=30)
        session["members_code_verified"] = {**session["members_code_verified"], "at": before.timestamp()}
        session.save()
    elif change == "expired":
        LoginCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif change == "replaced":
        code_for(person, secretary)
    else:
        Member.objects.filter(pk=person.pk).update(is_active=False)
    assert client.post("/new-password/", NEW)["Location"] == "/first-sign-in/"
    assert signed_in(client) is None
    assert not Member.objects.get(pk=person.pk).has_usable_password()


def test_a_password_set_by_another_way_voids_the_code(
    client: Client, person: Member, secretary: Member, district: Organization
) -> None:
    builders.make_role(secretary, district, "administrator")
    browser = Client()
    browser.force_login(secretary, backend=BACKEND)
    form = form_of(person)
    code = code_for(person, secretary)
    browser.post(f"/admin/users/edit/{person.pk}/", form)
    assert LoginCode.objects.count() == 1
    password = {"password1": "xin-mi-ma-88", "password2": "xin-mi-ma-88"}
    browser.post(f"/admin/users/edit/{person.pk}/", form | password)
    assert give(client, "GB007", code).status_code == HTTPStatus.OK
    code = code_for(person, secretary)
    client.force_login(Member.objects.get(pk=person.pk), backend=BACKEND)
    client.post("/change-password/", {"old_password": "xin-mi-ma-88", **NEW})
    assert give(Client(), "GB007", code).status_code == HTTPStatus.OK
    assert Member.objects.get(pk=person.pk).check_password(NEW["new_password1"])


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("麦子熟了去割麦", True),
        ("kan lai kan qu", True),
        ("24681357", True),
        ("麦子熟了", False),
        ("abc1234", False),
        ("13800000007", False),
        ("gb-007-1", False),
        ("１３８００００ ０００７", False),
        ("1380000000712", False),
        ("13800000007123", True),
        ("田立春", False),
        ("12345678", False),
        ("password", False),
    ],
)
def test_passwords(person: Member, password: str, taken: bool) -> None:
    if taken:
        validate_password(password, person)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, person)


def test_a_secretary_helps_own_people_and_nobody_who_may_do_more(
    district: Organization, branch: Organization, secretary: Member, person: Member
) -> None:
    other = builders.make_branch(district, "第二支部")
    colleague = builders.make_member(branch)
    builders.make_role(colleague, branch, "secretary")
    builders.make_member(other)
    builders.make_member(branch, is_superuser=True)
    builders.make_member(branch, is_active=False)
    for kind, at in (("officer", branch), ("operator", branch), ("secretary", other), ("editor", district)):
        builders.make_role(builders.make_member(branch), at, kind)
    assert set(members_helped_by(secretary)) == {person, colleague}
    assert set(members_helped_by(person)) == set()
    officer = builders.make_member(branch.get_parent())
    builders.make_role(officer, branch.get_parent(), "officer")
    assert set(members_helped_by(officer)) == {
        person,
        colleague,
        secretary,
        *Member.objects.filter(roles__organization=branch, roles__kind__in=["officer", "operator"]),
    }


def test_the_page_shows_own_people_and_their_codes_once(
    client: Client, district: Organization, secretary: Member, person: Member
) -> None:
    stranger = builders.make_member(builders.make_branch(district, "第二支部"), name="外支部某")
    client.force_login(secretary, backend=BACKEND)
    for address in ("/login-codes/", f"/login-codes/?q={person.name}", "/login-codes/?only=new"):
        page = client.get(address)
        assert list(page.context["page_obj"]) == [person]
        assert stranger.name not in page.content.decode()
    assert list(client.get("/login-codes/?q=外支部某").context["page_obj"]) == []
    for nobody in ("", "²", "x", "9" * 30):
        answer = client.post("/login-codes/", {"member": nobody})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post("/login-codes/", {"member": "9" * 18}).status_code == HTTPStatus.FORBIDDEN
    refused = client.post("/login-codes/", {"member": [person.pk, stranger.pk]})
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert not LoginCode.objects.exists()
    page = client.post("/login-codes/", {"member": [person.pk]})
    (issued,) = page.context["codes"]
    assert issued.code in page.content.decode()
    assert issued.code not in client.get("/login-codes/").content.decode()
    assert give(Client(), "GB007", issued.code)["Location"] == "/new-password/"


def test_a_member_hands_out_no_codes(member_client: Client, member: Member) -> None:
    assert member_client.get("/login-codes/").status_code == HTTPStatus.FORBIDDEN
    assert member_client.post("/login-codes/", {"member": member.pk}).status_code == HTTPStatus.FORBIDDEN
    assert Client().get("/login-codes/")["Location"] == "/sign-in/?next=/login-codes/"
