"""Uploads that come piece by piece: the protocol's rules, whose they are, and what becomes of them."""

import base64
import fcntl
import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Collection, GroupCollectionPermission, ReferenceIndex

from local_videos import content_hash, faults, recovery, resumable, storage
from local_videos.film_usage import uses_of
from local_videos.models import LocalVideo, Upload
from members.models import Member
from tests.builders import make_member

from .films import make_ready_film

pytestmark = pytest.mark.django_db
BACKEND = "members.sign_in.PhoneOrNumberBackend"
TUS = {"Tus-Resumable": "1.0.0"}
URL = "/admin/films/uploads/"


def make_editor() -> Member:
    """A member who may add films."""
    member = make_member()
    member.groups.add(Group.objects.get(name="Editors"))
    return member


def signed_in(member: Member) -> Client:
    """A browser of `member`."""
    client = Client()
    client.force_login(member, backend=BACKEND)
    return client


@pytest.fixture
def editor() -> Member:
    return make_editor()


@pytest.fixture
def office(editor: Member) -> Client:
    return signed_in(editor)


def metadata(**said: str) -> str:
    """Write the header `Upload-Metadata`."""
    return ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())


def announce(office: Client, size: int, **said: str) -> str:
    """Open an upload and return its address."""
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata(**said)}
    answer = office.post(URL, headers=headers)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"])


def send(office: Client, url: str, offset: int, piece: bytes, **more: str) -> tuple[int, str | None]:
    """Send one piece; return the status and where the file ends now."""
    answer = office.generic(
        "PATCH",
        url,
        piece,
        content_type=more.pop("content_type", "application/offset+octet-stream"),
        headers=TUS | {"Upload-Offset": str(offset)} | more,
    )
    return answer.status_code, answer.headers.get("Upload-Offset")


def head(office: Client, url: str) -> tuple[int, str | None, str | None]:
    """Ask how much has arrived."""
    answer = office.head(url, headers=TUS)
    return answer.status_code, answer.headers.get("Upload-Offset"), answer.headers.get("Upload-Length")


def what_became(office: Client, url: str, **how: str) -> dict[str, object]:
    """Ask for the outcome, or decide it."""
    answer = office.post(f"{url}decide/", how) if how else office.get(f"{url}state/")
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def leftovers() -> list[str]:
    """Names of what lies in the folder of uploads."""
    return sorted(file.name for file in storage.uploads_root().iterdir())


@pytest.mark.media
def test_pieces_become_the_film_that_was_sent(film: Path, office: Client, editor: Member) -> None:
    content = film.read_bytes()
    url = announce(office, len(content), filename="../../etc/村里.mp4", title=" 修渠 ")
    third = len(content) // 3
    assert send(office, url, 0, content[:third]) == (204, str(third))
    assert head(office, url) == (200, str(third), str(len(content)))
    assert send(office, url, third, content[third:]) == (204, str(len(content)))
    video = LocalVideo.objects.get()
    assert Path(video.original.path).read_bytes() == content
    assert (video.title, video.original_name, video.uploaded_by) == ("修渠", "村里.mp4", editor)
    assert (video.content_hash, video.state) == (content_hash.of(film), "uploaded")
    told = what_became(office, url)
    assert (told["state"], told["film"]) == (
        "done",
        {"title": "修渠", "url": f"/admin/films/edit/{video.pk}/"},
    )
    # The answer to the last piece may get lost; asking again finds everything there.
    assert head(office, url) == (200, str(len(content)), str(len(content)))
    assert leftovers() == []


def test_a_piece_must_begin_where_the_file_ends(office: Client) -> None:
    url = announce(office, 100)
    assert send(office, url, 0, b"a" * 40) == (204, "40")
    for wrong in (0, 39, 41, 100):
        assert send(office, url, wrong, b"b" * 10) == (409, None)
    assert head(office, url) == (200, "40", "100")
    assert send(office, url, 40, b"c" * 10) == (204, "50")
    assert Upload.objects.get().part.read_bytes() == b"a" * 40 + b"c" * 10


@pytest.mark.parametrize("offset", ["-1", "x", "", "1e3", "９", "9" * 30])
def test_a_tampered_offset_is_refused(offset: str, office: Client) -> None:
    url = announce(office, 100)
    headers = TUS | {"Upload-Offset": offset}
    answer = office.generic(
        "PATCH", url, b"aa", content_type="application/offset+octet-stream", headers=headers
    )
    assert (answer.status_code, head(office, url)[1]) == (400, "0")


def test_a_piece_beyond_the_announced_end_leaves_nothing(office: Client) -> None:
    url = announce(office, 100)
    send(office, url, 0, b"a" * 60)
    assert send(office, url, 60, b"b" * 41) == (413, None)
    # Even if its length was not said.
    ours = Upload.objects.get()
    pieces = iter([b"b" * 40, b"b", b""])
    with pytest.raises(resumable.TooLong):
        resumable.add(ours, offset=60, read=lambda most: next(pieces), length=None)
    assert head(office, url)[1] == "60"


def test_what_came_before_the_line_broke_is_kept(office: Client) -> None:
    url = announce(office, 100)

    def broken(most: int, pieces: list[bytes] = [b"a" * 30, b"b" * 12]) -> bytes:  # noqa: B006  used once
        if not pieces:
            raise OSError("gone")
        return pieces.pop(0)

    with pytest.raises(OSError, match="gone"):
        resumable.add(Upload.objects.get(), offset=0, read=broken, length=100)
    assert head(office, url) == (200, "42", "100")


def test_two_pieces_at_once_do_not_mix(office: Client) -> None:
    url = announce(office, 100)
    part = os.open(Upload.objects.get().part, os.O_RDWR)
    fcntl.flock(part, fcntl.LOCK_EX)
    assert send(office, url, 0, b"a") == (423, None)
    assert office.delete(url, headers=TUS).status_code == 423
    os.close(part)
    assert send(office, url, 0, b"a") == (204, "1")


def test_nobody_else_learns_of_an_upload(office: Client) -> None:
    url = announce(office, 100, filename="内部片.mp4")
    send(office, url, 0, b"a" * 40)
    other, reader = signed_in(make_editor()), signed_in(make_member())
    assert head(other, url)[0] == 404
    assert send(other, url, 40, b"b")[0] == 404
    assert other.delete(url, headers=TUS).status_code == 404
    assert other.get(f"{url}state/").status_code == 404
    assert other.post(f"{url}decide/", {"how": "anyway"}).status_code == 404
    assert "内部片" not in other.get(reverse("local_videos_admin:add")).content.decode()
    assert "内部片" in office.get(reverse("local_videos_admin:add")).content.decode()
    for stranger in (reader, Client()):
        assert head(stranger, url)[0] in {302, 403}
        assert stranger.post(URL, headers=TUS | {"Upload-Length": "9"}).status_code in {302, 403}
    assert head(office, url) == (200, "40", "100")
    assert Upload.objects.count() == 1


def test_who_may_no_longer_add_films_has_no_upload(office: Client, editor: Member) -> None:
    url = announce(office, 100)
    GroupCollectionPermission.objects.filter(
        group__in=editor.groups.all(), permission__codename="add_localvideo"
    ).delete()
    assert head(office, url)[0] == 404


def test_a_forged_form_cannot_upload(editor: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor, backend=BACKEND)
    assert strict.post(URL, headers=TUS | {"Upload-Length": "9"}).status_code == 403
    assert Upload.objects.count() == 0


def test_limits_are_said_before_anything_is_sent(office: Client, settings: Settings) -> None:
    settings.LOCAL_VIDEOS_MAX_UPLOAD_BYTES = 100

    def status(size: str) -> tuple[int, str]:
        answer = office.post(URL, headers=TUS | {"Upload-Length": size})
        return answer.status_code, answer.content.decode()

    assert status("101") == (413, faults.sentence(faults.TOO_LARGE))
    assert status("0") == (400, faults.sentence(faults.EMPTY))
    assert status("-5")[0] == 400
    assert status("100")[0] == 201
    page = office.get(reverse("local_videos_admin:add")).content.decode()
    assert 'data-film-limit="100"' in page


def test_room_is_kept_for_what_is_still_to_come(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = announce(office, 600)
    send(office, url, 0, b"a" * 100)

    class Disc:
        free = storage.RESERVE_BYTES + 999

    monkeypatch.setattr("shutil.disk_usage", lambda where: Disc)
    answer = office.post(URL, headers=TUS | {"Upload-Length": "500"})
    assert (answer.status_code, answer.content.decode()) == (507, faults.sentence(faults.DISC_FULL))
    announce(office, 499)


def test_the_protocol_says_what_it_can(office: Client) -> None:
    answer = office.options(URL)
    assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
    assert answer["Tus-Extension"] == "creation,termination,expiration"
    url = announce(office, 9)
    assert office.head(url).status_code == 412
    assert office.post(URL, headers={"Tus-Resumable": "0.2", "Upload-Length": "9"}).status_code == 412
    assert send(office, url, 0, b"a", content_type="text/plain")[0] == 415
    for broken in ("filename §", "a b c", "filename /w=="):
        headers = TUS | {"Upload-Length": "9", "Upload-Metadata": broken}
        assert office.post(URL, headers=headers).status_code == 400


def test_an_upload_can_be_given_up(office: Client) -> None:
    url = announce(office, 100)
    send(office, url, 0, b"a")
    assert office.delete(url, headers=TUS).status_code == 204
    assert head(office, url)[0] == 404
    assert (Upload.objects.count(), leftovers()) == (0, [])


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
        broken.setattr("local_videos.tools.candidates", lambda *args: [])
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
