"""Each test has folders of its own for films, streams and images."""

from pathlib import Path

import pytest
from pytest_django import Settings

from .films import shoot


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> None:
    """Point the room at an empty place."""
    settings.LOCAL_VIDEOS_ROOT = tmp_path / "films"
    settings.LOCAL_VIDEOS_STREAMS_ROOT = tmp_path / "streams"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds with sound."""
    return shoot(tmp_path_factory.mktemp("film") / "village.mp4")


@pytest.fixture(scope="session")
def silent_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds without sound."""
    return shoot(tmp_path_factory.mktemp("silent") / "silent.mp4", sound=False)
