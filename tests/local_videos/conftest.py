"""Films that are made once for all tests, and the editor who sends them."""

from pathlib import Path

import pytest
from django.test import Client

from local_videos.jobs import worker
from members.models import Member

from .films import shoot, transcode_once
from .tus import make_editor, signed_in


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds with sound."""
    return shoot(tmp_path_factory.mktemp("film") / "village.mp4")


@pytest.fixture(scope="session")
def silent_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds without sound."""
    return shoot(tmp_path_factory.mktemp("silent") / "silent.mp4", sound=False)


@pytest.fixture
def prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each film really prepared only the first time: these tests ask what happens before and after."""
    monkeypatch.setattr(worker, "transcode", transcode_once)


@pytest.fixture
def editor(db: None) -> Member:
    """Who may add films."""
    return make_editor()


@pytest.fixture
def office(editor: Member) -> Client:
    """The editor's browser."""
    return signed_in(editor)
