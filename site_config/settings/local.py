"""One box as `make run` starts it: demo content, plain HTTP, a secret of its own below the data directory."""

from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403  settings are layered by Django's own convention
from .base import DATA_DIR

DEBUG = False
ALLOWED_HOSTS = ["*"]


def _own_secret() -> str:
    """Return this installation's secret, made once and kept readable by its owner only."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = _own_secret()
