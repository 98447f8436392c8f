"""Addresses that nobody can guess and that end."""

import os
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from local_videos import storage
from local_videos.models import LocalVideo
from local_videos.playback.caption_files import Cue
from local_videos.playback.captions import replace_captions
from local_videos.playback.streaming import (
    SLOT_SECONDS,
    NotPlayable,
    Stream,
    open_stream,
    sweep_expired_streams,
)
from local_videos.transcoding import output_files

from .films import make_ready_film

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000.0


def _file(url: str, settings: Settings) -> Path:
    return Path(settings.LOCAL_VIDEOS_STREAMS_ROOT) / url.removeprefix("/streams/")


def test_viewers_share_an_address_that_differs_between_films(settings: Settings) -> None:
    film, other = make_ready_film(), make_ready_film("另一部")
    stream = open_stream(film, NOW)
    assert open_stream(film, NOW + 1) == stream
    assert open_stream(other, NOW).hls_url != stream.hls_url
    assert _file(stream.hls_url, settings).is_file()
    assert SLOT_SECONDS <= stream.expires_at.timestamp() - NOW <= 2 * SLOT_SECONDS
    name = stream.hls_url.split("/")[2]
    assert len(name.split("-")[1]) == 32
    settings.SECRET_KEY = "another"
    assert open_stream(film, NOW).hls_url != stream.hls_url


def test_an_expired_address_yields_nothing_and_a_newer_one_goes_on(settings: Settings) -> None:
    film = make_ready_film()
    old = open_stream(film, NOW)
    new = open_stream(film, NOW + SLOT_SECONDS)
    assert sweep_expired_streams(old.expires_at.timestamp() - 1) == 0
    assert sweep_expired_streams(old.expires_at.timestamp()) == 1
    assert not _file(old.hls_url, settings).parent.exists()
    assert _file(new.hls_url, settings).is_file()


def test_a_deleted_film_plays_to_the_end_of_its_stream(
    settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    film = make_ready_film()
    stream = open_stream(film, NOW)
    made = Path(settings.LOCAL_VIDEOS_ROOT) / str(film.pk)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        film.delete()
        # It might still be rolled back.
        assert made.exists()
    assert not made.exists()
    assert _file(stream.hls_url, settings).is_file()


def test_captions_lie_beside_the_film(settings: Settings) -> None:
    film = make_ready_film()
    replace_captions(film, "zh-Hans", [Cue(1, 2, "大家好")])
    (source,) = open_stream(film, NOW).captions
    assert source.language == "zh-Hans"
    assert source.label == "简体中文"
    assert "大家好" in _file(source.url, settings).read_text()


def test_a_film_that_is_not_ready_has_no_address() -> None:
    with pytest.raises(NotPlayable):
        open_stream(LocalVideo.objects.create(title="新片"))


def test_a_folder_that_was_left_half_made_is_removed_but_not_one_that_is_being_made(
    settings: Settings,
) -> None:
    root = Path(settings.LOCAL_VIDEOS_STREAMS_ROOT)
    now = time.time()
    for name, age in (("left.making", 3700), ("fresh.making", 60), ("readme", 3700)):
        (root / name).mkdir(parents=True)
        os.utime(root / name, (now - age, now - age))
    assert sweep_expired_streams(now) == 1
    assert sorted(place.name for place in root.iterdir()) == ["fresh.making", "readme"]


def test_two_processes_that_open_a_stream_at_once_make_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, link = make_ready_film(), os.link
    others: list[Stream | None] = []

    def be_overtaken(source: object, target: object, **how: object) -> None:
        if not others:
            others.append(None)
            others.append(open_stream(film, NOW))
        link(source, target, **how)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(os, "link", be_overtaken)
    stream = open_stream(film, NOW)
    assert others == [None, stream]
    assert [place.name for place in Path(settings.LOCAL_VIDEOS_STREAMS_ROOT).iterdir()] == [
        stream.hls_url.split("/")[2]
    ]
    assert _file(stream.hls_url, settings).is_file()


def test_a_film_whose_files_are_not_whole_has_no_address(settings: Settings) -> None:
    film = make_ready_film()
    assert film.current_job_id is not None
    (storage.job_folder(film.pk, film.current_job_id) / output_files.MANIFEST).unlink()
    with pytest.raises(NotPlayable):
        open_stream(film, NOW)
    assert not Path(settings.LOCAL_VIDEOS_STREAMS_ROOT).exists()
