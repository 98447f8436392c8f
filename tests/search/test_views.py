"""The search page: what is found, what never is, and how it is shown."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from wagtail.models import PageViewRestriction

from hours.models import Subject
from lectures.models import Lecture
from local_videos.models import Caption, CaptionCue, LocalVideo
from members.models import MemberCategory
from search.backend import SearchBackend
from search.engine.snapshot import snapshots
from tests import builders

pytestmark = pytest.mark.slow

Rebuild = Callable[[], None]


def titles(client: Client, **asked: Any) -> list[str]:
    """Return the titles that the search page shows, in order."""
    response = client.get("/search/", asked)
    assert response.status_code == 200
    return [strip_tags(one.title) for one in response.context.get("hits", [])]


def make_film(title: str, *lines: str) -> LocalVideo:
    """Return a film in which `lines` are spoken, one a minute."""
    film = LocalVideo.objects.create(title=title, original="films/any.mp4", duration=600)
    caption = Caption.objects.create(video=film)
    for minute, text in enumerate(lines):
        CaptionCue.objects.create(caption=caption, start=minute * 60, end=minute * 60 + 5, text=text)
    return film


def text(words: str) -> list[tuple[str, str]]:
    """Return a body of one paragraph."""
    return [("text", f"<p>{words}</p>")]


@pytest.fixture
def library(db: None) -> None:
    """Three lectures: a word each in the title, the text and the film."""
    builders.make_lecture("大棚蔬菜的水肥一体化")
    builders.make_lecture("春耕准备", body=text("先做土壤检测，再定草地贪夜蛾的防治办法。"))
    builders.make_lecture("老支书讲故事", video=make_film("故事", "大家好", "那年我们修了红旗渠"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("蔬菜", "大棚蔬菜的水肥一体化"),
        ("水肥一体化", "大棚蔬菜的水肥一体化"),
        ("菜的", "大棚蔬菜的水肥一体化"),  # no word, only neighbours
        ("壤检", "春耕准备"),
        ("草地贪夜蛾", "春耕准备"),
        ("红旗渠", "老支书讲故事"),
        ("修了红旗", "老支书讲故事"),
    ],
)
def test_words_are_found_in_title_text_and_film(
    client: Client, library: None, rebuild: Rebuild, query: str, found: str
) -> None:
    rebuild()
    assert titles(client, q=query) == [found]


@pytest.mark.parametrize("query", ["wps表格", "ＷＰＳ", "WPS 表格", "wps 表格", "學習"])
def test_spelling_makes_no_difference(client: Client, rebuild: Rebuild, query: str, db: None) -> None:
    builders.make_lecture("学习用WPS表格记账")
    rebuild()
    assert titles(client, q=query) == ["学习用WPS表格记账"]
    assert client.get("/search/", {"q": query}).context["all_words"]


def test_simplified_queries_find_traditional_texts(client: Client, rebuild: Rebuild, db: None) -> None:
    builders.make_lecture("鄉村振興")
    rebuild()
    assert titles(client, q="乡村") == ["鄉村振興"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_drafts_and_withdrawn_and_restricted_pages_are_never_found(
    client: Client, rebuild: Rebuild, run_tasks: Callable[[], None]
) -> None:
    """Neither after a rebuild nor after live updates; the words are in the index all the same."""
    builders.make_lecture("公开的白菜课")
    builders.make_lecture("草稿的白菜课", live=False)
    withdrawn = builders.make_lecture("撤下的白菜课")
    restricted = builders.make_lecture("受限的白菜课")
    rebuild()
    withdrawn.unpublish()
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    assert titles(client, q="白菜") == ["公开的白菜课"]
    run_tasks()
    assert titles(client, q="白菜") == ["公开的白菜课"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_saving_updates_the_index_through_the_task_queue(
    client: Client, run_tasks: Callable[[], None]
) -> None:
    lecture = builders.make_lecture("种白菜")
    run_tasks()
    assert titles(client, q="白菜") == ["种白菜"]
    lecture.title = "种萝卜"
    lecture.save()
    run_tasks()
    assert titles(client, q="白菜") == []
    assert titles(client, q="萝卜") == ["种萝卜"]
    lecture.delete()
    assert titles(client, q="萝卜") == []


def test_narrowing_by_kind_category_and_subject(client: Client, rebuild: Rebuild, db: None) -> None:
    rural, new = (
        MemberCategory.objects.get_or_create(slug=slug, defaults={"name": slug})[0]
        for slug in ("rural", "new")
    )
    skills = Subject.objects.get_or_create(code="skills-test", defaults={"name": "技能"})[0]
    politics = Subject.objects.get_or_create(code="politics-test", defaults={"name": "政治"})[0]
    for title, category, subject in (
        ("白菜甲", rural, skills),
        ("白菜乙", rural, politics),
        ("白菜丙", new, skills),
    ):
        lecture = builders.make_lecture(title, subject=subject)
        lecture.categories.add(category)
        lecture.save()
    course = builders.make_course("白菜课程")
    course.categories.add(rural)
    course.subjects.add(skills)
    course.save()
    rebuild()
    asked = {"q": "白菜"}
    assert sorted(titles(client, **asked)) == ["白菜丙", "白菜乙", "白菜甲", "白菜课程"]
    assert sorted(titles(client, **asked, kind="lecture")) == ["白菜丙", "白菜乙", "白菜甲"]
    assert sorted(titles(client, **asked, category="rural")) == ["白菜乙", "白菜甲", "白菜课程"]
    assert sorted(titles(client, **asked, subject="skills-test")) == ["白菜丙", "白菜甲", "白菜课程"]
    assert titles(client, **asked, kind="lecture", category="rural", subject="skills-test") == ["白菜甲"]
    assert titles(client, kind="course") == ["白菜课程"]


def test_all_words_first_and_any_word_is_said(client: Client, rebuild: Rebuild, db: None) -> None:
    builders.make_lecture("白菜种植")
    builders.make_lecture("萝卜种植")
    rebuild()
    assert titles(client, q="白菜 种植") == ["白菜种植"]
    response = client.get("/search/", {"q": "白菜 拖拉机"})
    assert [strip_tags(one.title) for one in response.context["hits"]] == ["白菜种植"]
    assert b"data-any-word" in response.content
    assert b"data-any-word" not in client.get("/search/", {"q": "白菜"}).content


def test_a_hit_in_speech_shows_its_line_and_opens_the_film_there(
    client: Client, library: None, rebuild: Rebuild
) -> None:
    rebuild()
    response = client.get("/search/", {"q": "红旗渠"})
    assert [(one.second, one.snippet) for one in response.context["hits"]] == [
        (60, "那年我们修了<mark>红旗渠</mark>")
    ]
    assert "?t=60" in response.content.decode()
    assert "01:00" in response.content.decode() or "1:00" in response.content.decode()


def test_snippets_are_escaped(client: Client, rebuild: Rebuild, db: None) -> None:
    builders.make_lecture("<script>alert(1)</script>白菜", summary="<img src=x onerror=alert(1)>白菜")
    rebuild()
    [one] = client.get("/search/", {"q": "白菜"}).context["hits"]
    assert one.title == "&lt;script&gt;alert(1)&lt;/script&gt;<mark>白菜</mark>"
    assert one.snippet == "&lt;img src=x onerror=alert(1)&gt;<mark>白菜</mark>"


def test_results_are_paged(client: Client, rebuild: Rebuild, db: None) -> None:
    for number in range(23):
        builders.make_lecture(f"白菜第{number}课")
    rebuild()
    pages = [titles(client, q="白菜", page=number) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 10, 3]
    assert len({title for page in pages for title in page}) == 23
    assert titles(client, q="白菜", page="999") == pages[2]
    assert titles(client, q="白菜", page="x") == pages[0]


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            " ",
            "\x00",
            "'",
            '"',
            "*",
            "a",
            "的",
            "AND OR NOT",
            "title:白菜",
            "(" * 500,
            "白" * 5000,
            "\\",
        ),
        *("%s", "{{ 7 }}", "<script>", "白菜~2", "\U0001f600", "\u202e", "a b c d e f g h i j " * 40),
    ],
)
def test_no_query_is_a_fault(client: Client, library: None, rebuild: Rebuild, query: str) -> None:
    rebuild()
    for asked in (
        {"q": query},
        {"q": query, "kind": query, "category": query, "subject": query},
    ):
        assert client.get("/search/", asked).status_code == 200


def test_the_number_of_queries_does_not_grow(client: Client, rebuild: Rebuild, db: None) -> None:
    def count_queries() -> int:
        rebuild()
        client.get("/search/", {"q": "白菜"})
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/search/", {"q": "白菜"}).status_code == 200
        return len(asked)

    def make(number: int) -> Lecture:
        film = make_film(f"片{number}", "种白菜的人")
        return builders.make_lecture(f"白菜{number}", video=film, body=text("白菜"))

    make(1)
    builders.make_exemplar("白菜大王")
    few = count_queries()
    for number in range(2, 8):
        make(number)
    assert count_queries() == few


def test_members_are_not_in_the_index(client: Client, rebuild: Rebuild, branch: Any, tmp_path: Any) -> None:
    builders.make_member(branch, name="覃鑫淼独一无二")
    builders.make_lecture("种白菜")
    rebuild()
    backend = SearchBackend({"INDEX_DIR": tmp_path / "index"})
    held = [
        words
        for index in backend.all_indexes()
        for number in range(snapshots.latest(index.files).size)
        for words in snapshots.latest(index.files).texts(number).values()
    ]
    assert any("种白菜" in words for words in held)
    assert not [words for words in held if "独一无二" in words]
