"""Pairing: a TV shows a code, an operator confirms it on a phone, and the TV is the station's.

A code lives ten minutes and works once. It is digits, for a phone's number keys, without 0 and 1, which look
like letters and like 7 from a distance.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.rate_limits import RateLimit
from members.models import Member, Role
from members.roles import permissions

from .devices import hash_of, new_token
from .models import Station, StationDevice

ALPHABET = "23456789"
CODE_LENGTH = 8
CODE_LIFE = timedelta(minutes=10)
# Wrong codes that one operator may enter in a quarter of an hour.
GUESSES = RateLimit("stations.pairing", most=10, seconds=15 * 60)
# Waiting screens that nobody paired are swept when the next one asks.
SWEEP_AFTER = timedelta(hours=1)
KEEPERS = (Role.Kind.OPERATOR, Role.Kind.ADMINISTRATOR)


class PairingRefusedError(Exception):
    """The screen was not paired; the text says why and what to do, in the reader's language."""


@dataclass(frozen=True)
class WaitingScreen:
    """A waiting screen and the token that goes into its cookie."""

    device: StationDevice
    token: str


def stations_of(viewer: Member) -> QuerySet[Station]:
    """Return the stations that `viewer` looks after: operator or administrator at or above their unit."""
    return Station.objects.filter(organization__in=permissions.organizations_of(viewer, *KEEPERS))


def may_keep(viewer: Member, station: Station) -> bool:
    """Return whether `viewer` may pair screens of `station` and take its roll."""
    return permissions.may(viewer, KEEPERS, station.organization)


def issue_code(now: datetime) -> WaitingScreen:
    """Return a new waiting screen with a code that no other screen shows."""
    StationDevice.objects.filter(station=None, code_expires_at__lt=now - SWEEP_AFTER).delete()
    token = new_token()
    while True:
        try:
            with transaction.atomic():
                device = StationDevice.objects.create(
                    pairing_code=_new_code(), code_expires_at=now + CODE_LIFE, token_hash=hash_of(token)
                )
        except IntegrityError:  # the code is on another screen: draw again
            continue
        return WaitingScreen(device, token)


def renew(device: StationDevice, now: datetime) -> StationDevice:
    """Give a waiting screen a fresh code if its own has run out; return the screen."""
    while device.station_id is None and not is_open(device, now):
        try:
            with transaction.atomic():
                StationDevice.objects.filter(pk=device.pk, station=None).update(
                    pairing_code=_new_code(), code_expires_at=now + CODE_LIFE
                )
        except IntegrityError:  # as in issue_code()
            continue
        device.refresh_from_db()
    return device


def is_open(device: StationDevice, now: datetime) -> bool:
    """Return whether the code that the screen shows can still be confirmed."""
    return device.code_expires_at is not None and device.code_expires_at > now


def pair(operator: Member, code: str, station: Station, now: datetime) -> StationDevice:
    """Make the screen that shows `code` a screen of `station`.

    Raises PairingRefusedError: another's station, too many wrong codes, or a code that is wrong, used or
    outdated (one sentence for the three: it tells a guesser nothing).
    """
    if not may_keep(operator, station):
        raise PairingRefusedError(_("This station is not yours to look after."))
    if GUESSES.is_reached(str(operator.pk)):
        raise PairingRefusedError(_("Too many wrong codes. Please wait a quarter of an hour and try again."))
    code = clean_code(code)
    # A paired screen has no code.
    waiting = StationDevice.objects.filter(pairing_code=code, code_expires_at__gt=now)
    device = waiting.first()
    # One conditional UPDATE: of two phones with the same code, one wins.
    won = waiting.update(
        station=station, pairing_code=None, code_expires_at=None, paired_at=now, last_seen_at=now
    )
    if device is None or not won:
        GUESSES.count(str(operator.pk))
        raise PairingRefusedError(
            _("This code is wrong or has run out. Please enter the code that the TV shows now.")
        )
    device.refresh_from_db()
    return device


def unpair(operator: Member, device: StationDevice) -> None:
    """Forget a paired screen: its TV shows a code again. Raises PairingRefusedError for another's station."""
    if device.station is None or not may_keep(operator, device.station):
        raise PairingRefusedError(_("This station is not yours to look after."))
    device.delete()


def clean_code(raw: str) -> str:
    """Return what was typed without the blanks and hyphens between the groups, in plain digits."""
    return "".join(unicodedata.normalize("NFKC", raw).replace("-", "").split())


def groups(code: str) -> tuple[str, str]:
    """Return the code in two halves, as the screen shows it."""
    return (code[: CODE_LENGTH // 2], code[CODE_LENGTH // 2 :])


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _unused in range(CODE_LENGTH))
