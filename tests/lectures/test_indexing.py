"""What is said in films can be found from the lectures that show them."""

from collections.abc import Callable

import pytest
from django_tasks_db.models import DBTaskResult
from wagtail.search.backends import get_search_backend

from lectures.models import Lecture
from local_videos.models import Caption
from local_videos.playback.caption_files import parse
from local_videos.playback.captions import replace_captions
from local_videos.signals import video_ready
from local_videos.tasks import index_pages

from .films import film_of, make_captions, make_film, make_film_lecture

TRACK = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n{}\n"


def found(words: str) -> list[Lecture]:
    return list(get_search_backend().search(words, Lecture.objects.live()))


def do_what_waits() -> None:
    """Do this app's waiting tasks here: a worker would close the test's connection behind it."""
    for waiting in DBTaskResult.objects.filter(task_path="local_videos.tasks.index_pages"):
        index_pages.func(*waiting.args_kwargs["args"])
        waiting.delete()


@pytest.fixture
def lecture(db: None) -> Lecture:
    return make_film_lecture(title="vegetables")


def test_new_captions_are_found_and_old_ones_forgotten(
    lecture: Lecture, django_capture_on_commit_callbacks: Callable
) -> None:
    make_film_lecture(title="another")
    for words in ("turnip", "cabbage"):
        with django_capture_on_commit_callbacks(execute=True):
            replace_captions(film_of(lecture), "en", parse(TRACK.format(words).encode()))
        do_what_waits()
    assert (found("cabbage"), found("turnip")) == ([lecture], [])
    with django_capture_on_commit_callbacks(execute=True):
        Caption.objects.get().delete()
    do_what_waits()
    assert found("cabbage") == []


def test_a_film_that_gets_ready_is_indexed(
    lecture: Lecture, django_capture_on_commit_callbacks: Callable
) -> None:
    make_captions(film_of(lecture), "cabbage")
    assert found("cabbage") == []
    with django_capture_on_commit_callbacks(execute=True):
        video_ready.send(sender=type(lecture.video), video=lecture.video)
    do_what_waits()
    assert found("cabbage") == [lecture]


def test_only_published_lectures_of_that_film_are_indexed(lecture: Lecture) -> None:
    other = make_film()
    make_film_lecture(title="draft", live=False)
    assert index_pages.func(lecture.video_id) == 1
    assert index_pages.func(other.pk) == 0
