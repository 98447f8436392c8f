"""Every process has the pages' fields as the database has them, at the price of one small query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from search.page.facet_fields import FacetFieldCache, cache
from search.page.page_types import searchable_pages
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere() -> FacetFieldCache:
    """The cache of another process: it receives nothing of what is saved here."""
    return FacetFieldCache()


def places(cache: FacetFieldCache) -> dict[str, int]:
    """Return how many pages each place has."""
    fields = cache.latest()
    return fields.columns["place"].counts(fields.having({}))


def test_another_process_notices_what_is_added_published_and_deleted(elsewhere: FacetFieldCache) -> None:
    story = builders.make_exemplar("老支书", place="上禾村")
    assert places(elsewhere) == {"上禾村": 1}
    builders.make_exemplar("种粮大户", place="下禾村")
    assert places(elsewhere) == {"上禾村": 1, "下禾村": 1}
    story.place = "田禾坪"
    story.save_revision().publish()
    assert places(elsewhere) == {"田禾坪": 1, "下禾村": 1}
    Page.objects.get(pk=story.pk).specific.delete()
    builders.make_exemplar("接班人", place="下禾村")
    assert places(elsewhere) == {"下禾村": 2}


def test_as_long_as_nothing_changes_one_query_tells(elsewhere: FacetFieldCache) -> None:
    for number in range(3):
        builders.make_exemplar(f"老支书{number}", place="上禾村")
    first = elsewhere.latest()
    with CaptureQueriesContext(connection) as asked:
        assert elsewhere.latest() is first
    assert len(asked) == 1


def test_nothing_at_all_is_no_fault(elsewhere: FacetFieldCache) -> None:
    Page.objects.all().delete()
    assert elsewhere.latest().keys.tolist() == []


def test_what_is_saved_here_counts_at_once(db: None) -> None:
    """Also where no log tells of it."""
    story = builders.make_exemplar("老支书", place="上禾村")
    assert places(cache) == {"上禾村": 1}
    story.place = "田禾坪"
    story.save()
    assert places(cache) == {"田禾坪": 1}


def test_after_a_while_they_are_read_anew(
    elsewhere: FacetFieldCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = elsewhere.latest()
    assert elsewhere.latest() is first
    monkeypatch.setattr(elsewhere, "_until", 0.0)
    assert elsewhere.latest() is not first


def keys_of_all(cache: FacetFieldCache) -> set[int]:
    """Return the keys of all open pages, asked for as the search page does."""
    cache.latest()
    return set(cache.keys_of_all(searchable_pages()).tolist())


def test_the_keys_of_all_pages_are_read_once_until_one_opens_or_closes(elsewhere: FacetFieldCache) -> None:
    open_page, closing, restricted = (builders.make_exemplar(f"老支书{number}") for number in range(3))
    draft = builders.make_exemplar("草稿", live=False)
    assert keys_of_all(elsewhere) == {open_page.pk, closing.pk, restricted.pk}
    closing.unpublish()
    assert keys_of_all(elsewhere) == {open_page.pk, restricted.pk}
    # Neither a log nor a signal tells of these; the statement is another.
    PageViewRestriction.objects.bulk_create([PageViewRestriction(page=restricted, restriction_type="login")])
    assert keys_of_all(elsewhere) == {open_page.pk}
    draft.save_revision().publish()
    assert keys_of_all(elsewhere) == {open_page.pk, draft.pk}
    searchable = searchable_pages()
    with CaptureQueriesContext(connection) as asked:
        elsewhere.keys_of_all(searchable)
    assert len(asked) == 0


def test_the_keys_of_all_pages_are_read_anew_with_the_fields(
    elsewhere: FacetFieldCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = builders.make_exemplar("老支书")
    assert keys_of_all(elsewhere) == {page.pk}
    Page.objects.filter(pk=page.pk).update(live=False)  # neither a log nor a signal tells
    assert keys_of_all(elsewhere) == {page.pk}
    monkeypatch.setattr(elsewhere, "_until", 0.0)
    assert keys_of_all(elsewhere) == set()
