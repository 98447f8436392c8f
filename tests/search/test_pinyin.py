"""Names typed by their sound, one mistake forgiven, and what the box offers while one types."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from wagtail.models import PageViewRestriction

from foundation.pinyin import initials_of, letters_of, match_letters
from hours.models import Subject
from members.models import MemberCategory
from search.models import Spelling
from search.page import pinyin
from search.page.page_types import searchable_pages
from search.page.spelling_suggestions import (
    LONGEST_LETTERS,
    MOST_SUGGESTED,
    one_letter_off,
    suggest_spellings,
)
from search.page.suggestions import suggest
from search.text.name_starts import LONGEST_START, MOST_STARTS, starts_of
from tests import builders

pytestmark = pytest.mark.slow

Rebuild = Callable[[], None]


def found(client: Client, query: str) -> list[str]:
    """Return the titles that the search page lists."""
    context = client.get("/search/", {"q": query}).context
    return [strip_tags(one.title) for one in context["hits"]]


def suggested(query: str) -> list[str]:
    """Return the lines of the list below the box."""
    return [strip_tags(one.label) for one in suggest(query)]


def spellings(query: str) -> list[str]:
    """Return what is suggested for a query with a mistake."""
    return suggest_spellings(query, searchable_pages())


@pytest.fixture
def library(db: None, rebuild: Rebuild) -> None:
    """Lectures about farming, and one that only speaks of it."""
    builders.make_lecture("农业技术入门")
    builders.make_lecture("现代农业")
    builders.make_lecture("高血压怎么量")
    builders.make_lecture("听老支书讲故事", summary="从前的农业怎么搞")
    builders.make_exemplar("守渠人", name="曾大山", place="单县")
    rebuild()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("农业", "nongye"),
        ("农业", "ny"),
        ("农业", "nongy"),
        ("单县", "shanxian"),
        ("仇和", "qiuhe"),
        ("曾大山", "zengdashan"),
        ("曾大山", "zds"),
        ("重庆", "chongqing"),
        ("種植", "zhongzhi"),
        ("WPS表格", "wpsbg"),
    ],
)
def test_a_name_is_matched(name: str, letters: str) -> None:
    assert any(match_letters(start.syllables, letters) for start in starts_of(name))


@pytest.mark.parametrize(("name", "letters"), [("农业", "nongyes"), ("农业", "nyj"), ("农业", "ye技")])
def test_another_name_is_not_matched(name: str, letters: str) -> None:
    assert not any(match_letters(start.syllables, letters) for start in starts_of(name))


def test_starts_are_words() -> None:
    starts = [(start.text, initials_of(start.syllables)) for start in starts_of("农村的WPS表格")]
    assert starts == [("农村的wps表格", "ncdwpsbg"), ("wps表格", "wpsbg"), ("表格", "bg")]


def test_words_inside_long_words_are_starts() -> None:
    assert [(start.word, start.text) for start in starts_of("现代农业好")] == [
        ("现代农业", "现代农业好"),
        ("现代", "现代农业好"),
        ("农业", "农业好"),
        ("好", "好"),
    ]


@pytest.mark.parametrize(
    ("query", "letters"),
    [
        *(("nongye", "nongye"), ("ＮＹ", "ny"), ("nong ye", "nongye"), ("xi'an", "xian")),
        *(("n", ""), ("农业", ""), ("wps2019", ""), ("a" * 61, ""), ("", "")),
    ],
)
def test_only_letters_are_pinyin(query: str, letters: str) -> None:
    assert letters_of(query) == letters


@pytest.mark.parametrize("query", ["nongye", "ny", "nong ye", "NY"])
def test_pinyin_finds_what_is_called_so_and_what_speaks_of_it(
    client: Client, library: None, query: str
) -> None:
    titles = found(client, query)
    assert sorted(titles[:2]) == ["农业技术入门", "现代农业"]
    assert titles[2:] == ["听老支书讲故事"]
    assert client.get("/search/", {"q": query}).context["readings"] == ("农业",)


def test_letters_as_they_stand_come_before_what_they_sound_like(
    client: Client, library: None, rebuild: Rebuild
) -> None:
    builders.make_lecture("肥料", summary="NY 是农业行业标准的代号")
    rebuild()
    assert found(client, "ny")[0] == "肥料"


@pytest.mark.parametrize("query", ["zengdashan", "zds", "shanxian", "shouquren", "sqr"])
def test_names_of_people_and_places_are_found_by_sound(client: Client, library: None, query: str) -> None:
    assert found(client, query) == ["守渠人"]


def test_words_of_categories_subjects_and_the_dictionary_are_matched(client: Client, library: None) -> None:
    """Where they find something; that nobody's name has them does not matter."""
    Subject.objects.create(code="s", name="人工智能")
    shown = client.get("/search/", {"q": "rengongzhineng"}).context
    assert (shown["hits"], shown["readings"]) == ([], ())
    for summary in ("用好人工智能", "防治草地贪夜蛾"):
        builders.make_lecture("课", summary=summary)
    call_command("update_index", verbosity=0)
    assert found(client, "rgzn") == ["课"]
    assert found(client, "cdtye") == ["课"]


def test_what_was_meant_is_marked(client: Client, library: None) -> None:
    titles = [one.title for one in client.get("/search/", {"q": "ny"}).context["hits"]]
    assert "现代<mark>农业</mark>" in titles


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("高血鸭", ["高血压"]),  # the same sound
        ("高雪压", ["高血压"]),
        ("龙业", ["农业"]),  # l for n is one letter
        ("高皿压", ["高血压"]),  # a wrong character
        ("nonye", ["农业"]),
        ("nogye", ["农业"]),
        ("农业", []),
        ("农机", []),  # of two characters, one wrong leaves nothing certain
        ("a b c d 高血鸭", []),  # of a sentence only the beginning is looked at
        ("高血鸭 龙业", ["高血压 龙业", "高血鸭 农业"]),
        ("qwertzuiop", []),
    ],
)
def test_one_mistake_is_forgiven(library: None, query: str, meant: list[str]) -> None:
    assert spellings(query) == meant


def test_spellings_are_suggested_where_nothing_holds_all_words(client: Client, library: None) -> None:
    context = client.get("/search/", {"q": "高血鸭"}).context
    assert [(one.words, one.address) for one in context["spelling_suggestions"]] == [
        ("高血压", "?q=%E9%AB%98%E8%A1%80%E5%8E%8B")
    ]
    assert client.get("/search/", {"q": "农业"}).context["spelling_suggestions"] == []


def test_the_cost_of_a_mistake_is_bounded() -> None:
    assert len(one_letter_off("x" * LONGEST_LETTERS)) < 900
    assert "nongye" in one_letter_off("nogye") & one_letter_off("nnogye")
    assert "nongye" not in one_letter_off("nongye")


def test_long_words_and_many_mistakes_are_left_alone(library: None) -> None:
    for title in ("中华人民共和国", "一二三四五六七八九十农业", "高血糖", "高血脂"):
        builders.make_lecture(title)
    assert spellings("zhonghuarenmingongheguo"[:-1]) == []
    assert spellings("宗华人民共和国") == []  # a letter of the first syllable is wrong
    assert spellings("中华人民共和锅") == ["中华人民共和国"]
    assert spellings("一二三四五六七八九十农夜") == []
    assert len(spellings("高血鸭 龙业")) == MOST_SUGGESTED


def test_of_many_names_the_best_are_looked_at(library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = builders.make_lecture("高")
    builders.make_lecture("高粱")
    monkeypatch.setattr(pinyin, "MOST_SPELLINGS", 1)
    assert pinyin.match_pinyin("gao", searchable_pages()).keys == [exact.pk]


def test_of_many_known_words_few_are_searched_for(
    db: None, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    MemberCategory.objects.create(slug="formula", name="公式")
    Subject.objects.create(code="s", name="公事")
    builders.make_lecture("课", summary="公事公办")
    rebuild()
    assert pinyin.match_pinyin("gongshi", searchable_pages()).readings == ["公事"]
    monkeypatch.setattr(pinyin, "MOST_READINGS", 1)
    assert pinyin.match_pinyin("gongshi", searchable_pages()).readings == []


def test_a_long_name_has_only_so_many_starts() -> None:
    starts = starts_of("白菜" * 60)
    longest = max(starts, key=lambda start: len(start.text))
    assert (len(starts), len(longest.text), len(longest.syllables)) == (
        MOST_STARTS,
        LONGEST_START,
        LONGEST_START,
    )


def test_words_tags_and_pages_are_offered(library: None) -> None:
    MemberCategory.objects.update_or_create(slug="rural", defaults={"name": "农村党员"})
    assert suggested("ny")[0] == "农业"
    assert {"农业技术入门", "现代农业"} <= set(suggested("ny"))
    assert suggested("农") == ["农业", "农村党员", "农业技术", "现代农业", "农业技术入门"]
    assert suggested("農") == suggested("农")
    assert "农业" not in suggested("农业")  # what is typed already
    assert "农村党员" in suggested("ncdy")
    assert suggested("") == suggested("qwertzuiop") == []


def test_withdrawn_and_restricted_and_draft_names_are_never_offered(
    client: Client, library: None, rebuild: Rebuild
) -> None:
    """Not found by sound, not completed, not guessed, not marked."""
    builders.make_lecture("貔貅草稿", live=False)
    withdrawn, restricted = builders.make_lecture("貔貅撤下"), builders.make_lecture("貔貅受限")
    rebuild()
    assert sorted(found(client, "pixiu")) == ["貔貅受限", "貔貅撤下"]
    assert spellings("貔貅大限") == ["貔貅受限"]
    withdrawn.unpublish()
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    assert spellings("貔貅大限") == []
    for query in ("pixiu", "px", "貔", "貔貅", "pixiuu", "皮休", "貔休"):
        assert spellings(query) == []
        assert suggested(query) == []
        answer = client.get("/search/", {"q": query}).context
        assert (answer["hits"], answer["readings"], answer["spelling_suggestions"]) == ([], (), [])


def test_spellings_follow_the_page(library: None) -> None:
    lecture = builders.make_lecture("土豆")
    assert list(lecture.spellings.values_list("pinyin", flat=True)) == ["tudou"]
    lecture.title = "洋芋"
    lecture.save()
    assert list(lecture.spellings.values_list("pinyin", flat=True)) == ["yangyu"]
    lecture.unpublish()
    assert lecture.spellings.count() == 0
    number = Spelling.objects.count()
    Spelling.objects.all().delete()
    told = StringIO()
    call_command("spell_names", stdout=told)
    assert told.getvalue() == "5 pages\n"
    assert Spelling.objects.count() == number


@pytest.mark.parametrize("query", ["高血鸭 龙业", "nonye", "ny"])
@pytest.mark.parametrize("address", ["/search/suggestions/", "/search/results/"])
def test_what_is_restricted_is_read_once_a_page(
    client: Client, library: None, address: str, query: str
) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, {"q": query}).status_code == 200
    assert sum("wagtailcore_pageviewrestriction" in one["sql"] for one in asked) == 1


@pytest.mark.parametrize("address", ["/search/suggestions/", "/search/results/"])
def test_typing_costs_the_same_queries_however_much_there_is(
    client: Client, library: None, rebuild: Rebuild, address: str
) -> None:
    def queries() -> int:
        client.get(address, {"q": "ny"})
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, {"q": "ny"}).status_code == 200
        return len(asked)

    few = queries()
    for number in range(6):
        builders.make_lecture(f"农业{number}")
    rebuild()
    assert queries() <= few
