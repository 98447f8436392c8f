"""Which database an installation uses, as its environment says."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def database(address: str, data_dir: Path) -> dict[str, Any]:
    """Return Django's description of the database at `address`; empty means SQLite in `data_dir`.

    `address` is what libpq understands: postgresql://user:password@host:port/name, or, for a socket,
    postgresql://user@/name?host=/folder .
    Raises `ValueError` for any other kind of database.
    """
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_dir / "guben.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
                ),
            },
            # To open the file for each request and each task takes longer than many of them.
            "CONN_MAX_AGE": 60,
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        msg = "GUBEN_DATABASE must begin with postgresql://"
        raise ValueError(msg)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or options.pop("host", ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def search_engine(address: str, directory: Path) -> dict[str, dict[str, Any]]:
    """Return `WAGTAILSEARCH_BACKENDS`: OpenSearch at `address`, or, if that is empty, our own in `directory`.

    The address is one such as `https://user:password@host:9200`.
    """
    if not address:
        return {"default": {"BACKEND": "search.backend", "INDEX_DIR": directory}}
    # OpenSearch's default takes every Chinese character for a word; this one takes pairs of neighbours, makes
    # wide letters narrow and capitals small.
    chinese = {"settings": {"analysis": {"analyzer": {"default": {"type": "cjk"}}}}}
    return {
        "default": {
            "BACKEND": "wagtail.search.backends.opensearch3",
            "URLS": [address],
            "INDEX_PREFIX": "guben_",
            "INDEX_SETTINGS": chinese,
        }
    }
