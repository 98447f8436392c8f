"""Signing in by member number or phone."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from .models import Member


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
        member = Member.objects.filter(Q(number__iexact=name) | Q(phone=name)).order_by("pk").first()
        if member is None:
            Member().set_password(password)  # takes as long as a real check: no list of who is a member
            return None
        return member if member.check_password(password) and self.user_can_authenticate(member) else None
