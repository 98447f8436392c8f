"""Every process has the pages' traits as the database has them, at the price of one small query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from search.page.facet_fields import _Kept, kept
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere() -> _Kept:
    """The traits as kept by another process: it hears nothing of what is saved here."""
    return _Kept()


def places(kept: _Kept) -> dict[str, int]:
    """Return how many pages each place has."""
    traits = kept.latest()
    return traits.columns["place"].counts(traits.having({}))


def test_another_process_notices_what_is_added_published_and_deleted(elsewhere: _Kept) -> None:
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


def test_as_long_as_nothing_changes_one_query_tells(elsewhere: _Kept) -> None:
    for number in range(3):
        builders.make_exemplar(f"老支书{number}", place="上禾村")
    first = elsewhere.latest()
    with CaptureQueriesContext(connection) as asked:
        assert elsewhere.latest() is first
    assert len(asked) == 1


def test_nothing_at_all_is_no_fault(elsewhere: _Kept) -> None:
    Page.objects.all().delete()
    assert elsewhere.latest().keys.tolist() == []


def test_what_is_saved_here_counts_at_once(db: None) -> None:
    """Also where no log tells of it."""
    story = builders.make_exemplar("老支书", place="上禾村")
    assert places(kept) == {"上禾村": 1}
    story.place = "田禾坪"
    story.save()
    assert places(kept) == {"田禾坪": 1}


def test_after_a_while_they_are_read_anew(elsewhere: _Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    first = elsewhere.latest()
    assert elsewhere.latest() is first
    monkeypatch.setattr(elsewhere, "_until", 0.0)
    assert elsewhere.latest() is not first
