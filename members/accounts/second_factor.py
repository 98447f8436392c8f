"""The second factor: a code from an app on one's phone, besides the password, for those who hold a role.

Codes are TOTP (RFC 6238) and ten recovery codes, each good once; django-allauth keeps their secrets and
computes them. `Member.second_factor_at` says since when the factor is on; it changes in the same transaction
as their rows.
"""

from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import InvalidToken
from django.db import transaction
from wagtail.log_actions import log

from members.models import Member
from members.roles.permissions import NotResponsibleError, members_reset_by

_TOTP, _RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
# In the TOTP row's data: the half-minute whose code was used last. No earlier one is good any more.
_LAST_STEP = "last_step"


def new_secret() -> str:
    """Return a secret for a new phone: 160 bits in base 32, as authenticator apps take it."""
    return str(generate_totp_secret())


def address_for_app(member: Member, secret: str) -> str:
    """Return the `otpauth:` address that an authenticator app reads from the QR code."""
    return str(get_adapter().build_totp_url(member, secret))


def enable(member: Member, secret: str, code: str, *, now: datetime) -> list[str] | None:
    """Turn the factor on if `code` shows that the app knows `secret`, and return the new recovery codes.

    Returns None, and changes nothing, if the code is wrong or a factor is on already. `member` is brought up
    to date.
    """
    step = _step_of(secret, code, now=now)
    if step is None:
        return None
    with transaction.atomic():
        locked = Member.objects.get_queryset().select_for_update(no_key=True).get(pk=member.pk)
        if locked.second_factor_at is not None:
            return None
        phone = TOTP.activate(locked, secret).instance
        phone.data[_LAST_STEP] = step  # the code just typed is used
        phone.save()
        codes = _renew_recovery_codes(locked)
        _set_enabled_at(member, now)
        log(member, "members.second_factor_on", user=member)
    return codes


def verify(member: Member, code: str, *, now: datetime) -> bool:
    """Return whether `code` is the app's code of this moment or a recovery code, and use it up."""
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update(no_key=True).filter(user=member)
        of_kind = {row.type: row for row in rows}
        try:
            by_app = _verify_totp(of_kind.get(_TOTP), code, now)
            return by_app or _verify_recovery_code(of_kind.get(_RECOVERY), code)
        except InvalidToken:  # written under another secret of the site: nobody can know these codes any more
            return False


def codes_left(member: Member) -> int:
    """Return how many recovery codes are unused; 0 also if they cannot be read any more."""
    row = Authenticator.objects.filter(user=member, type=_RECOVERY).first()
    try:
        return len(RecoveryCodes(row).get_unused_codes()) if row else 0
    except InvalidToken:
        return 0


def new_recovery_codes(member: Member) -> list[str]:
    """Put ten new recovery codes in the place of the old and return them, for this once."""
    with transaction.atomic():
        codes = _renew_recovery_codes(member)
        log(member, "members.second_factor_codes", user=member)
    return codes


def disable(member: Member) -> None:
    """Turn one's own factor off."""
    _remove(member, "members.second_factor_off", by=member)


def reset(member: Member, *, by: Member | None) -> None:
    """Take away the factor of somebody who has lost the phone; `by` is None on the machine itself.

    Raises NotResponsibleError unless `by` administers the district and stands above `member`.
    """
    if by is not None and not members_reset_by(by).filter(pk=member.pk).exists():
        raise NotResponsibleError
    _remove(member, "members.second_factor_reset", by=by)


def _remove(member: Member, action: str, *, by: Member | None) -> None:
    with transaction.atomic():
        Authenticator.objects.filter(user=member).delete()
        _set_enabled_at(member, None)
        log(member, action, user=by)


def _set_enabled_at(member: Member, since: datetime | None) -> None:
    member.second_factor_at = since
    member.save(update_fields=["second_factor_at"])


def _renew_recovery_codes(member: Member) -> list[str]:
    Authenticator.objects.filter(user=member, type=_RECOVERY).delete()
    return list(RecoveryCodes.activate(member).generate_codes())


def _verify_totp(row: Authenticator | None, code: str, now: datetime) -> bool:
    if row is None:
        return False
    step = _step_of(
        get_adapter().decrypt(row.data["secret"]), code, now=now, after=row.data.get(_LAST_STEP, 0)
    )
    if step is None:
        return False
    row.data[_LAST_STEP] = step
    row.save()
    return True


def _verify_recovery_code(row: Authenticator | None, code: str) -> bool:
    return row is not None and bool(RecoveryCodes(row).validate_code(code))


def _step_of(secret: str, code: str, *, now: datetime, after: int = 0) -> int | None:
    """Return the half-minute around `now`, later than `after`, whose code this is; None if there is none.

    django-allauth's own check forgets used codes with the process's cache; this one is kept in the row.
    """
    current = int(now.timestamp()) // app_settings.TOTP_PERIOD
    tolerance = app_settings.TOTP_TOLERANCE
    for step in range(max(current - tolerance, after + 1), current + tolerance + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None
