"""The backend keeps modelsearch's contract."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# The suite's own tests of databases that are not in use here: MySQL and PostgreSQL, three each.
SKIPPED = 6


@pytest.mark.slow
def test_modelsearchs_own_suite_passes() -> None:
    """Every backend test passes; no test is skipped except the loader's for other databases."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "test", "tests.search.suite", "--pythonpath", "."],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.search.suite_settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert f"OK (skipped={SKIPPED})" in done.stderr
