"""The page of a lecture and the library: who is shown what."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from hours import ledger
from hours.models import DeliveryKind, Subject
from lectures.models import Lecture, WatchSession
from lectures.watching import PageToken, open_session, record
from members.models import Member
from tests.builders import make_lecture, make_member

from .films import add_files, after, film_of, make_captions, make_film_lecture, open_at, watch


@pytest.fixture
def lecture(db: None) -> Lecture:
    """A lecture whose film has its files, as far as a page needs them."""
    lecture = make_film_lecture(3600, summary="看完就会自己种。", body=[("text", "<p>深耕。</p>")])
    add_files(lecture)
    return lecture


def test_a_stranger_reads_the_text_and_is_given_no_stream(client: Client, lecture: Lecture) -> None:
    make_captions(film_of(lecture), "先看土。", "再下种。")
    page = client.get(f"{lecture.url}?t=5").content.decode()
    assert all(words in page for words in (lecture.title, lecture.summary, "深耕。", "再下种。"))
    assert "/sign-in/?next=" in page
    assert [bit for bit in ("/streams/", ".m3u8", ".mp4", "data-page", "player.js") if bit in page] == []
    assert not WatchSession.objects.exists()


def test_a_member_is_given_the_player_and_what_begins_a_session(
    member_client: Client, member: Member, lecture: Lecture
) -> None:
    page = member_client.get(lecture.url).content.decode()
    assert "data-player" in page and "master.m3u8" in page
    token = PageToken.read(value_of("page", page))
    assert token == PageToken(member.pk, lecture.lesson_key, lecture.film_version, token.given_at)
    assert timedelta() <= timezone.now() - token.given_at < timedelta(minutes=1)


def test_opening_a_page_stops_no_film_that_plays_elsewhere(
    member_client: Client, member: Member, lecture: Lecture
) -> None:
    playing = open_session(member, make_film_lecture(), timezone.now())
    member_client.get(lecture.url)
    assert list(WatchSession.objects.values_list("pk", "closed_at")) == [(playing.pk, None)]


def value_of(name: str, page: str) -> str:
    """Return what the page's `data-<name>` holds."""
    found = re.search(rf'data-{name}="([^"]*)"', page)
    assert found
    return found[1]


def start_on(page: bytes) -> str:
    return value_of("start", page.decode())


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        *(("?t=12", "12"), ("?t=0", "0"), ("?t=12.9", "12")),
        *((asked, "30") for asked in ("", "?t=", "?t=-1", "?t=99999", "?t=nan", "?t=inf", "?t=x")),
    ],
)
def test_the_film_begins_where_asked_or_where_one_stopped(
    member_client: Client, member: Member, lecture: Lecture, asked: str, start: str
) -> None:
    token = open_at(member, lecture, after(0))
    record(token, [[0, 30]], 30.7, 1, after(60))
    assert start_on(member_client.get(lecture.url + asked).content) == start


def test_who_stopped_at_the_end_begins_again(member_client: Client, member: Member, lecture: Lecture) -> None:
    token = open_at(member, lecture, after(0))
    record(token, [[0, 30]], 3598, 1, after(60))
    assert start_on(member_client.get(lecture.url).content) == "0"


def test_the_page_shows_the_own_progress_only(
    member_client: Client, member: Member, lecture: Lecture
) -> None:
    stranger = make_member()
    watch(stranger, lecture, 1800)
    answer = member_client.get(lecture.url)
    assert (answer.context["strip"], answer.context["watching"].percent) == ([], 0)


def test_a_film_in_preparation_is_a_sentence(member_client: Client, lecture: Lecture) -> None:
    film = film_of(lecture)
    film.current_job = None
    film.save()
    answer = member_client.get(lecture.url)
    assert (answer.status_code, answer.context["stream"]) == (200, None)
    assert "正在准备" in answer.content.decode()
    assert not WatchSession.objects.exists()


def test_missing_files_are_a_sentence(member_client: Client, db: None) -> None:
    answer = member_client.get(make_film_lecture().url)
    assert (answer.status_code, answer.context["stream"]) == (200, None)
    assert "正在准备" in answer.content.decode()


def test_a_lecture_without_a_film_is_text(member_client: Client) -> None:
    page = member_client.get(make_lecture("只有文字", body=[("text", "<p>读一读。</p>")]).url)
    assert "读一读。" in page.content.decode()
    assert not WatchSession.objects.exists()


def test_a_draft_is_not_found(client: Client, member_client: Client, lecture: Lecture) -> None:
    lecture.unpublish()
    assert (Client().get(lecture.url).status_code, member_client.get(lecture.url).status_code) == (404, 404)


def test_an_editor_previews_a_draft_without_a_visit(client: Client, lecture: Lecture) -> None:
    lecture.unpublish()
    editor = make_member(is_staff=True, is_superuser=True)
    client.force_login(editor, backend="members.accounts.backends.PhoneOrNumberBackend")
    answer = client.get(f"/admin/pages/{lecture.pk}/view_draft/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "data-player" in page and "data-page" not in page
    assert not WatchSession.objects.exists()


def test_a_restricted_lecture_asks_to_sign_in(client: Client, lecture: Lecture) -> None:
    PageViewRestriction.objects.create(page=lecture, restriction_type=PageViewRestriction.LOGIN)
    answer = client.get(lecture.url)
    assert (answer.status_code, "/sign-in/" in answer["Location"] or "login" in answer["Location"]) == (
        302,
        True,
    )


# --- The library --------------------------------------------------------------------------------------


def titles(client: Client, query: str = "") -> list[str]:
    return [lecture.title for lecture in client.get(f"/lectures/{query}").context["page_obj"]]


def test_the_library_shows_what_the_asker_may_open(client: Client, db: None) -> None:
    make_lecture("人人可看")
    make_lecture("草稿", live=False)
    for kind in (
        PageViewRestriction.LOGIN,
        PageViewRestriction.GROUPS,
        PageViewRestriction.PASSWORD,
    ):
        PageViewRestriction.objects.create(page=make_lecture(kind), restriction_type=kind, password="x")
    assert titles(client) == ["人人可看"]
    client.force_login(make_member(), backend="members.accounts.backends.PhoneOrNumberBackend")
    assert sorted(titles(client)) == ["login", "人人可看"]


def tagged(title: str, *codes: str, subject: Subject | None = None) -> Lecture:
    lecture = make_lecture(title, subject=subject)
    for category in make_member(None, *codes).categories.all():
        lecture.categories.add(category)
    lecture.save()
    return lecture


def test_filters_narrow_the_list(member_client: Client) -> None:
    skills = Subject.objects.create(code="trial-skills", name="技能")
    tagged("农村技能", "rural", "new", subject=skills)
    tagged("农村", "rural")
    tagged("机关技能", "government", subject=skills)
    assert titles(member_client, "?subject=trial-skills") == ["机关技能", "农村技能"]
    assert titles(member_client, "?category=rural") == ["农村", "农村技能"]
    assert titles(member_client, "?category=rural&subject=trial-skills") == ["农村技能"]
    assert titles(member_client, "?mine=1") == ["农村", "农村技能"]
    assert titles(Client(), "?mine=1") == ["机关技能", "农村", "农村技能"]
    assert len(titles(member_client, "?category=nobody&subject=nothing&page=99")) == 3


def test_pages_keep_the_filters(client: Client, db: None) -> None:
    for n in range(13):
        tagged(f"第{n}讲", "rural")
    page = client.get("/lectures/?category=rural")
    assert len(page.context["page_obj"]) == 12
    assert 'href="?category=rural&amp;page=2"' in page.content.decode()
    assert titles(client, "?category=rural&page=2") == ["第0讲"]


def test_an_empty_list_says_what_will_stand_there(client: Client, db: None) -> None:
    assert 'class="empty"' in client.get("/lectures/").content.decode()


def test_what_is_credited_this_year_is_marked(member_client: Client, member: Member) -> None:
    lecture = make_lecture("学过的", credit_minutes=45)
    make_lecture("没学的", credit_minutes=45)
    ledger.credit(
        member,
        lecture_key=lecture.lesson_key,
        title=lecture.title,
        minutes=45,
        delivery_kind=DeliveryKind.STATION,
        earned_on=timezone.localdate(),
        basis={},
    )
    assert member_client.get("/lectures/").content.decode().count("library__credited") == 1


def test_the_library_asks_the_same_of_the_database_for_many(member_client: Client) -> None:
    def queries_for(count: int) -> int:
        for n in range(count):
            lecture = tagged(f"第{n}讲", "rural", "new")
            lecture.video, lecture.credit_minutes = make_film_lecture(title=f"片{n}").video, 45 + n
            lecture.save()
        with CaptureQueriesContext(connection) as queries:
            member_client.get("/lectures/")
        return len(queries)

    queries_for(1)  # fills what the process remembers: sites, content types
    assert queries_for(1) == queries_for(3)
