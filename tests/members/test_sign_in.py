"""Signing in and out: every login page leads to the same one."""

from datetime import timedelta
from http import HTTPStatus
from typing import ClassVar

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from members.accounts.backends import PhoneOrNumberBackend
from members.accounts.forms import tidy_number
from members.models import Member
from tests import builders

pytestmark = pytest.mark.django_db
URL = "/sign-in/"
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


@pytest.fixture
def person(branch: object) -> Member:
    """A member with a phone."""
    return builders.make_member(branch, number="GB007", phone="13800000007")  # type: ignore[arg-type]


def signed_in(client: Client) -> str | None:
    """Return the key of who is signed in."""
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    "typed",
    [
        "GB007",
        "gb007",
        " GB 007 ",
        "ＧＢ００７",
        "13800000007",
        "１３８００００ ０００７",
        "138-0000-0007",
        "+86 138 0000 0007",
        "008613800000007",
    ],
)
def test_the_number_may_be_typed_in_many_ways(client: Client, person: Member, typed: str) -> None:
    response = client.post(URL, {"username": typed, "password": builders.PASSWORD})
    assert (response.status_code, response["Location"]) == (HTTPStatus.FOUND, "/")
    assert signed_in(client) == str(person.pk)


def test_tidying_leaves_other_numbers_alone() -> None:
    assert [tidy_number(n) for n in ("8613", "86138", "0086")] == ["8613", "86138", "0086"]


def test_a_wrong_password_keeps_the_number_and_says_what_to_do(client: Client, person: Member) -> None:
    response = client.post(URL, {"username": "ＧＢ００７", "password": "wrong"})
    assert response.status_code == HTTPStatus.OK
    assert signed_in(client) is None
    form = response.context["form"]
    assert form["username"].value() == "ＧＢ００７"
    assert [error.code for error in form.non_field_errors().as_data()] == ["invalid_login"]
    assert b'role="alert"' in response.content


def test_an_unknown_number_is_answered_like_a_wrong_password(client: Client, person: Member) -> None:
    wrong = client.post(URL, {"username": "GB007", "password": "x"}).context["form"].non_field_errors()
    unknown = client.post(URL, {"username": "GB008", "password": "x"}).context["form"].non_field_errors()
    assert wrong == unknown


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed: that is what takes the time."""

    times: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        """Count, and hash."""
        CountingHasher.times += 1
        return super().encode(password, salt)


def test_an_unknown_number_takes_as_long_as_a_known_one(person: Member, settings: Settings) -> None:
    Member.objects.create_user("GB009", None, name="未设密码")
    builders.make_member(None, number="GB010", is_active=False)
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    Member.objects.filter(number="GB010").update(password=make_password(builders.PASSWORD))
    taken = []
    for number in ("GB007", "GB008", "GB009", "GB010"):
        CountingHasher.times = 0
        assert PhoneOrNumberBackend().authenticate(None, number, "wrong") is None
        taken.append(CountingHasher.times)
    assert taken == [1, 1, 1, 1]


def test_a_closed_account_cannot_sign_in(client: Client, person: Member) -> None:
    Member.objects.filter(pk=person.pk).update(is_active=False)
    client.post(URL, {"username": "GB007", "password": builders.PASSWORD})
    assert signed_in(client) is None
    # Neither by another form, which might not ask whether the account is open.
    assert PhoneOrNumberBackend().authenticate(None, "GB007", builders.PASSWORD) is None


def test_a_member_without_password_cannot_sign_in(client: Client, branch: object) -> None:
    Member.objects.create_user("GB009", None, name="未设密码")
    for password in ("", "!", "None"):
        client.post(URL, {"username": "GB009", "password": password})
    assert signed_in(client) is None


def test_ten_wrong_passwords_close_the_door_for_this_number_alone(client: Client, person: Member) -> None:
    neighbour = builders.make_member(person.organization)
    for n in range(10):
        typed = "gb007" if n % 2 else "ＧＢ００７"
        last = client.post(URL, {"username": typed, "password": "wrong"})
    assert last.status_code == HTTPStatus.TOO_MANY_REQUESTS
    right = client.post(URL, {"username": "GB007", "password": builders.PASSWORD})
    assert right.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert b'id="locked-out"' in right.content
    assert signed_in(client) is None
    client.post(URL, {"username": neighbour.number, "password": builders.PASSWORD})
    assert signed_in(client) == str(neighbour.pk)


def test_the_right_password_makes_a_new_start(client: Client, person: Member) -> None:
    for _ in range(2):
        for _ in range(9):
            wrong = client.post(URL, {"username": "GB007", "password": "wrong"})
            assert wrong.status_code == HTTPStatus.OK
        right = client.post(URL, {"username": "GB007", "password": builders.PASSWORD})
        assert right["Location"] == "/"
    # When and from where somebody came in is written down nowhere.
    assert not AccessLog.objects.exists()
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize(("minutes", "status"), [(14, HTTPStatus.TOO_MANY_REQUESTS), (16, HTTPStatus.FOUND)])
def test_the_door_opens_again_after_a_quarter_of_an_hour(
    client: Client, person: Member, minutes: int, status: HTTPStatus
) -> None:
    for _ in range(10):
        client.post(URL, {"username": "GB007", "password": "wrong"})
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=minutes))
    answer = client.post(URL, {"username": "GB007", "password": builders.PASSWORD})
    assert answer.status_code == status


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_way_leads_to_another_site(client: Client, person: Member, after: str) -> None:
    response = client.post(URL, {"username": "GB007", "password": builders.PASSWORD, "next": after})
    assert response["Location"] == "/"


def test_one_goes_on_to_where_one_wanted(client: Client, person: Member) -> None:
    response = client.post(
        URL, {"username": "GB007", "password": builders.PASSWORD, "next": "/search/?q=%E5%86%9C"}
    )
    assert response["Location"] == "/search/?q=%E5%86%9C"


@pytest.mark.parametrize("page", ["/admin/login/", "/_util/login/"])
def test_other_login_pages_lead_to_ours(client: Client, person: Member, page: str) -> None:
    response = client.post(f"{page}?next=/admin/pages/", {"username": "GB007", "password": builders.PASSWORD})
    assert response["Location"] == f"{URL}?next=%2Fadmin%2Fpages%2F"
    assert signed_in(client) is None
    assert client.get(page)["Location"] == URL


@pytest.mark.parametrize("address", ["/admin/password_reset/", "/admin/password_reset/done/"])
def test_there_is_no_reset_by_mail(client: Client, address: str) -> None:
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_editors_site_asks_at_our_door(client: Client) -> None:
    assert client.get("/admin/")["Location"] == f"{URL}?next=/admin/"


def test_a_member_without_business_there_is_told_so_and_not_sent_in_circles(member_client: Client) -> None:
    response = member_client.get("/admin/", follow=True)
    assert [hop for hop, _ in response.redirect_chain] == [f"{URL}?next=/admin/"]
    assert response.status_code == HTTPStatus.OK


def test_signing_out_takes_a_post(member_client: Client) -> None:
    address = reverse("members:sign_out")
    assert member_client.get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert signed_in(member_client) is not None
    assert member_client.post(address)["Location"] == "/"
    assert signed_in(member_client) is None


def test_sign_in_refuses_a_forged_form(person: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(URL, {"username": "GB007", "password": builders.PASSWORD})
    assert response.status_code == HTTPStatus.FORBIDDEN


def test_sign_in_pages_are_kept_by_no_cache(client: Client) -> None:
    assert "no-store" in client.get(URL)["Cache-Control"]


def test_changing_the_password(member_client: Client, member: Member) -> None:
    address = reverse("members:change_password")
    elsewhere = Client()
    elsewhere.force_login(member, backend=BACKEND)
    new = {"new_password1": "xin-mi-ma-88", "new_password2": "xin-mi-ma-88"}
    wrong = member_client.post(address, {"old_password": "no", **new})
    assert list(wrong.context["form"].errors) == ["old_password"]
    member_client.post(address, {"old_password": builders.PASSWORD, **new})
    member.refresh_from_db()
    assert member.check_password("xin-mi-ma-88")
    assert member_client.get("/my-learning/").status_code == HTTPStatus.OK
    assert elsewhere.get("/my-learning/")["Location"] == f"{URL}?next=/my-learning/"


def test_the_old_password_is_not_tried_out_on_a_phone_left_lying(
    member_client: Client, member: Member
) -> None:
    address = reverse("members:change_password")
    new = {"new_password1": "xin-mi-ma-88", "new_password2": "xin-mi-ma-88"}
    for _ in range(9):
        member_client.post(address, {"old_password": "geraten", **new})
    assert "geraten" not in str(list(AccessAttempt.objects.values()))
    assert "xin-mi-ma-88" not in str(list(AccessAttempt.objects.values()))
    Client().post(URL, {"username": member.number, "password": "geraten"})
    answer = member_client.post(address, {"old_password": builders.PASSWORD, **new})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    member.refresh_from_db()
    assert member.check_password(builders.PASSWORD)


def test_changing_the_password_is_for_the_signed_in(client: Client) -> None:
    response = client.get(reverse("members:change_password"))
    assert response["Location"] == f"{URL}?next=/change-password/"


def test_nobody_elses_password_is_taken_for_ones_own(client: Client) -> None:
    neighbour = builders.make_member(None, phone="13800000009")
    member = builders.make_member(None, number="13800000009")  # as lists once allowed
    member.set_password("zi-ji-de-mi-ma")
    member.save()
    client.force_login(member, backend=BACKEND)
    new = {"new_password1": "xin-mi-ma-88", "new_password2": "xin-mi-ma-88"}
    answer = client.post("/change-password/", {"old_password": builders.PASSWORD, **new})
    assert list(answer.context["form"].errors) == ["old_password"]
    for person in (neighbour, member):
        person.refresh_from_db()
        assert not person.check_password("xin-mi-ma-88")
