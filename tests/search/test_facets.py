"""The choices beside the results: their numbers are what the reader may see and will find."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from django.utils.http import urlencode
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import PageViewRestriction

from courses.models import Enrolment
from exemplars.models import Exemplar
from lectures.models import Lecture
from local_videos.models import LocalVideo
from members.models import MemberCategory
from search.page import facet_counts, facet_fields, facets, forms
from search.page.facets import FACETS, MOST_CHOICES, Facet
from search.page.searching import NEWEST, sort_keys
from tests import builders

pytestmark = pytest.mark.slow

Rebuild = Callable[[], None]


def search(client: Client, **asked: Any) -> Any:
    """Return the context of the search page."""
    response = client.get("/search/", asked)
    assert response.status_code == 200
    return response.context


def counts(client: Client, **asked: Any) -> dict[str, dict[str, int]]:
    """Return the numbers beside all choices, by the facet's name and the choice's label."""
    facets = search(client, **asked)["facets"]
    return {facet.name: {one.label: one.count for one in facet.choices} for facet in facets}


def titles(client: Client, **asked: Any) -> list[str]:
    """Return the titles found, in order."""
    return [strip_tags(one.title) for one in search(client, **asked).get("hits", [])]


def make(title: str, minutes: int, *categories: str, **fields: Any) -> Lecture:
    """Return a published lecture for some member categories."""
    lecture = builders.make_lecture(title, credit_minutes=minutes, **fields)
    for code in categories:
        lecture.categories.add(MemberCategory.objects.get_or_create(slug=code, defaults={"name": code})[0])
    lecture.save()
    return lecture


@pytest.fixture
def library(db: None, rebuild: Rebuild) -> None:
    """Four lectures and two exemplars about cabbage, and one lecture about something else."""
    MemberCategory.objects.update_or_create(slug="rural", defaults={"name": "农村"})
    MemberCategory.objects.update_or_create(slug="new", defaults={"name": "新党员"})
    make("白菜甲", 10, "rural")
    make("白菜乙", 15, "rural", "new")
    make("白菜丙", 45, "new")
    make("白菜丁", 46)
    make("萝卜", 10, "rural")
    builders.make_exemplar("白菜大王", year=2024, place="上禾村")
    film = LocalVideo.objects.create(title="片", original="films/a.mp4", duration=3000)
    builders.make_exemplar("白菜状元", year=2025, place="下禾村", video=film)
    rebuild()


def test_numbers_count_what_is_found(client: Client, library: None) -> None:
    found = counts(client, q="白菜")
    del found["year"]  # the lectures stand in the year of the test's day
    assert found == {
        "kind": {"讲": 4, "先进典型": 2},
        "category": {"农村": 2, "新党员": 2},
        "length": {"15 分钟以内": 2, "15 至 45 分钟": 1, "45 分钟以上": 2},
        "place": {"上禾村": 1, "下禾村": 1},
    }


@pytest.mark.parametrize("name", ["kind", "category", "length", "year", "place"])
def test_every_number_is_what_its_address_finds(client: Client, library: None, name: str) -> None:
    for narrowed in ({}, {"kind": "lecture"}, {"category": "rural"}):
        for facet in search(client, q="白菜", **narrowed)["facets"]:
            if facet.name == name:
                for choice in facet.choices:
                    if not choice.chosen:
                        shown = client.get(f"/search/{choice.address}").context
                        assert shown["count"] == choice.count


def test_a_choice_keeps_the_others_and_can_be_taken_back(client: Client, library: None) -> None:
    [kind] = [one for one in search(client, q="白菜", kind="lecture")["facets"] if one.name == "kind"]
    assert [(one.label, one.chosen, one.count) for one in kind.choices] == [
        ("讲", True, 4),
        ("先进典型", False, 2),
    ]
    assert kind.choices[0].address == "?q=%E7%99%BD%E8%8F%9C"
    assert titles(client, q="白菜", length="short", category="new") == ["白菜乙"]
    assert titles(client, q="白菜", year="2024") == ["白菜大王"]
    assert titles(client, q="白菜", place="下禾村") == ["白菜状元"]
    # So can one that nothing has, and one that is the only one left.
    for asked in ({"q": "白菜", "place": "无人村"}, {"q": "萝卜", "kind": "lecture"}):
        chosen = [one for facet in search(client, **asked)["facets"] for one in facet.choices if one.chosen]
        assert [one.address for one in chosen] == [f"?{urlencode({'q': asked['q']})}"]


def test_of_many_places_those_with_most_are_offered(client: Client, rebuild: Rebuild, db: None) -> None:
    for number in range(MOST_CHOICES + 2):
        builders.make_exemplar(f"白菜{number}", place=f"{number:02}村")
    builders.make_exemplar("白菜大王", place="99村")
    builders.make_exemplar("白菜状元", place="99村")
    rebuild()
    offered = list(counts(client, q="白菜")["place"])
    assert offered == ["99村", *(f"{number:02}村" for number in range(MOST_CHOICES - 1))]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "x"),
        ("category", "x"),
        ("subject", "x"),
        ("length", "x"),
        ("year", "x"),
        ("year", "1899"),
        ("year", "3000"),
    ],
)
def test_a_choice_that_does_not_exist_counts_as_not_made(
    client: Client, library: None, name: str, value: str
) -> None:
    assert len(titles(client, q="白菜", **{name: value})) == 6


def test_what_may_not_be_seen_is_not_counted(client: Client, library: None, rebuild: Rebuild) -> None:
    """A draft, a withdrawn and a restricted page, all with fields that no open page has."""
    before = counts(client, q="白菜")
    everything = counts(client)
    secret = MemberCategory.objects.create(slug="secret", name="保密")
    for title, place, live in (
        ("白菜草稿", "甲村", False),
        ("白菜撤下", "乙村", True),
        ("白菜受限", "丙村", True),
    ):
        builders.make_exemplar(title, live=live, year=1999, place=place)
    lecture = make("白菜受限课", 10, "secret")
    rebuild()
    restricted = builders.Exemplar.objects.get(title="白菜受限")
    for page in (restricted, lecture):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    builders.Exemplar.objects.get(title="白菜撤下").unpublish()
    assert counts(client, q="白菜") == before
    assert counts(client) == everything
    answer = client.get("/search/", {"q": "白菜"}).content.decode()
    assert [word for word in ("甲村", "乙村", "丙村", "1999", secret.name) if word in answer] == []
    # Asking for what only they have tells nothing either: it is answered like what nobody has.
    for asked in ({"place": "丙村"}, {"place": "无人村"}, {"year": "1999"}, {"year": "1998"}):
        assert titles(client, q="白菜", **asked) == []


def test_orders(client: Client, rebuild: Rebuild, branch: Any) -> None:
    first, second, third = (builders.make_lecture(f"白菜{word}") for word in "甲乙丙")
    members = [builders.make_member(branch) for _number in range(3)]
    menu = builders.make_menu("菜单", 2026, first, second, third)
    choices = [(members[0], second), (members[1], second), (members[0], first)]
    for member, page in choices:
        Enrolment.objects.create(member=member, menu_key=menu.translation_key, offer_key=page.translation_key)
    rebuild()
    assert titles(client, q="白菜", sort="newest") == ["白菜丙", "白菜乙", "白菜甲"]
    assert titles(client, q="白菜", sort="chosen", kind="lecture") == ["白菜乙", "白菜甲", "白菜丙"]
    assert titles(client, q="白菜", sort="nonsense") == titles(client, q="白菜")


def test_the_usual_order_needs_no_word_in_the_address(client: Client, library: None) -> None:
    def orders(**asked: str) -> list[tuple[str, bool]]:
        return [(one.address, one.chosen) for one in search(client, **asked)["orders"]]

    assert orders(q="x") == [("?q=x", True), ("?q=x&sort=newest", False), ("?q=x&sort=chosen", False)]
    # Without a query nothing is closer than the rest.
    assert orders(kind="exemplar", sort="chosen") == [
        ("?kind=exemplar", False),
        ("?kind=exemplar&sort=chosen", True),
    ]
    assert titles(client, kind="exemplar") == ["白菜状元", "白菜大王"]


def test_a_page_of_which_the_traits_are_not_known_yet_is_the_newest(db: None) -> None:
    known = builders.make_lecture("白菜甲")
    fields = facet_fields.cache.latest()
    new = builders.make_lecture("白菜乙")
    assert sort_keys([known.pk, new.pk], fields, NEWEST) == [new.pk, known.pk]


def test_the_piece_for_typing_is_the_page_without_its_frame(client: Client, library: None) -> None:
    whole = client.get("/search/", {"q": "白菜", "kind": "lecture", "sort": "newest"}).content.decode()
    piece = client.get(
        "/search/results/", {"q": "白菜", "kind": "lecture", "sort": "newest"}
    ).content.decode()
    assert piece.strip() in whole
    assert "<html" not in piece


def test_what_editors_put_first_stands_first_and_once(
    client: Client, library: None, rebuild: Rebuild
) -> None:
    query = Query.get("白菜")
    chosen, hidden = Lecture.objects.get(title="白菜丁"), builders.make_lecture("藏着的课")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    draft = builders.make_lecture("草稿的课", live=False)
    for place, page in enumerate((chosen, hidden, draft)):
        SearchPromotion.objects.create(query=query, page=page, sort_order=place, description="先看这一讲")
    shown = search(client, q=" 白菜 ")
    assert [one.title for one in shown["promotions"]] == ["白菜丁"]
    assert "白菜丁" not in [strip_tags(one.title) for one in shown["hits"]]
    assert shown["count"] == 6
    answer = client.get("/search/", {"q": "白菜"}).content.decode()
    assert [title for title in ("藏着的课", "草稿的课") if title in answer] == []
    assert search(client, q="白菜", kind="lecture")["promotions"] == []
    for number in range(6):
        builders.make_lecture(f"白菜{number}")
    rebuild()
    second = search(client, q="白菜", page=2)
    assert (second["promotions"], len(second["hits"]), second["count"]) == ([], 1, 12)


@pytest.mark.parametrize("query", ["学习WPS", "學習WPS", "学习ＷＰＳ", " 學習ｗｐｓ "])
def test_what_editors_put_first_does_not_hang_on_spelling(client: Client, library: None, query: str) -> None:
    """In the editors' order; a link that stands beside a page never stands in for it."""
    query = Query.get("学习WPS")
    for place in (2, 1, 3):
        link = f"https://example.org/{place}"
        SearchPromotion.objects.create(query=query, external_link_url=link, sort_order=place)
    draft = builders.make_lecture("草稿的课", live=False)
    SearchPromotion.objects.create(query=query, page=draft, external_link_url="https://example.org/4")
    assert [one.address for one in search(client, q=query)["promotions"]] == [
        "https://example.org/1",
        "https://example.org/2",
        "https://example.org/3",
    ]


def test_what_is_put_first_for_a_query_as_typed_goes_before_its_other_forms(
    client: Client, library: None
) -> None:
    for place, form in enumerate(("学习WPS", "學習WPS")):
        link = f"https://example.org/{place}"
        SearchPromotion.objects.create(query=Query.get(form), external_link_url=link, sort_order=place)
    for place, form in enumerate(("学习WPS", "學習WPS")):
        shown = search(client, q=form)["promotions"]
        assert [one.address for one in shown] == [f"https://example.org/{place}"]


def test_the_number_of_queries_does_not_grow_with_choices(
    client: Client, library: None, rebuild: Rebuild
) -> None:
    def queries() -> int:
        client.get("/search/", {"q": "白菜"})
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/", {"q": "白菜"})
        return len(asked)

    few = queries()
    for number in range(8):
        make(f"白菜{number}", number * 10 + 1, "rural", "new")
        builders.make_exemplar(f"白菜{number}号", year=1950 + number, place=f"{number}村")
    rebuild()
    # Fewer where all ten are of one type.
    assert queries() <= few


def test_where_nothing_is_found_one_can_look_around(client: Client, library: None, rebuild: Rebuild) -> None:
    """By kind, category and subject, numbered as on the start page, and at what is new: open pages only."""
    newest = builders.make_exemplar("最新的先进典型", year=2026, place="新村")
    builders.make_exemplar("最新的草稿", live=False, year=2026, place="新村")
    rebuild()
    start = counts(client)
    nothing = search(client, q="量子望远镜")
    shown = {facet.name: {one.label: one.count for one in facet.choices} for facet in nothing["facets"]}
    assert shown == {name: start[name] for name in ("kind", "category")}
    assert (nothing["count"], nothing["newest"][0].page.pk) == (0, newest.pk)
    assert len(nothing["newest"]) == 3
    assert [one.address for one in nothing["facets"][0].choices] == ["?kind=lecture", "?kind=exemplar"]
    # A single result is narrowed by nothing either; what is new would only stand in its way.
    single = search(client, q="萝卜")
    assert {facet.name for facet in single["facets"]} == {"kind", "category"}
    assert (single["count"], list(single["newest"])) == (1, [])
    # Who has narrowed the search is shown the way back instead.
    assert "is_browsing" not in search(client, q="量子望远镜", kind="lecture")


def test_a_new_facet_is_one_row(
    client: Client, library: None, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And an attribute of the page types whose pages have the value."""
    row = Facet("person", "人物", attribute="search_person", most_choices=2)
    for module in (facets, facet_fields, facet_counts, forms):
        monkeypatch.setattr(module, "FACETS", (*FACETS, row))
    monkeypatch.setattr(facet_fields, "cache", facet_fields.FacetFieldCache())
    monkeypatch.setattr(Exemplar, "search_person", F("name"), raising=False)
    for title, name in (("白菜大嫂", "田有禾"), ("白菜大叔", "田有禾"), ("白菜大妈", "麦青青")):
        builders.make_exemplar(title, name=name)
    rebuild()
    shown = next(one for one in search(client, q="白菜")["facets"] if one.name == "person")
    assert (shown.label, len(shown.choices)) == ("人物", 2)
    assert (shown.choices[0].label, shown.choices[0].count) == ("田有禾", 4)
    assert sorted(titles(client, q="白菜", person="麦青青")) == ["白菜大妈"]
    assert "人物" in client.get("/search/", {"q": "白菜"}).content.decode()
