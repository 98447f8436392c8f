"""The exemplar's page and library: who is shown, and to whom the film's address is told."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from exemplars.models import Exemplar, ExemplarIndex, RelatedLesson
from foundation.calendar import this_year
from local_videos import storage
from local_videos.models import LocalVideo, TranscodeJob
from local_videos.transcoding import output_files
from members.models import Member
from tests.builders import make_exemplar, make_lecture, make_member

STREAM = re.compile(re.escape(settings.LOCAL_VIDEOS_STREAMS_URL) + r"[^\"]+")

pytestmark = pytest.mark.django_db


@pytest.fixture
def film(db: None) -> LocalVideo:
    """A film whose renditions stand ready; what is in the files matters to no test here."""
    video = LocalVideo.objects.create(title="影片", duration=60, state=LocalVideo.State.READY)
    job = TranscodeJob.objects.create(video=video)
    folder = Path(storage.job_folder(video.pk, job.pk))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / output_files.MANIFEST).write_text("{}")
    LocalVideo.objects.filter(pk=video.pk).update(current_job=job)
    video.refresh_from_db()
    return video


def html_of(client: Client, url: str) -> str:
    """Return the page, which must be there."""
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def titles(client: Client, query: str = "") -> list[str]:
    """Return the titles in the library, in order."""
    html = html_of(client, ExemplarIndex.objects.get().url + query)
    return re.findall(r'<h2 class="card__title">([^<]+)</h2>', html)


# --- The page ----------------------------------------------------------------------------------------


def test_everybody_who_sees_the_page_may_watch_the_film(client: Client, film: LocalVideo) -> None:
    html = html_of(client, make_exemplar(video=film).url)

    assert html.count("data-player") == 1
    assert STREAM.search(html)


@pytest.mark.parametrize(
    "kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD, PageViewRestriction.GROUPS]
)
def test_the_films_address_is_kept_from_who_may_not_see_the_page(
    client: Client, member: Member, film: LocalVideo, kind: str
) -> None:
    exemplar = make_exemplar("内部典型", video=film)
    restriction = PageViewRestriction.objects.create(page=exemplar, restriction_type=kind, password="water")
    group = Group.objects.create(name="内部")
    restriction.groups.add(group)

    stranger = client.get(exemplar.url, follow=True)
    assert not STREAM.search(stranger.content.decode())
    assert not STREAM.search(html_of(client, ExemplarIndex.objects.get().url))
    assert titles(client) == []

    member.groups.add(group)
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    seen = client.get(exemplar.url, follow=True).content.decode()
    assert bool(STREAM.search(seen)) is (kind != PageViewRestriction.PASSWORD)


def test_an_unpublished_exemplar_is_not_there(client: Client, film: LocalVideo) -> None:
    assert client.get(make_exemplar(video=film, live=False).url).status_code == 404


def test_a_film_that_is_not_ready_is_announced(client: Client) -> None:
    video = LocalVideo.objects.create(title="影片")

    html = html_of(client, make_exemplar(video=video).url)

    assert (html.count("data-player"), html.count('class="notice notice--info"')) == (0, 1)


def test_the_page_tells_the_story_and_what_to_learn(client: Client) -> None:
    exemplar = make_exemplar(
        place="柳溪村", to_learn="守得住\n\n 先想别人 ", story=[("heading", "大旱"), ("quote", "渠通了<b>")]
    )

    html = html_of(client, exemplar.url)

    assert re.findall(r"<h2>([^<]+)</h2>", html) == ["大旱"]
    assert "渠通了&lt;b&gt;" in html
    assert exemplar.points_to_learn == ["守得住", "先想别人"]


def test_related_lessons_stand_in_order_without_hidden_ones(client: Client) -> None:
    exemplar = make_exemplar()
    closed_off = make_lecture("秘密内部讲")
    PageViewRestriction.objects.create(page=closed_off, restriction_type=PageViewRestriction.LOGIN)
    lessons = [make_lecture("乙"), make_lecture("秘密草稿讲", live=False), make_lecture("甲"), closed_off]
    for place, lesson in enumerate(lessons):
        RelatedLesson.objects.create(exemplar=exemplar, lesson=lesson, sort_order=place)

    html = html_of(client, exemplar.url)

    assert re.findall(r'exemplar__lesson" href="[^"]+">([^<]+)<', html) == ["乙", "甲"]
    assert "秘密" not in html


# --- The library -------------------------------------------------------------------------------------


def test_the_library_filters_by_kind_and_year_and_ignores_nonsense(client: Client) -> None:
    make_exemplar("甲", year=2024)
    make_exemplar("乙", year=2025, of="organization")
    make_exemplar("丙", year=2026)
    make_exemplar("草稿", year=2026, live=False)

    assert titles(client) == ["丙", "乙", "甲"]
    assert titles(client, "?of=person") == ["丙", "甲"]
    assert titles(client, "?of=person&year=2024") == ["甲"]
    assert titles(client, "?of=nobody&year=soon&page=x") == ["丙", "乙", "甲"]


def test_the_library_takes_the_same_queries_for_any_number(client: Client) -> None:
    def queries() -> int:
        titles(client)
        with CaptureQueriesContext(connection) as captured:
            titles(client)
        return len(captured)

    make_exemplar("一")
    one = queries()
    for n in range(4):
        make_exemplar(f"典型{n}")

    assert queries() == one


def test_the_library_shows_twelve_a_page(client: Client) -> None:
    for n in range(13):
        make_exemplar(f"典型{n}")

    assert [len(titles(client, query)) for query in ("", "?page=2")] == [12, 1]


# --- Editing -----------------------------------------------------------------------------------------


def send(client: Client, **fields: object) -> Any:
    """Send the form for a new exemplar with one related lesson."""
    data = {
        "title": "守渠人",
        "slug": "qu",
        "of": "person",
        "name": "田有禾",
        "place": "柳溪村",
        "year": this_year(),
        "summary": "",
        "video": "",
        "portrait": "",
        "story": streamfield([("heading", "大旱"), ("quote", "渠通了")]),
        "to_learn": "守得住",
        "related_lessons": inline_formset([{"lesson": make_lecture("讲").pk}]),
        "comments": inline_formset([]),
        "action-publish": "1",
    } | fields
    address = reverse(
        "wagtailadmin_pages:add", args=["exemplars", "exemplar", ExemplarIndex.objects.get().pk]
    )
    return client.post(address, nested_form_data(data))


def test_an_editor_publishes_an_exemplar(client: Client, branch: object) -> None:
    editor = make_member(None, is_superuser=True, is_staff=True)
    client.force_login(editor, backend="members.accounts.backends.PhoneOrNumberBackend")

    future = send(client, year=this_year() + 1)
    assert list(future.context["form"].errors) == ["year"]
    assert Exemplar.objects.count() == 0

    send(client)
    exemplar = Exemplar.objects.get()
    assert [block.block_type for block in exemplar.story] == ["heading", "quote"]
    assert [related.lesson.title for related in exemplar.related_lessons.all()] == ["讲"]
    assert html_of(Client(), exemplar.url).count("大旱") == 1
