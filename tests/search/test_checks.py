"""The operator is told when an index no longer fits the code and the dictionary."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search import backend
from search.editors import rebuild as rebuilding
from search.editors.tasks import rebuild_if_outdated
from search.models import IndexRebuild
from search.text import district_words, segmentation
from tests import builders

Rebuild = Callable[[], None]


def warnings() -> list[str]:
    return [str(message.msg) for message in run_checks() if message.id == "search.W001"]


@pytest.fixture
def another_dictionary() -> Iterator[Callable[[], None]]:
    """What an editor's new word does to the cutting of text."""

    def change() -> None:
        district_words.write(["青禾小梨"])
        segmentation.notice_new_words()

    yield change
    segmentation.notice_new_words()


def test_a_changed_dictionary_asks_for_a_rebuild_and_the_old_index_answers_meanwhile(
    rebuild: Rebuild, another_dictionary: Callable[[], None]
) -> None:
    lecture = builders.make_lecture("草地贪夜蛾的防治")
    rebuild()
    assert warnings() == []
    another_dictionary()
    told = warnings()
    assert f'"{Page._meta.label_lower}"' in " ".join(told)
    assert len(told) == len(list(get_search_backend().all_indexes()))
    assert [page.pk for page in Page.objects.search("草地贪夜蛾")] == [lecture.pk]
    call_command("update_index", verbosity=0)
    assert warnings() == []


def test_an_index_that_was_never_made_is_no_fault(db: None) -> None:
    assert warnings() == []


def test_an_index_of_which_only_the_link_is_left_is_built_anew(rebuild: Rebuild) -> None:
    builders.make_lecture("草地贪夜蛾的防治")
    rebuild()
    for index in get_search_backend().all_indexes():
        shutil.rmtree(index.files.current())
    assert warnings() == []
    assert rebuild_if_outdated()


def test_a_site_that_starts_with_an_index_of_another_version_builds_it_anew(
    rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    lecture = builders.make_lecture("草地贪夜蛾的防治")
    rebuild()
    assert not rebuild_if_outdated()
    monkeypatch.setattr(backend, "FORMAT", "another")
    assert list(Page.objects.search("草地贪夜蛾")) == []
    assert rebuild_if_outdated()
    rebuilding.rebuild(IndexRebuild.objects.get(started_at=None))
    assert [page.pk for page in Page.objects.search("草地贪夜蛾")] == [lecture.pk]
    assert not rebuild_if_outdated()


def test_a_site_without_anything_to_find_builds_nothing(db: None) -> None:
    assert not rebuild_if_outdated()
