"""Login codes, for the first sign-in and a forgotten password: the branch issues, the member redeems them.

A code has eight digits, is valid for `MEMBERS_CODE_DAYS` days and for one password. What is stored is a keyed
hash: without the site's secret nobody can try codes against a stolen database. Ten wrong tries use a code up;
before that, wrong tries are slowed as wrong passwords are.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from wagtail.log_actions import log

from members.models import LoginCode, Member
from members.roles.permissions import NotResponsibleError, members_helped_by

DIGITS = 8
MOST_WRONG_TRIES = 10
_SALT = "members.accounts.login_codes"


@dataclass(frozen=True)
class IssuedCode:
    """A new code, to be printed. `code` is written in two groups; it is known here and never again."""

    member: Member
    code: str
    expires_at: datetime


def issue(member_ids: Iterable[int], *, by: Member, now: datetime) -> list[IssuedCode]:
    """Make a new code for each member and return them in the order of unit and name.

    An old code is void at once; an old password stays good until the new one is chosen. Raises
    NotResponsibleError, and makes nothing, if `by` may not help one of them (`members_helped_by`).
    """
    wanted = set(member_ids)
    members = list(
        members_helped_by(by)
        .filter(pk__in=wanted)
        .select_related("organization")
        .order_by("organization__path", "name", "number")
    )
    if len(members) != len(wanted):
        raise NotResponsibleError
    expires_at = now + timedelta(days=settings.MEMBERS_CODE_DAYS)
    issued = []
    with transaction.atomic():
        for member in members:
            code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
            LoginCode.objects.update_or_create(
                member=member,
                defaults={
                    "code_hash": _hash(member, code),
                    "expires_at": expires_at,
                    "issued_by": by,
                    "wrong_tries": 0,
                },
            )
            log(member, "members.issue_code", user=by)
            issued.append(IssuedCode(member, f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}", expires_at))
    return issued


def verify(name: str, code: str, *, now: datetime) -> Member | None:
    """Return the active member called `name` (number or phone) if `code` is theirs and good, else None."""
    found = (
        LoginCode.objects.filter(
            Q(member__number__iexact=name) | Q(member__phone=name),
            member__is_active=True,
            expires_at__gt=now,
            wrong_tries__lt=MOST_WRONG_TRIES,
        )
        .select_related("member")
        .order_by("member_id")
        .first()
    )
    if found is None:
        return None
    if constant_time_compare(found.code_hash, _hash(found.member, code)):
        return found.member
    LoginCode.objects.filter(pk=found.pk).update(wrong_tries=F("wrong_tries") + 1)
    return None


def redeem(member: Member, code_hash: str, password: str, *, now: datetime) -> bool:
    """Set the password and use the code up; False if the code was used, replaced or has expired meanwhile."""
    member.set_password(password)  # slow on purpose, so before anything is locked
    with transaction.atomic():
        used, _ = LoginCode.objects.filter(member=member, code_hash=code_hash, expires_at__gt=now).delete()
        if not used:
            return False
        member.save(update_fields=["password"])
        log(member, "members.redeem_code", user=member)
    return True


def void_code(member: Member) -> None:
    """Forget a code that nobody needs any more: a new password was set in another manner."""
    LoginCode.objects.filter(member=member).delete()


def _hash(member: Member, code: str) -> str:
    return salted_hmac(_SALT, f"{member.pk}:{code}", algorithm="sha256").hexdigest()
