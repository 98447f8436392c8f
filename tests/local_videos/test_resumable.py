"""Uploads that come piece by piece: the protocol's rules, whose they are, and what is kept."""

import errno
import fcntl
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Collection, GroupCollectionPermission

from local_videos import faults, storage
from local_videos.models import LocalVideo, Upload
from local_videos.upload import content_hash, resumable
from members.models import Member
from tests.builders import make_member

from .films import make_ready_film
from .tus import (
    BACKEND,
    TUS,
    URL,
    announce,
    head,
    leftovers,
    make_editor,
    metadata,
    send,
    signed_in,
    what_became,
)

pytestmark = pytest.mark.django_db


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
    refused = other.delete(url, headers=TUS)
    # By the version a browser knows that the site said so, and no portal on the way.
    assert (refused.status_code, refused.headers["Tus-Resumable"]) == (404, "1.0.0")
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


def test_who_may_no_longer_change_a_film_replaces_nothing(office: Client, editor: Member) -> None:
    url = announce(office, 100, replaces=str(make_ready_film().pk))
    assert head(office, url)[0] == 200
    GroupCollectionPermission.objects.filter(
        group__in=editor.groups.all(), permission__codename="change_localvideo"
    ).delete()
    assert head(office, url)[0] == 404


def test_without_the_right_to_add_films_only_a_film_of_ones_own_gets_a_new_file(
    office: Client, editor: Member
) -> None:
    kept = make_ready_film()
    GroupCollectionPermission.objects.filter(
        group__in=editor.groups.all(), permission__codename="add_localvideo"
    ).delete()
    assert office.post(URL, headers=TUS | {"Upload-Length": "9"}).status_code == 404
    announce(office, 9, replaces=str(kept.pk))


def test_a_film_comes_into_no_collection_of_others(office: Client, editor: Member) -> None:
    own, others = (Collection.get_first_root_node().add_child(name=name) for name in ("本组", "别组"))
    more = Collection.get_first_root_node().add_child(name="也是本组")
    rights = GroupCollectionPermission.objects.filter(
        group__in=editor.groups.all(), permission__content_type__model="localvideo"
    )
    for right in rights:
        GroupCollectionPermission.objects.create(
            group=right.group, permission=right.permission, collection=more
        )
    rights.exclude(collection=more).update(collection=own)
    said = TUS | {"Upload-Length": "9", "Upload-Metadata": metadata(collection=str(others.pk))}
    answer = office.post(URL, headers=said)
    assert (answer.status_code, Upload.objects.count()) == (400, 0)
    assert answer.content
    announce(office, 9, collection=str(more.pk))
    assert Upload.objects.get().collection == more


def test_one_piece_must_not_hold_a_worker_for_hours(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resumable, "MOST_CHUNK_BYTES", 10)
    url = announce(office, 100)
    assert send(office, url, 0, b"a" * 11) == (413, None)
    assert send(office, url, 0, b"a" * 10) == (204, "10")


def test_a_full_disc_is_said_and_keeps_what_had_room(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url, write = announce(office, 100), os.write

    def full(file: int, piece: bytes) -> int:
        if len(piece) < 30:
            raise OSError(errno.ENOSPC, "full")
        return write(file, piece[:30])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        answer = send(office, url, 0, b"a" * 50)
    assert (answer, head(office, url)[1]) == ((507, None), "30")
    assert send(office, url, 30, b"b" * 10) == (204, "40")


def test_each_piece_prolongs_the_upload(office: Client) -> None:
    url = announce(office, 100)
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=2))
    send(office, url, 0, b"a")
    assert timezone.now() - Upload.objects.get().touched_at < timedelta(minutes=1)


def test_room_is_not_kept_for_what_nobody_sends(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(office, 600)
    Upload.objects.update(touched_at=timezone.now() - timedelta(hours=2))

    class Disc:
        free = storage.RESERVE_BYTES + 999

    monkeypatch.setattr("shutil.disk_usage", lambda where: Disc)
    announce(office, 999)


def test_a_piece_for_an_upload_that_was_given_up_meanwhile_leaves_nothing(office: Client) -> None:
    announce(office, 100)
    ours = Upload.objects.get()
    resumable.discard(Upload.objects.get())
    with pytest.raises(Upload.DoesNotExist):
        resumable.add(ours, offset=0, read=lambda most: b"", length=None)
    assert leftovers() == []
