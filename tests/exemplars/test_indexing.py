"""What is said in films can be found from the exemplars that show them, and played from its second."""

from collections.abc import Callable

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult
from wagtail.search.backends import get_search_backend

from exemplars.models import Exemplar
from local_videos.models import Caption, LocalVideo
from local_videos.playback.caption_files import parse
from local_videos.playback.captions import replace_captions
from local_videos.signals import video_ready
from local_videos.tasks import index_pages
from tests import builders

TRACK = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n{}\n"


def found(words: str) -> list[Exemplar]:
    """Return the published exemplars that the index has for `words`."""
    return list(get_search_backend().search(words, Exemplar.objects.live()))


def do_what_waits() -> None:
    """Do this app's waiting tasks here: a worker would close the test's connection behind it."""
    for waiting in DBTaskResult.objects.filter(task_path="local_videos.tasks.index_pages"):
        index_pages.func(*waiting.args_kwargs["args"])
        waiting.delete()


@pytest.fixture
def exemplar(db: None) -> Exemplar:
    """An exemplar with a film of a minute."""
    film = LocalVideo.objects.create(title="film", original="films/a.mp4", duration=60)
    return builders.make_exemplar("canal", video=film)


def test_new_captions_are_found_and_old_ones_forgotten(
    exemplar: Exemplar, django_capture_on_commit_callbacks: Callable
) -> None:
    builders.make_exemplar("another")
    film = LocalVideo.objects.get()
    for words in ("turnip", "cabbage"):
        with django_capture_on_commit_callbacks(execute=True):
            replace_captions(film, "en", parse(TRACK.format(words).encode()))
        do_what_waits()
    assert (found("cabbage"), found("turnip")) == ([exemplar], [])
    with django_capture_on_commit_callbacks(execute=True):
        Caption.objects.get().delete()
    do_what_waits()
    assert found("cabbage") == []


def test_a_film_that_gets_ready_is_indexed(
    exemplar: Exemplar, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        video_ready.send(sender=LocalVideo, video=exemplar.video)
    do_what_waits()
    assert found("canal") == [exemplar]


def test_only_published_exemplars_of_that_film_are_indexed(exemplar: Exemplar) -> None:
    builders.make_exemplar("draft", live=False, video=exemplar.video)
    other = LocalVideo.objects.create(title="other", original="films/b.mp4")
    assert index_pages.func(exemplar.video_id) == 1
    assert index_pages.func(other.pk) == 0


@pytest.mark.parametrize(
    ("asked", "start"),
    [("20", 20), ("0", 0), ("60", 0), ("-1", 0), ("x", 0), ("²", 0), ("9" * 5000, 0), ("", 0)],
)
def test_an_address_may_ask_for_a_second(client: Client, exemplar: Exemplar, asked: str, start: int) -> None:
    assert client.get(exemplar.url, {"t": asked}).context["start"] == start
