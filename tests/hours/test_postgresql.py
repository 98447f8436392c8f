"""The ledger on PostgreSQL: once is once from fifty sides, and the database refuses to change a row."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.temporary_postgresql import NoServerError, binaries, cluster
from site_config.settings.engines import database

from .on_postgresql import AT_ONCE

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_ledger_holds_on_postgresql(tmp_path: Path) -> None:
    try:
        binaries()
    except NoServerError as fault:
        pytest.skip(str(fault))
    with cluster() as address:
        done = subprocess.run(
            [sys.executable, "-m", "tests.hours.on_postgresql"],
            cwd=ROOT,
            env={
                **os.environ,
                "GUBEN_DATABASE": address,
                "GUBEN_DATA": str(tmp_path),
                "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "vendor": "postgresql",
        "outcomes": ["already"] * (AT_ONCE - 1) + ["credited"],
        "entries": 1,
        "sums": [1, 1, 100],
        "after_rolls": 81,
        "refused": [True, True],
        "differing_organizations": 0,
        "corrected_members": 0,
    }


def test_the_address_of_a_database(tmp_path: Path) -> None:
    assert database("", tmp_path)["NAME"] == tmp_path / "guben.sqlite3"
    by_network = database("postgresql://gu%40ben:p%2Fw@db.example:5433/gu?sslmode=require", tmp_path)
    assert {key: by_network[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "gu",
        "USER": "gu@ben",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    by_socket = database("postgresql://guben@/guben?host=/run/postgresql", tmp_path)
    assert (by_socket["HOST"], by_socket["OPTIONS"]) == ("/run/postgresql", {})
    with pytest.raises(ValueError, match="postgresql://"):
        database("mysql://root@localhost/guben", tmp_path)
