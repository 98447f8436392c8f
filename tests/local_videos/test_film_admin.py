"""Films in the admin: who may come in, what is said, what is kept."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Collection

from local_videos import faults
from local_videos.models import LocalVideo, TranscodeJob
from members.models import Member
from tests.builders import make_lecture, make_member

from .films import make_ready_film

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


@pytest.fixture
def editor() -> Member:
    member = make_member()
    member.groups.add(Group.objects.get(name="Editors"))
    return member


@pytest.fixture
def editor_client(client: Client, editor: Member) -> Client:
    client.force_login(editor, backend=BACKEND)
    return client


def _url(name: str, *args: object) -> str:
    return reverse(f"local_videos_admin:{name}", args=args)


def test_a_member_without_a_role_sees_no_film(client: Client) -> None:
    film = make_ready_film("内部片")
    client.force_login(make_member(), backend=BACKEND)
    for url in (
        _url("index"),
        _url("add"),
        _url("edit", film.pk),
        _url("state", film.pk),
        _url("replace", film.pk),
    ):
        answer = client.get(url)
        assert answer.status_code in {302, 403}
        assert "内部片" not in answer.content.decode()
    assert client.post(_url("try_again", film.pk)).status_code in {302, 403}


def test_an_editor_sees_all_films(editor_client: Client) -> None:
    make_ready_film("修渠")
    assert "修渠" in editor_client.get(_url("index")).content.decode()
    assert "修渠" in editor_client.get(reverse("film_chooser:choose")).json()["html"]


def test_a_film_of_another_collection_cannot_be_reached_by_its_number(
    editor_client: Client, editor: Member
) -> None:
    film = make_ready_film("内部片")
    editor.groups.first().collection_permissions.filter(  # type: ignore[union-attr]  # has one group
        permission__content_type__model="localvideo"
    ).update(collection=Collection.get_first_root_node().add_child(name="本组"))
    assert "内部片" not in editor_client.get(_url("index")).content.decode()
    assert "内部片" not in editor_client.get(reverse("film_chooser:choose")).json()["html"]
    addresses = [_url(name, film.pk) for name in ("edit", "replace", "state", "delete", "usage", "history")]
    for url in [*addresses, reverse("film_chooser:chosen", args=[film.pk])]:
        assert editor_client.get(url).status_code == 404
    assert editor_client.post(_url("try_again", film.pk)).status_code == 404
    chosen = editor_client.get(reverse("film_chooser:chosen_multiple"), {"id": film.pk})
    assert chosen.json()["result"] == []


def test_who_may_only_choose_films_reaches_nothing_else_of_them(
    editor_client: Client, editor: Member
) -> None:
    film = make_ready_film("修渠")
    editor.groups.first().collection_permissions.filter(  # type: ignore[union-attr]  # has one group
        permission__codename__in=["add_localvideo", "change_localvideo"]
    ).delete()
    chosen = editor_client.get(reverse("film_chooser:chosen", args=[film.pk]))
    assert chosen.json()["result"]["id"] == str(film.pk)
    answers = [editor_client.get(_url(name, film.pk)) for name in ("edit", "replace", "state", "delete")]
    assert [answer.status_code for answer in answers] == [302, 302, 404, 404]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"minutes of a meeting\n" * 99, faults.NOT_A_FILM),
        (b"", faults.EMPTY),
        (b"#EXTM3U\n/etc/passwd\n", faults.PLAYLIST),
    ],
)
def test_a_refusal_is_a_sentence_and_the_title_stays(
    content: bytes, code: str, editor_client: Client
) -> None:
    file = SimpleUploadedFile("village.mp4", content)
    answer = editor_client.post(_url("add"), {"film": file, "title": "白菜怎么种"})
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"film": [faults.sentence(code)]}
    assert 'value="白菜怎么种"' in answer.content.decode()
    assert LocalVideo.objects.count() == 0


@pytest.mark.media
@pytest.mark.parametrize("where", ["library", "chooser"])
def test_an_upload_becomes_a_film_of_the_editor(
    where: str, film: Path, editor_client: Client, editor: Member
) -> None:
    file = SimpleUploadedFile("村里.mp4", film.read_bytes())
    if where == "library":
        answer = editor_client.post(_url("add"), {"film": file})
        assert answer.status_code == 302
    else:
        answer = editor_client.post(reverse("film_chooser:create"), {"film-upload-film": file})
        assert answer.json()["step"] == "chosen"
    video = LocalVideo.objects.get()
    assert (video.title, video.uploaded_by, video.state) == ("村里", editor, "uploaded")


def test_captions_are_read_or_refused_beside_the_field(editor_client: Client) -> None:
    film = make_ready_film()
    bad = SimpleUploadedFile("a.srt", b"nothing")
    answer = editor_client.post(_url("edit", film.pk), {"title": "新题", "captions_file": bad})
    assert list(answer.context["form"].errors) == ["captions_file"]
    good = SimpleUploadedFile("a.srt", "00:01.000 --> 00:02.000\n大家好\n".encode("gb18030"))
    data = {"title": "新题", "captions_file": good, "captions_language": "zh-Hans"}
    assert editor_client.post(_url("edit", film.pk), data).status_code == 302
    film.refresh_from_db()
    assert (film.title, film.transcript()) == ("新题", "大家好")
    data = {"title": "新题", "captions_to_remove": [film.captions.get().pk]}
    assert editor_client.post(_url("edit", film.pk), data).status_code == 302
    assert film.captions.count() == 0


def test_a_failed_film_says_why_and_can_be_tried_again(editor_client: Client) -> None:
    film = make_ready_film()
    TranscodeJob.objects.create(video=film, state="failed", reason=faults.SHORTER, log="moov <atom>")
    LocalVideo.objects.update(state="failed")
    page = editor_client.get(_url("edit", film.pk)).content.decode()
    assert faults.sentence(faults.SHORTER) in page
    assert "moov &lt;atom&gt;" in page
    assert editor_client.post(_url("try_again", film.pk)).status_code == 302
    film.refresh_from_db()
    assert (film.state, film.jobs.count()) == ("uploaded", 3)
    assert editor_client.post(_url("try_again", film.pk)).status_code == 302
    assert film.jobs.count() == 3


def test_a_film_in_use_is_not_deleted(editor_client: Client) -> None:
    used, unused = make_ready_film("在用"), make_ready_film("没用")
    make_lecture("白菜怎么种", video=used)
    answer = editor_client.post(_url("delete", used.pk))
    assert answer.status_code == 200
    assert "白菜怎么种" in answer.content.decode()
    assert editor_client.post(_url("delete", unused.pk)).status_code == 302
    assert list(LocalVideo.objects.values_list("title", flat=True)) == ["在用"]


def test_the_list_costs_the_same_for_one_film_and_for_three(
    editor_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_ready_film("一")
    editor_client.get(_url("index"))
    with django_assert_max_num_queries(100) as one:
        editor_client.get(_url("index"))
    make_ready_film("二")
    make_ready_film("三")
    with django_assert_max_num_queries(len(one.captured_queries)):
        editor_client.get(_url("index"))


@pytest.mark.media
def test_the_plain_form_says_that_a_film_is_there_twice(film: Path, editor_client: Client) -> None:
    for times in (1, 2):
        file = SimpleUploadedFile("村里.mp4", film.read_bytes())
        answer = editor_client.post(_url("add"), {"film": file, "title": f"第{times}次"}, follow=True)
        page = answer.content.decode()
        assert ("“第1次”" in page) is (times == 2)
    assert LocalVideo.objects.count() == 2
