"""Passwords are hashed before a transaction begins: on SQLite every other writer waits for its end."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.utils import timezone

from members.accounts import login_codes
from members.models import LoginCode, Member, Organization
from tests import builders

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
NEW = "xin-mi-ma-2026"
# How deep in transactions each hash was made.
depths: list[int] = []


class NotingHasher(MD5PasswordHasher):
    """Notes within how many transactions it is asked to hash."""

    def encode(self, password: str, salt: str) -> str:
        if password == NEW:
            depths.append(len(connection.atomic_blocks))
        return super().encode(password, salt)


def by_code(client: Client, member: Member, chief: Member) -> None:
    login_codes.issue([member.pk], by=chief, now=timezone.now())
    stored = LoginCode.objects.get(member=member)
    assert login_codes.redeem(member, stored.code_hash, NEW, now=timezone.now())


def by_oneself(client: Client, member: Member, chief: Member) -> None:
    client.force_login(member, backend=BACKEND)
    sent = {"old_password": builders.PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/change-password/", sent).status_code == HTTPStatus.FOUND
    assert client.get("/my-learning/").status_code == HTTPStatus.OK


def by_form(client: Client, member: Member, chief: Member) -> None:
    client.force_login(chief, backend=BACKEND)
    assert member.organization is not None
    sent = {
        "number": member.number,
        "name": member.name,
        "is_active": "on",
        "organization": member.organization.code,
        "password1": NEW,
        "password2": NEW,
        "roles-TOTAL_FORMS": "0",
        "roles-INITIAL_FORMS": "0",
    }
    assert client.post(f"/admin/users/edit/{member.pk}/", sent).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("way", [by_code, by_oneself, by_form])
def test_a_password_is_hashed_before_the_transaction(
    client: Client,
    branch: Organization,
    chief: Member,
    settings: object,
    way: Callable[[Client, Member, Member], None],
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.NotingHasher"]  # type: ignore[attr-defined]  # any setting
    member = builders.make_member(branch)
    depths.clear()
    way(client, member, chief)
    assert Member.objects.get(pk=member.pk).check_password(NEW)
    # All but the last, with which this test has just looked.
    assert set(depths[:-1]) == {len(connection.atomic_blocks)}
