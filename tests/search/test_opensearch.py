"""The same page on OpenSearch, by settings only. The server is an emulator: what it cannot tell is speed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import override_settings
from modelsearch.backends import get_search_backend
from osmem_server import OsmemServer
from wagtail.models import Page

from site_config.settings.engines import search_engine
from tests import builders

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


def found(client: Client, question: str, **narrowed: str) -> list[str]:
    response = client.get("/search/", {"q": question, **narrowed})
    assert response.status_code == 200
    return [one.page.title for one in response.context["found"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question", ["草地贪夜蛾", "贪夜蛾", "玉米", "玉米 贪夜蛾", "WPS", "ｗｐｓ", "乡村振兴", "夜蛾怎么防治"]
)
def test_the_page_finds_what_our_own_backend_finds(client: Client, rebuild: Rebuild, question: str) -> None:
    builders.make_lecture("玉米地里的草地贪夜蛾", summary="草地贪夜蛾的防治要早")
    builders.make_lecture("WPS 表格入门", summary="从打开表格开始")
    builders.make_lecture("乡村振兴要靠人才")
    builders.make_lecture("玉米的草稿", summary="草地贪夜蛾", live=False)
    rebuild()
    titles = {"WPS": "WPS 表格入门", "ｗｐｓ": "WPS 表格入门", "乡村振兴": "乡村振兴要靠人才"}
    assert found(client, question) == [titles.get(question, "玉米地里的草地贪夜蛾")]


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
    assert {one.page.title for one in response.context["found"]} == {"大棚蔬菜", "村务公开"}


@pytest.mark.django_db
def test_editors_choosers_complete_words(rebuild: Rebuild) -> None:
    builders.make_lecture("大棚蔬菜的水肥管理", live=False)
    builders.make_lecture("村务公开")
    rebuild()
    backend = get_search_backend()
    assert [page.title for page in backend.autocomplete("水肥", Page)] == ["大棚蔬菜的水肥管理"]
