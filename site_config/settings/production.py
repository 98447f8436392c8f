"""Settings behind HTTPS. Every choice comes from the environment; docs/settings.md lists them."""

import os

from .base import *  # noqa: F403  settings are layered by Django's own convention
from .base import DATA_DIR
from .base import STORAGES as _STORAGES

DEBUG = False
SECRET_KEY = os.environ["GUBEN_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["GUBEN_HOSTS"].split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

STORAGES = _STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

DATA_DIR.mkdir(parents=True, exist_ok=True)
