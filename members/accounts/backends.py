"""Signing in by member number or phone."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from members.models import Member

from . import login_codes, second_factor


def member_called(name: str) -> Member | None:
    """Return the member with this number or phone, as it is stored."""
    return Member.objects.filter(Q(number__iexact=name) | Q(phone=name)).order_by("pk").first()


def knows_password(request: HttpRequest, member: Member, typed: str) -> bool:
    """Return whether whoever is signed in as `member` knows the password; wrong ones count as at sign-in."""
    found = authenticate(request, username=member.number, password=typed)
    return found is not None and found.pk == member.pk


class PhoneOrNumberBackend(ModelBackend):
    """Django's own backend, but the one field takes a member number or a phone."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Member | None:
        """Return the active member with this number or phone and password, else None."""
        name = (username or kwargs.get(Member.USERNAME_FIELD) or "").strip()
        if not name or password is None:
            return None
        member = member_called(name)
        if member is None:
            Member().set_password(password)  # takes as long as a real check: no list of who is a member
            return None
        return member if member.check_password(password) and self.user_can_authenticate(member) else None


class CodeBackend(ModelBackend):
    """Lets the branch's code stand for a password, on the page that asks for it and nowhere else.

    A backend of its own, so that wrong codes are counted and slowed like wrong passwords.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Member | None:
        """Return the member if the code is theirs and still good."""
        code = kwargs.get("login_code")
        if not username or code is None:
            return None
        return login_codes.verify(username, code, now=timezone.now())


class SecondFactorBackend(BaseBackend):
    """Checks the second step, on the page that asks for it and nowhere else; that page has seen to the first.

    A backend, so that wrong codes are counted and slowed like wrong passwords.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Member | None:
        """Return the active member of this number if the code of the app, or a recovery code, fits."""
        code = kwargs.get("factor_token")
        if not username or code is None:
            return None
        member = Member.objects.filter(number=username, is_active=True).first()
        return member if member and second_factor.verify(member, code, now=timezone.now()) else None
