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

from members import first_sign_in
from members.models import Member, Organization, SignInCode
from members.permissions import members_helped_by
from tests import builders

pytestmark = pytest.mark.django_db
DOOR = "members.sign_in.PhoneOrNumberBackend"
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
    (slip,) = first_sign_in.hand_out([person.pk], by=secretary, now=timezone.now())
    return slip.code


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
    assert give(client, number, f" {code.replace(' ', '－')} ")["Location"] == "/new-password/"
    assert signed_in(client) is None
    assert person.name in client.get("/new-password/").content.decode()
    assert client.post("/new-password/", NEW)["Location"] == "/"
    assert signed_in(client) == str(person.pk)
    person.refresh_from_db()
    assert person.check_password(NEW["new_password1"])
    assert not SignInCode.objects.exists()
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
    SignInCode.objects.filter(member=person).update(expires_at=timezone.now() - timedelta(seconds=1))
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
    assert code.replace(" ", "") not in str(list(SignInCode.objects.values()))
    assert code.replace(" ", "") not in str(list(ModelLogEntry.objects.values()))
    entry = ModelLogEntry.objects.get(action="members.hand_out_code")
    assert (entry.object_id, entry.user_id) == (str(person.pk), secretary.pk)


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
    client.force_login(secretary, backend=DOOR)
    for address in ("/sign-in-codes/", f"/sign-in-codes/?q={person.name}", "/sign-in-codes/?only=new"):
        page = client.get(address)
        assert list(page.context["shelf"]) == [person]
        assert stranger.name not in page.content.decode()
    assert list(client.get("/sign-in-codes/?q=外支部某").context["shelf"]) == []
    assert client.post("/sign-in-codes/").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    refused = client.post("/sign-in-codes/", {"member": [person.pk, stranger.pk]})
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert not SignInCode.objects.exists()
    slips = client.post("/sign-in-codes/", {"member": [person.pk]})
    (slip,) = slips.context["slips"]
    assert slip.code in slips.content.decode()
    assert slip.code not in client.get("/sign-in-codes/").content.decode()
    assert give(Client(), "GB007", slip.code)["Location"] == "/new-password/"


def test_a_member_hands_out_no_codes(member_client: Client, member: Member) -> None:
    assert member_client.get("/sign-in-codes/").status_code == HTTPStatus.FORBIDDEN
    assert member_client.post("/sign-in-codes/", {"member": member.pk}).status_code == HTTPStatus.FORBIDDEN
    assert Client().get("/sign-in-codes/")["Location"] == "/sign-in/?next=/sign-in-codes/"
