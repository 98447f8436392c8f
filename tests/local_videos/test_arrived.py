"""What becomes of an upload that has arrived, was left behind, or was given up."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Collection, GroupCollectionPermission, ModelLogEntry, ReferenceIndex

from local_videos import faults, storage
from local_videos.admin.usage import uses_of
from local_videos.jobs import recovery
from local_videos.models import LocalVideo, Upload
from local_videos.upload import content_hash, resumable
from members.models import Member

from .films import make_ready_film
from .tus import TUS, URL, announce, head, leftovers, make_editor, metadata, send, signed_in, what_became

pytestmark = pytest.mark.django_db


def test_what_is_no_film_ends_the_upload_with_a_reason(office: Client) -> None:
    url = announce(office, 20, filename="minutes.mp4")
    assert send(office, url, 0, b"minutes of a meeting") == (204, "20")
    told = what_became(office, url)
    assert (told["state"], told["reason"]) == ("refused", faults.sentence(faults.NOT_A_FILM))
    assert (LocalVideo.objects.count(), leftovers()) == (0, [])


@pytest.mark.media
def test_a_passing_fault_of_the_server_keeps_what_was_uploaded(
    film: Path, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = film.read_bytes()
    url = announce(office, len(content))
    with monkeypatch.context() as broken:
        broken.setattr("local_videos.transcoding.tools.candidates", lambda *args: [])
        send(office, url, 0, content)
    told = what_became(office, url)
    assert (told["state"], told["reason"]) == ("arriving", faults.sentence(faults.TOOL_MISSING))
    assert what_became(office, url, how="now")["state"] == "done"


@pytest.mark.media
def test_a_film_that_has_arrived_needs_no_room_and_is_not_swept_for_its_age(
    film: Path, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = film.read_bytes()
    make_ready_film("修渠", content_hash=content_hash.of(film))
    url = announce(office, len(content))
    send(office, url, 0, content)
    long_ago = time.time() - 3 * 86_400
    os.utime(Upload.objects.get().part, (long_ago, long_ago))

    class Disc:
        free = storage.RESERVE_BYTES

    # Its editor decides days later, on a full disc.
    monkeypatch.setattr("shutil.disk_usage", lambda where: Disc)
    assert what_became(office, url, how="anyway")["state"] == "done"
    kept = Path(LocalVideo.objects.latest("pk").original.path)
    # As the sweep finds it before the film has its row.
    LocalVideo.objects.all().delete()
    assert (recovery.sweep_superseded(), kept.read_bytes()) == (0, content)
    os.utime(kept, (long_ago, long_ago))
    assert (recovery.sweep_superseded(), kept.exists()) == (1, False)


@pytest.mark.media
def test_the_same_film_is_offered_instead_of_kept_twice(film: Path, office: Client) -> None:
    content = film.read_bytes()
    kept = make_ready_film("修渠", content_hash=content_hash.of(film))
    for how, films in (("use", 1), ("anyway", 2)):
        url = announce(office, len(content), title="又一次")
        send(office, url, 0, content)
        told = what_became(office, url)
        assert (told["state"], told["film"]) == (
            "known",
            {"title": "修渠", "url": f"/admin/films/edit/{kept.pk}/"},
        )
        assert LocalVideo.objects.count() == 1
        assert what_became(office, url, how=how)["state"] == "done"
        assert (LocalVideo.objects.count(), leftovers()) == (films, [])


@pytest.mark.media
def test_a_film_that_the_editor_may_not_see_is_not_betrayed(
    film: Path, office: Client, editor: Member
) -> None:
    secret = Collection.get_first_root_node().add_child(name="内部")
    make_ready_film("内部片", content_hash=content_hash.of(film), collection=secret)
    open_one = Collection.get_first_root_node().add_child(name="公开")
    GroupCollectionPermission.objects.filter(
        group__in=editor.groups.all(), permission__content_type__model="localvideo"
    ).update(collection=open_one)
    content = film.read_bytes()
    url = announce(office, len(content))
    send(office, url, 0, content)
    assert what_became(office, url)["state"] == "done"
    assert LocalVideo.objects.get(collection=open_one).uploaded_by == editor


@pytest.mark.media
def test_a_film_gets_its_new_file_piece_by_piece(film: Path, office: Client, editor: Member) -> None:
    kept = make_ready_film("修渠")
    content = film.read_bytes()
    url = announce(office, len(content), replaces=str(kept.pk), title="不算")
    send(office, url, 0, content)
    kept.refresh_from_db()
    assert (LocalVideo.objects.count(), kept.title, kept.state) == (1, "修渠", "uploaded")
    assert kept.playable
    assert Path(kept.original.path).read_bytes() == content
    GroupCollectionPermission.objects.filter(
        group__in=editor.groups.all(), permission__codename="change_localvideo"
    ).delete()
    headers = TUS | {"Upload-Length": "9", "Upload-Metadata": metadata(replaces=str(kept.pk))}
    assert office.post(URL, headers=headers).status_code == 404


@pytest.mark.parametrize("key", ["x", "9" * 5000, "-1", "１", "0"])
def test_a_tampered_number_of_a_film_is_not_found(key: str, office: Client) -> None:
    headers = TUS | {"Upload-Length": "9", "Upload-Metadata": metadata(replaces=key)}
    assert office.post(URL, headers=headers).status_code == 404


def test_a_line_that_breaks_is_no_fault_of_ours(office: Client) -> None:
    url = announce(office, 100)

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("gone")

    line: dict[str, Any] = {"wsgi.input": Broken(), "CONTENT_LENGTH": "50"}
    kind, headers = "application/offset+octet-stream", TUS | {"Upload-Offset": "0"}
    answer = office.generic("PATCH", url, b"a", content_type=kind, headers=headers, **line)
    assert (answer.status_code, head(office, url)[1]) == (400, "0")


@pytest.mark.media
def test_an_upload_stands_in_for_the_file_of_a_form(film: Path, office: Client) -> None:
    content = film.read_bytes()
    url = announce(office, len(content), title="修渠")
    number = url.strip("/").split("/")[-1]
    data = {"film-upload-upload": number}
    assert office.post(reverse("film_chooser:create"), data).json()["step"] != "chosen"
    send(office, url, 0, content)
    assert signed_in(make_editor()).post(reverse("film_chooser:create"), data).json()["step"] != "chosen"
    assert office.post(reverse("film_chooser:create"), data).json()["step"] == "chosen"
    assert LocalVideo.objects.count() == 1


@pytest.mark.media
def test_a_whole_upload_whose_process_was_killed_becomes_a_film(film: Path, office: Client) -> None:
    announce(office, film.stat().st_size, title="修渠")
    upload = Upload.objects.get()
    upload.part.write_bytes(film.read_bytes())
    assert resumable.finish_left_behind() == 0
    Upload.objects.update(touched_at=timezone.now() - timedelta(minutes=2))
    assert (resumable.finish_left_behind(), resumable.finish_left_behind()) == (1, 0)
    assert LocalVideo.objects.get().title == "修渠"


def test_uploads_that_nobody_continues_are_removed(office: Client, settings: Settings) -> None:
    old, fresh = announce(office, 100), announce(office, 100)
    send(office, old, 0, b"a")
    stray = storage.uploads_root() / "0123.part"
    stray.touch()
    Upload.objects.filter(pk=old.split("/")[-2]).update(
        touched_at=timezone.now() - timedelta(days=settings.LOCAL_VIDEOS_UPLOAD_DAYS, minutes=1)
    )
    assert resumable.sweep_expired() == 1
    assert (head(office, old)[0], head(office, fresh)[0]) == (404, 200)
    assert stray.exists()


def test_the_list_of_uploads_names_what_was_begun(office: Client, editor: Member) -> None:
    url = announce(office, 100, filename="<b>村</b>.mp4", fingerprint="村.mp4|100|1")
    send(office, url, 0, b"a" * 40)
    (mine,) = resumable.unfinished_of(editor)
    assert (mine.name, mine.percent) == ("b>.mp4", 40)
    page = office.get(reverse("local_videos_admin:add")).content.decode()
    assert url in page
    assert resumable.unfinished_of(make_editor()) == []


def test_a_film_is_not_used_by_its_own_parts(office: Client) -> None:
    kept = make_ready_film("修渠")
    announce(office, 100, replaces=str(kept.pk))
    for part in (*kept.jobs.all(), *Upload.objects.all()):
        if ReferenceIndex.model_is_indexable(type(part)):
            ReferenceIndex.create_or_update_for_object(part)
    assert uses_of(kept) == []


@pytest.mark.media
def test_a_film_that_could_not_be_prepared_is_not_offered(film: Path, office: Client) -> None:
    failed = make_ready_film("坏的", content_hash=content_hash.of(film))
    LocalVideo.objects.filter(pk=failed.pk).update(state="failed")
    content = film.read_bytes()
    url = announce(office, len(content))
    send(office, url, 0, content)
    assert what_became(office, url)["state"] == "done"


@pytest.mark.media
def test_a_file_for_a_film_is_taken_even_if_another_one_holds_the_same(film: Path, office: Client) -> None:
    make_ready_film("另一部", content_hash=content_hash.of(film))
    kept, content = make_ready_film("修渠"), film.read_bytes()
    url = announce(office, len(content), replaces=str(kept.pk))
    send(office, url, 0, content)
    assert what_became(office, url)["film"] == {"title": "修渠", "url": f"/admin/films/edit/{kept.pk}/"}


@pytest.mark.media
def test_who_sent_a_film_is_written_down(film: Path, office: Client, editor: Member) -> None:
    content = film.read_bytes()
    send(office, announce(office, len(content)), 0, content)
    made = LocalVideo.objects.get()
    send(office, announce(office, len(content), replaces=str(made.pk)), 0, content)
    logged = ModelLogEntry.objects.for_instance(made).order_by("pk")
    assert list(logged.values_list("action", "user")) == [
        ("wagtail.create", editor.pk),
        ("wagtail.edit", editor.pk),
    ]


@pytest.mark.media
def test_a_film_that_waits_for_a_decision_takes_no_piece(film: Path, office: Client) -> None:
    make_ready_film("修渠", content_hash=content_hash.of(film))
    content = film.read_bytes()
    url = announce(office, len(content))
    send(office, url, 0, content)
    assert send(office, url, len(content), b"a") == (409, None)


def test_an_upload_that_is_not_whole_cannot_be_settled(office: Client) -> None:
    url = announce(office, 100)
    send(office, url, 0, b"a" * 40)
    for how in ("use", "anyway", "now"):
        assert (what_became(office, url, how=how)["state"], head(office, url)[1]) == ("arriving", "40")


@pytest.mark.media
def test_a_whole_upload_that_waits_for_the_server_is_not_tried_each_minute(
    film: Path, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = film.read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr("local_videos.transcoding.tools.candidates", lambda *args: [])
        send(office, announce(office, len(content)), 0, content)
    Upload.objects.update(touched_at=timezone.now() - timedelta(minutes=2))
    assert (resumable.finish_left_behind(), LocalVideo.objects.count()) == (0, 0)


def test_the_form_lists_what_was_begun_for_it_and_can_still_go_on(
    office: Client, editor: Member, settings: Settings
) -> None:
    film = make_ready_film()
    announce(office, 100, filename="新的.mp4")
    announce(office, 100, filename="替换.mp4", replaces=str(film.pk))
    announce(office, 100, filename="做完.mp4")
    announce(office, 100, filename="过期.mp4")
    Upload.objects.filter(name="做完.mp4").update(state="done")
    Upload.objects.filter(name="过期.mp4").update(
        touched_at=timezone.now() - timedelta(days=settings.LOCAL_VIDEOS_UPLOAD_DAYS, minutes=1)
    )
    assert [upload.name for upload in resumable.unfinished_of(editor)] == ["新的.mp4"]
    assert [upload.name for upload in resumable.unfinished_of(editor, film)] == ["替换.mp4"]


def test_files_without_an_upload_are_removed_in_time(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    send(office, announce(office, 100), 0, b"a")
    kept = leftovers()
    ours = Upload.objects.get().part
    for stray in ("0123", f"{ours.name}.4567.link"):
        ours.with_name(stray).touch()
    assert resumable.sweep_expired() == 0
    # As if they had lain there for long.
    monkeypatch.setattr(resumable, "_ARRIVING", timedelta(seconds=-1))
    assert (resumable.sweep_expired(), leftovers()) == (2, kept)
