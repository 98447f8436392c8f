"""The district's words and synonyms: kept by editors, cut by everywhere, built into the index meanwhile."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import Settings

from members.models import Member, Organization, Role
from search.checks import index_is_up_to_date
from search.editors.rebuild import write_district_words
from search.editors.tasks import rebuild_index
from search.models import DictionaryWord, IndexRebuild, Synonyms
from search.page.page_types import searchable_pages
from search.page.searching import search_pages
from search.page.synonyms import MOST_VARIANTS, variants
from search.text import district_words, segmentation
from tests import builders

Rebuild = Callable[[], None]
Committed = Callable


@pytest.fixture(autouse=True)
def words_of_this_test() -> Iterator[None]:
    """Notice the words of this test at once, and those of no other afterwards."""
    segmentation.notice_new_words()
    yield
    segmentation.notice_new_words()


def test_a_new_word_is_cut_whole_and_asks_for_a_new_index(
    rebuild: Rebuild, django_capture_on_commit_callbacks: Committed
) -> None:
    assert "田禾坪" not in segmentation.cut("去田禾坪看看")
    rebuild()
    assert index_is_up_to_date(None) == []
    old = segmentation.fingerprint()
    with django_capture_on_commit_callbacks(execute=True):
        DictionaryWord.objects.create(word="田禾坪")
        DictionaryWord.objects.create(word="青禾白")
    assert segmentation.cut("去田禾坪看看") == ["去", "田禾坪", "看看"]
    assert segmentation.fingerprint() != old
    assert index_is_up_to_date(None) != []
    # Both words wait for one building of the index.
    asked = IndexRebuild.objects.get()
    rebuild_index.func(asked.pk)
    assert index_is_up_to_date(None) == []
    asked.refresh_from_db()
    assert (asked.percent, asked.done, asked.fault) == (100, asked.total, "")
    assert asked.finished_at is not None
    with django_capture_on_commit_callbacks(execute=True):
        DictionaryWord.objects.all().delete()
    assert segmentation.fingerprint() == old


def test_the_old_index_answers_until_the_new_one_is_whole(
    client: Client, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    builders.make_lecture("田禾坪的故事")
    rebuild()
    answers: list[int] = []
    save = IndexRebuild.save

    def save_and_ask(self: IndexRebuild, *args: Any, **kwargs: Any) -> None:
        answers.append(len(search_pages("田禾坪", searchable_pages()).keys))
        save(self, *args, **kwargs)

    monkeypatch.setattr(IndexRebuild, "save", save_and_ask)
    asked = IndexRebuild.objects.create()
    district_words.write(["田禾坪"])
    rebuild_index.func(asked.pk)
    assert len(answers) > 2
    assert set(answers) == {1}


def test_the_words_come_back_with_the_database(db: None) -> None:
    DictionaryWord.objects.create(word="田禾坪")
    assert district_words.read() == ()
    write_district_words()
    assert district_words.read() == ("田禾坪",)


@pytest.mark.parametrize("word", ["", "田", "田 坪", "tian", "田禾坪" * 6, "田禾坪\n青禾"])
def test_only_chinese_words_are_taken(db: None, word: str) -> None:
    with pytest.raises(ValidationError):
        DictionaryWord(word=word).full_clean()


@pytest.mark.parametrize(
    "words", ["党员", "党员\n党员\n", "", "长" * 17 + "\n短", "\n".join("一二三四五六七八九")]
)
def test_only_groups_of_words_are_synonyms(db: None, words: str) -> None:
    with pytest.raises(ValidationError):
        Synonyms(words=words).full_clean()


def test_synonyms_find_each_other(client: Client, rebuild: Rebuild) -> None:
    builders.make_lecture("种洋芋")
    builders.make_lecture("种土豆")
    builders.make_lecture("种萝卜")
    rebuild()

    def found(query: str) -> list[str]:
        return sorted(strip_tags(one.title) for one in client.get("/search/", {"q": query}).context["hits"])

    assert found("土豆") == ["种土豆"]
    group = Synonyms.objects.create(words="土豆\n洋芋 \n\n马铃薯")
    assert found("土豆") == found("洋芋") == found("马铃薯") == ["种土豆", "种洋芋"]
    marked = [one.title for one in client.get("/search/", {"q": "马铃薯"}).context["hits"]]
    assert sorted(marked) == ["种<mark>土豆</mark>", "种<mark>洋芋</mark>"]
    group.delete()
    assert found("土豆") == ["种土豆"]


def test_the_longer_word_stands_for_itself(db: None) -> None:
    Synonyms.objects.create(words="党员\n共产党员")
    assert variants("共产党员的义务") == ["共产党员的义务", "党员的义务"]
    assert variants("党员") == ["党员", "共产党员"]
    assert variants("白菜") == ["白菜"]


def test_latin_words_are_exchanged_whole(db: None) -> None:
    Synonyms.objects.create(words="ＡＩ\n人工智能")
    assert variants("AI课") == ["AI课", "人工智能课"]
    assert variants("email 课") == ["email 课"]


def test_variants_are_bounded(db: None) -> None:
    for group in ("甲\n乙\n丙\n丁\n戊", "子\n丑\n寅\n卯"):
        Synonyms.objects.create(words=group)
    assert len(variants("甲子")) == MOST_VARIANTS


def test_editors_keep_words_and_read_how_far_the_index_is(
    client: Client, member: Member, district: Organization
) -> None:
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    address = reverse("wagtailsnippets_search_dictionaryword:list")
    assert client.get(address).status_code == 302
    builders.make_role(member, district, Role.Kind.EDITOR)
    add = reverse("wagtailsnippets_search_dictionaryword:add")
    assert client.post(add, {"word": "田禾坪"}).status_code == 302
    assert DictionaryWord.objects.get().word == "田禾坪"
    faulty = client.post(add, {"word": "tian"})
    assert (faulty.status_code, DictionaryWord.objects.count()) == (200, 1)
    assert 'value="tian"' in faulty.content.decode()
    asked = IndexRebuild.objects.create()
    assert "稍后" in client.get(address).content.decode()
    asked.started_at, asked.done, asked.total = asked.requested_at, 30, 120
    asked.save()
    assert "25%" in client.get(address).content.decode()
    assert client.get(reverse("wagtailsnippets_search_synonyms:list")).status_code == 200


def test_saving_again_changes_nothing_of_the_file(db: None) -> None:
    DictionaryWord.objects.create(word="田禾坪")
    write_district_words()
    version = district_words.version()
    write_district_words()
    call_command("migrate", verbosity=0)
    assert district_words.version() == version


def test_the_file_is_replaced_in_one_step(settings: Settings) -> None:
    """Whoever reads it meanwhile reads the old one to its end."""
    district_words.write(["田禾坪"])
    with settings.SEARCH_DISTRICT_WORDS.open(encoding="utf-8") as reading:
        district_words.write(["青禾白"])
        assert reading.read() == "田禾坪"
    assert district_words.read() == ("青禾白",)
    assert len(list(settings.SEARCH_DISTRICT_WORDS.parent.glob("district_words*"))) == 1
