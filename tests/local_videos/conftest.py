"""Films that are made once for all tests."""

from pathlib import Path

import pytest

from .films import shoot


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds with sound."""
    return shoot(tmp_path_factory.mktemp("film") / "village.mp4")


@pytest.fixture(scope="session")
def silent_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds without sound."""
    return shoot(tmp_path_factory.mktemp("silent") / "silent.mp4", sound=False)
