"""The same page on OpenSearch, by settings only. The server is an emulator: what it cannot tell is speed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.test.utils import override_settings
from modelsearch.backends import get_search_backend
from osmem_server import OsmemServer
from wagtail.models import Page

from local_videos.models import Caption, CaptionCue, LocalVideo
from search.page import searching
from search.text import district_words, segmentation
from site_config.settings.engines import search_engine
from tests import builders

pytestmark = pytest.mark.slow

Rebuild = Callable[[], None]


@pytest.fixture(scope="module")
def server() -> Iterator[OsmemServer]:
    """An empty emulator."""
    with OsmemServer.start(japanese=False) as server:
        yield server


@pytest.fixture(autouse=True)
def engine(server: OsmemServer, tmp_path: Path) -> Iterator[None]:
    """Search by OpenSearch, with indexes of this test's own."""
    with (
        server.clone() as clone,
        override_settings(WAGTAILSEARCH_BACKENDS=search_engine(clone.url, tmp_path)),
    ):
        yield


def found(client: Client, query: str, **narrowed: str) -> list[str]:
    response = client.get("/search/", {"q": query, **narrowed})
    assert response.status_code == 200
    return [one.page.title for one in response.context["hits"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["草地贪夜蛾", "贪夜蛾", "玉米", "玉米 贪夜蛾", "WPS", "ｗｐｓ", "乡村振兴", "夜蛾怎么防治"]
)
def test_the_page_finds_what_our_own_backend_finds(client: Client, rebuild: Rebuild, query: str) -> None:
    builders.make_lecture("玉米地里的草地贪夜蛾", summary="草地贪夜蛾的防治要早")
    builders.make_lecture("WPS 表格入门", summary="从打开表格开始")
    builders.make_lecture("乡村振兴要靠人才")
    builders.make_lecture("玉米的草稿", summary="草地贪夜蛾", live=False)
    rebuild()
    titles = {"WPS": "WPS 表格入门", "ｗｐｓ": "WPS 表格入门", "乡村振兴": "乡村振兴要靠人才"}
    assert found(client, query) == [titles.get(query, "玉米地里的草地贪夜蛾")]


@pytest.mark.django_db
def test_drafts_are_neither_found_nor_counted(client: Client, rebuild: Rebuild) -> None:
    shown = builders.make_lecture("大棚蔬菜")
    withdrawn = builders.make_lecture("大棚蔬菜的水肥")
    rebuild()
    withdrawn.live = False
    withdrawn.save()
    assert found(client, "大棚") == [shown.title]
    response = client.get("/search/", {"q": "大棚"})
    assert response.context["count"] == 1


@pytest.mark.django_db
def test_all_words_first_then_any(client: Client, rebuild: Rebuild) -> None:
    builders.make_lecture("大棚蔬菜")
    builders.make_lecture("村务公开")
    rebuild()
    assert client.get("/search/", {"q": "大棚 蔬菜"}).context["all_words"] is True
    response = client.get("/search/", {"q": "大棚 村务"})
    assert response.context["all_words"] is False
    assert {one.page.title for one in response.context["hits"]} == {"大棚蔬菜", "村务公开"}


@pytest.mark.django_db
def test_editors_choosers_complete_words(rebuild: Rebuild) -> None:
    builders.make_lecture("大棚蔬菜的水肥管理", live=False)
    builders.make_lecture("村务公开")
    rebuild()
    backend = get_search_backend()
    assert [page.title for page in backend.autocomplete("水肥", Page)] == ["大棚蔬菜的水肥管理"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "titles"),
    [("棚蔬", ["大棚蔬菜"]), ("office", ["Office 入门"]), ("ffice", []), ("鄉村", ["鄉村振興"])],
)
def test_neighbours_latin_words_and_what_is_typed_as_written_are_found_alike(
    client: Client, rebuild: Rebuild, tmp_path: Path, query: str, titles: list[str]
) -> None:
    for title in ("大棚蔬菜", "鄉村振興", "Office 入门"):
        builders.make_lecture(title)
    rebuild()
    assert found(client, query) == titles
    backend = {"default": {"BACKEND": "search.backend", "INDEX_DIR": tmp_path / "ours"}}
    with override_settings(WAGTAILSEARCH_BACKENDS=backend):
        rebuild()
        assert found(client, query) == titles


def test_the_analyzer_makes_bigrams_and_leaves_traditional_characters(server: OsmemServer) -> None:
    """The emulator's own searches take each character for a word, whatever the index says."""
    analysis = get_search_backend().es.indices.analyze

    def tokens(text: str) -> list[str]:
        return [one["token"] for one in analysis(body={"analyzer": "cjk", "text": text})["tokens"]]

    assert tokens("大棚蔬菜") == ["大棚", "棚蔬", "蔬菜"]
    assert tokens("菜") == ["菜"]
    assert tokens("鄉村") == ["鄉村"]
    assert tokens("ＷＰＳ Office") == ["wps", "office"]


@pytest.mark.django_db
def test_only_so_many_of_the_best_are_listed_and_counted(
    client: Client, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_HITS_FETCHED", 3)
    for number in range(5):
        builders.make_lecture(f"大棚蔬菜{number}")
    rebuild()
    assert client.get("/search/", {"q": "大棚"}).context["count"] == 3


@pytest.mark.django_db
def test_pinyin_mistakes_and_what_is_said_are_found_alike(client: Client, rebuild: Rebuild) -> None:
    """They are the database's and the page's own, whatever the engine."""
    film = LocalVideo.objects.create(title="片", original="films/a.mp4", duration=600)
    CaptionCue.objects.create(
        caption=Caption.objects.create(video=film), start=60, end=65, text="那年我们修了水渠"
    )
    builders.make_lecture("老支书讲故事", video=film)
    builders.make_lecture("草地贪夜蛾的防治")
    rebuild()
    [one] = client.get("/search/", {"q": "水渠"}).context["hits"]
    assert (one.page.title, one.second) == ("老支书讲故事", 60)
    assert found(client, "caodi") == ["草地贪夜蛾的防治"]
    assert "草地贪夜蛾" in [
        one.words for one in client.get("/search/", {"q": "草地贪夜鹅"}).context["spelling_suggestions"]
    ]


@pytest.mark.django_db
def test_a_new_word_asks_for_no_new_index(rebuild: Rebuild) -> None:
    builders.make_lecture("大棚蔬菜")
    rebuild()
    district_words.write(["田禾坪"])
    segmentation.notice_new_words()
    assert [message.id for message in run_checks() if message.id == "search.W001"] == []
