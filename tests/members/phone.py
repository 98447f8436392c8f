"""Somebody's phone with an authenticator app, which computes by itself what it shows (RFC 6238)."""

import base64
import hmac
import struct
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.test import Client
from django.utils import timezone

from members.accounts import second_factor
from members.models import Member
from tests import builders

PASSWORD = {"password": builders.PASSWORD}
SECOND_STEP = "/sign-in/code/"


class Phone:
    """An app that knows the secret of one account."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def shows(self, at: datetime | None = None, *, steps: int = 0) -> str:
        """Return the six digits of the half-minute of `at` (now), or `steps` later."""
        step = int((at or timezone.now()).timestamp()) // 30 + steps
        digest = hmac.digest(base64.b32decode(self.secret), struct.pack(">Q", step), "sha1")
        start = digest[-1] & 15
        value = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
        return f"{value % 10**6:06}"


def with_factor(member: Member) -> tuple[Phone, list[str]]:
    """Turn the factor of `member` on, an hour ago, and return the phone and the recovery codes."""
    phone, then = Phone(second_factor.new_secret()), timezone.now() - timedelta(hours=1)
    codes = second_factor.enable(member, phone.secret, phone.shows(then), now=then)
    assert codes is not None
    return phone, codes


def signed_in(client: Client) -> str | None:
    """Return the key of who is signed in."""
    return client.session.get("_auth_user_id")


def known(client: Client) -> bool:
    """Return whether a page that is one's own opens."""
    return client.get("/my-learning/").status_code == HTTPStatus.OK


def keep_a_session(client: Client) -> str | None:
    """Let the browser have a session, as after choosing a language, and return its key."""
    session = client.session
    session["seen"] = True
    session.save()
    return session.session_key


def come_in(client: Client, member: Member) -> None:
    """Sign `member` in without the steps, both of which count as taken."""
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    if member.second_factor_at is not None:
        session = client.session
        session["members_second_factor"] = member.second_factor_at.isoformat()
        session.save()


def give_password(client: Client, number: str = "GB001", **more: str) -> Any:
    """Take the first step."""
    return client.post("/sign-in/", {"username": number, **PASSWORD, **more})


def give_code(client: Client, code: str) -> Any:
    """Take the second step."""
    return client.post(SECOND_STEP, {"code": code})


def turn_on(client: Client, **more: str) -> tuple[Phone, Any]:
    """Go through the set-up page as a person does; return the phone and the page of recovery codes."""
    phone = Phone("".join(client.get("/second-factor/set-up/").context["groups"]))
    return phone, client.post("/second-factor/set-up/", {"code": phone.shows(), **more})
