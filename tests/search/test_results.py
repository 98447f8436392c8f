"""The database decides what may be seen, in however many parts it is asked."""

from collections.abc import Callable

import pytest
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from lectures.models import Lecture
from search.engine import results
from search.page.page_types import searchable_pages
from search.page.searching import fetch_pages
from tests import builders

pytestmark = pytest.mark.slow

Rebuild = Callable[[], None]


@pytest.mark.django_db
@pytest.mark.parametrize("parameters", [2, 800])
def test_only_permitted_hits_are_ranked_counted_and_told(
    rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch, parameters: int
) -> None:
    monkeypatch.setattr(results, "MOST_PARAMETERS", parameters)
    shown = [builders.make_lecture(f"草地贪夜蛾 {'防治 ' * n}") for n in range(4)]
    builders.make_lecture("草地贪夜蛾的草稿", live=False)
    for n in range(60):
        builders.make_lecture(f"村务公开第{n}讲")
    rebuild()
    found = Lecture.objects.live().search("草地贪夜蛾")
    assert found.count() == 4
    assert found.keys() == [page.pk for page in found]
    assert set(found.keys()) == {page.pk for page in shown}
    assert found.keys()[0] == shown[0].pk  # the shortest title holds the word's largest share
    assert [page.pk for page in found[1:3]] == found.keys()[1:3]
    everything = Page.objects.live().search("村务公开")
    assert (everything.count(), len(list(everything[:10]))) == (60, 10)


@pytest.mark.django_db
def test_no_more_than_the_best_hits_are_listed(rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_RANKED", 5)
    best = builders.make_lecture("村务公开")
    for n in range(9):
        builders.make_lecture(f"村务公开第{n}讲 {'其他 ' * n}")
    rebuild()
    found = Page.objects.search("村务公开")
    assert found.count() == 5
    assert found.keys()[0] == best.pk


@pytest.mark.django_db
def test_only_offered_pages_are_fetched() -> None:
    shown, draft = builders.make_lecture("村务公开"), builders.make_lecture("草稿", live=False)
    assert [page.pk for page in fetch_pages([draft.pk, shown.pk, 0], searchable_pages())] == [shown.pk]


@pytest.mark.django_db
def test_of_equally_good_ones_the_newest_comes_first(rebuild: Rebuild) -> None:
    first, second = (builders.make_lecture(f"村务公开{number}") for number in "一二")
    rebuild()
    assert Page.objects.search("村务公开").keys() == [second.pk, first.pk]


@pytest.mark.django_db
def test_a_page_is_found_once_and_by_its_newest_words(rebuild: Rebuild) -> None:
    """The old words stay in a segment until it is merged."""
    builders.make_lecture("村务公开")
    changed = builders.make_lecture("村务大棚")
    rebuild()
    changed.title = "村务白菜"
    changed.save()
    get_search_backend().add(changed)
    found = {word: Page.objects.search(word).keys() for word in ("大棚", "白菜")}
    assert found == {"大棚": [], "白菜": [changed.pk]}
    assert Page.objects.search("村务").count() == 2
