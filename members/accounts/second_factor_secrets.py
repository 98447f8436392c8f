"""How the secrets of second factors are kept and named: django-allauth asks this adapter."""

import base64
from collections.abc import Iterator

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from members.models import Member

_SALT = "members.accounts.second_factor_secrets"


class FactorAdapter(DefaultMFAAdapter):
    """Encrypts with the site's secret, so that a stolen database alone gives no codes."""

    def encrypt(self, text: str) -> str:
        """Return `text` as only this site can read it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was encrypted. Raises `InvalidToken` under another site's secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """Return the site's name, as the app shows it."""
        return settings.WAGTAIL_SITE_NAME

    def get_totp_label(self, user: Member) -> str:
        """Return what tells this account from others in the app."""
        return f"{self.get_totp_issuer()}:{user.number}"


def _cipher() -> MultiFernet:
    """Return the cipher: the newest secret writes, older ones can still be read."""
    return MultiFernet(list(_keys()))


def _keys() -> Iterator[Fernet]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = salted_hmac(_SALT, "", secret=secret, algorithm="sha256").digest()
        yield Fernet(base64.urlsafe_b64encode(key))
