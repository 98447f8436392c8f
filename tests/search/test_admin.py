"""Wagtail's admin finds by it: pages, drafts included, choosers and images."""

from collections.abc import Callable

import pytest
from django.test import Client
from modelsearch.backends import get_search_backend
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from local_videos.models import LocalVideo
from members.models import Member
from tests import builders

Rebuild = Callable[[], None]


@pytest.fixture
def admin_client(client: Client, member: Member) -> Client:
    """A client signed in as somebody who may do everything."""
    member.is_staff = member.is_superuser = True
    member.save()
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    return client


def test_a_word_amid_the_title_completes(rebuild: Rebuild, db: None) -> None:
    builders.make_lecture("大棚蔬菜的水肥管理", live=False)
    builders.make_lecture("WPS Office 表格入门")
    rebuild()
    for beginning, title in (
        ("水肥", "大棚蔬菜的水肥管理"),
        ("菜的", "大棚蔬菜的水肥管理"),
        ("offi", "WPS Office 表格入门"),
        ("wps 表", "WPS Office 表格入门"),
    ):
        assert [page.title for page in Page.objects.autocomplete(beginning)] == [title]
    assert list(Page.objects.autocomplete("ffice")) == []


def test_the_page_search_finds_drafts(admin_client: Client, rebuild: Rebuild) -> None:
    builders.make_lecture("大棚蔬菜的水肥管理", live=False)
    builders.make_lecture("村务公开")
    rebuild()
    response = admin_client.get("/admin/pages/search/", {"q": "水肥"})
    assert [page.title for page in response.context["pages"]] == ["大棚蔬菜的水肥管理"]


def test_choosers_find(admin_client: Client, rebuild: Rebuild) -> None:
    builders.make_lecture("大棚蔬菜的水肥管理")
    builders.make_lecture("村务公开")
    Image.objects.create(title="玉米地里的草地贪夜蛾", file=get_test_image_file())
    Image.objects.create(title="会议室", file=get_test_image_file())
    rebuild()
    pages = admin_client.get("/admin/choose-page/search/", {"q": "蔬菜"}).content.decode()
    assert ("大棚蔬菜的水肥管理" in pages, "村务公开" in pages) == (True, False)
    images = admin_client.get("/admin/images/chooser/results/", {"q": "贪夜蛾"}).content.decode()
    assert ("玉米地里的草地贪夜蛾" in images, "会议室" in images) == (True, False)


def test_films_are_found_by_their_title(rebuild: Rebuild, db: None) -> None:
    film = LocalVideo.objects.create(title="红旗渠的故事", original="films/a.mp4")
    LocalVideo.objects.create(title="春耕", original="films/b.mp4")
    rebuild()
    assert list(get_search_backend().autocomplete("旗渠", LocalVideo)) == [film]
