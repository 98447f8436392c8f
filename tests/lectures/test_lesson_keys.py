"""Which lesson a page is: the same on an alias, a copy, a translation; another one once it differs."""

from uuid import uuid4

import pytest
from django.test import Client
from wagtail.models import Locale

from hours.models import CreditEntry
from lectures.models import Lecture, WatchProgress
from lectures.watching import ReplacedError, record
from lectures.watching.lessons import page_playing
from members.models import Member
from tests.builders import make_lecture

from .films import START, after, film_of, make_film, make_film_lecture, open_at, watch

pytestmark = pytest.mark.django_db


def key_of(page: Lecture) -> object:
    """Return the key that is stored."""
    return Lecture.objects.values_list("lesson_key", flat=True).get(pk=page.pk)


def publish(page: Lecture, **changes: object) -> Lecture:
    """Change and publish `page` as the editor's site does, by a revision; return it anew."""
    page = Lecture.objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return Lecture.objects.get(pk=page.pk)


def copied(page: Lecture, **changes: object) -> Lecture:
    """Return a copy as the editor's site makes it, with revisions and a key of its own."""
    return page.copy(update_attrs={"slug": f"copy-{uuid4()}", **changes}).specific


@pytest.fixture
def original() -> Lecture:
    return make_film_lecture(1000, credit_minutes=45)


def test_a_page_begins_with_its_own_key(original: Lecture) -> None:
    assert key_of(original) == original.translation_key


@pytest.mark.parametrize("kind", ["alias", "copy", "second page"])
def test_another_page_with_the_same_film_is_the_same_lesson(
    original: Lecture, member: Member, kind: str
) -> None:
    other: Lecture = {
        "alias": lambda: original.create_alias(update_slug="alias"),
        "copy": lambda: copied(original, title="另一个题目"),
        "second page": lambda: make_lecture("另一讲", video=film_of(original)),
    }[kind]()
    assert other.translation_key != original.translation_key
    assert key_of(other) == key_of(original)
    for place, page in enumerate((original, other)):
        watch(member, Lecture.objects.get(pk=page.pk), 1000, at=5000 * place)
    assert CreditEntry.objects.count() == 1


def test_a_page_takes_the_key_of_the_earliest_with_its_film(original: Lecture) -> None:
    later = make_film_lecture(500, "后来的")
    joined = publish(make_lecture("没有视频"), video=film_of(original))
    publish(later, video=film_of(original))
    assert {key_of(page) for page in (original, later, joined)} == {original.translation_key}


def test_a_lecture_whose_film_is_improved_stays_the_same_lesson(original: Lecture) -> None:
    key = key_of(original)
    alias = original.create_alias(update_slug="alias")
    improved = publish(original, video=make_film(900))
    assert (key_of(improved), key_of(alias)) == (key, key)
    assert Lecture.objects.get(pk=alias.pk).video_id == improved.video_id


def test_a_copy_that_gets_another_film_becomes_a_lesson_of_its_own(original: Lecture) -> None:
    copy = copied(original)
    changed = publish(copy, video=make_film(900))
    assert key_of(changed) == copy.translation_key != key_of(original)
    # The drafts that came along with the copy held the original's key.
    assert key_of(publish(copy, title="改了题目")) == copy.translation_key


def test_a_copy_whose_model_was_improved_stays_the_lesson_while_its_own_film_stays(original: Lecture) -> None:
    copy = copied(original)
    publish(original, video=make_film(900))
    assert key_of(publish(copy, title="改了题目")) == key_of(original)


def test_a_draft_says_nothing_of_the_lesson_until_it_is_published(original: Lecture) -> None:
    copy = copied(original)
    page = Lecture.objects.get(pk=copy.pk)
    page.video = make_film(900)
    revision = page.save_revision()
    assert key_of(copy) == key_of(original)
    revision.publish()
    assert key_of(copy) == copy.translation_key


def test_an_old_draft_does_not_bring_an_old_key_back(original: Lecture) -> None:
    page = make_film_lecture(900, "后来的")
    old = Lecture.objects.get(pk=page.pk).save_revision()
    publish(page, video=film_of(original))
    assert key_of(page) == key_of(original)
    old.publish()
    # It shows another film than the original again.
    assert key_of(page) == page.translation_key


@pytest.mark.parametrize(("title", "same"), [("只有文字", True), ("只有文字之二", False)])
def test_without_a_film_the_title_tells_a_copy_from_a_lesson_of_its_own(title: str, same: bool) -> None:
    text = make_lecture("只有文字", credit_minutes=45)
    copy = copied(text, title=title)
    assert (key_of(copy) == key_of(text)) == same
    changed = publish(copy, title="改成别的")
    assert key_of(changed) == copy.translation_key
    assert key_of(publish(text, title="原来的改了")) == text.translation_key


def test_a_text_that_gets_a_film_stays_the_same_lesson() -> None:
    text = make_lecture("只有文字")
    assert key_of(publish(text, video=make_film())) == text.translation_key


def test_translations_share_a_lesson(original: Lecture) -> None:
    locale = Locale.objects.create(language_code="en")
    english = original.copy_for_translation(locale, copy_parents=True).specific
    assert key_of(publish(english, video=make_film(900))) == key_of(original)


def test_aliases_and_translations_follow_a_page_that_becomes_another_lesson(original: Lecture) -> None:
    copy = copied(original)
    alias = copy.create_alias(update_slug="alias")
    english = copy.copy_for_translation(Locale.objects.create(language_code="en"), copy_parents=True)
    publish(copy, video=make_film(900))
    assert key_of(alias) == key_of(english) == copy.translation_key


def test_what_is_deleted_and_added_again_keeps_its_hours(original: Lecture) -> None:
    key, film = original.translation_key, film_of(original)
    original.delete()
    assert key_of(make_lecture("又来了", video=film, translation_key=key)) == key


def test_what_an_editor_sees_changes_nothing(original: Lecture, client: Client) -> None:
    copy = copied(original)
    Lecture.objects.filter(pk=copy.pk).update(title="x")
    page = Lecture.objects.get(pk=copy.pk)
    page.lesson_key = uuid4()
    page.save()
    assert key_of(copy) == key_of(original)


# --- Several pages of one lesson with different films ------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1])
def test_each_page_of_a_lesson_is_watched_with_its_own_film(
    original: Lecture, member: Member, which: int
) -> None:
    copied(original)
    publish(original, video=make_film(600))
    page = list(Lecture.objects.order_by("pk"))[which]
    assert page_playing(page.lesson_key, page.film_version) == page
    recorded = record(open_at(member, page, START), [[0, 2000]], 0, 1, after(600))
    assert recorded.progress.seconds_seen == page.film_seconds


def test_a_page_that_is_withdrawn_takes_its_film_along(original: Lecture) -> None:
    version = original.film_version
    copy = copied(original)
    publish(original, video=make_film(600))
    assert page_playing(original.lesson_key, version).pk == copy.pk
    copy.unpublish()
    with pytest.raises(ReplacedError):
        page_playing(original.lesson_key, version)
    assert not WatchProgress.objects.exists()
