"""Every bad file gets its sentence and leaves nothing behind."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from pytest_django import Settings

from local_videos import faults, storage
from local_videos.models import LocalVideo
from local_videos.transcoding import tools
from local_videos.transcoding.probing import probe
from local_videos.upload.intake import IntakeRefused, name_without_ending, replace_film, take_in

from .films import call, make_ready_film, shoot, upload_of

pytestmark = [pytest.mark.media, pytest.mark.django_db]


def _refused(content: bytes, name: str = "village.mp4") -> str:
    with pytest.raises(IntakeRefused) as refused:
        take_in(file=ContentFile(content, name=name), title="修渠", uploaded_by=None)
    assert LocalVideo.objects.count() == 0
    originals = Path(storage.OriginalsStorage().location)
    assert not originals.exists() or list(originals.iterdir()) == []
    return refused.value.code


def test_text_renamed_to_a_film_is_refused() -> None:
    assert _refused("会议记录\n".encode() * 200) == faults.NOT_A_FILM


def test_an_empty_file_is_refused() -> None:
    assert _refused(b"") == faults.EMPTY


def test_a_film_cut_off_before_its_index_is_refused(film: Path) -> None:
    content = film.read_bytes()
    assert _refused(content[: len(content) // 2]) == faults.CUT_OFF


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{film}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {film}\n",
        '<?xml version="1.0"?>\n<MPD><BaseURL>{film}</BaseURL></MPD>',
        "\ufeff  [playlist]\nFile1={film}\n",
    ],
)
def test_a_playlist_that_names_a_file_of_the_server_is_refused(text: str, film: Path) -> None:
    assert _refused(text.format(film=film).encode()) == faults.PLAYLIST


@pytest.mark.parametrize("text", ["\n\n\n// #EXTM3U\n", "file '{film}'\n", "v=0\no=- 0 0 IN IP4 127.0.0.1\n"])
def test_ffprobe_opens_nothing_but_films(text: str, film: Path) -> None:
    assert _refused(text.format(film=film).encode()) == faults.NOT_A_FILM


def test_a_film_of_no_seconds_is_refused(tmp_path: Path) -> None:
    still = shoot(tmp_path / "still.mp4", seconds=0.04, sound=False)
    assert _refused(still.read_bytes()) == faults.NO_LENGTH


def test_a_photograph_is_refused(tmp_path: Path) -> None:
    call("-y", "-f", "lavfi", "-i", "testsrc2=duration=1", "-frames:v", "1", str(tmp_path / "photo.jpg"))
    assert _refused((tmp_path / "photo.jpg").read_bytes(), "photo.mp4") == faults.NOT_A_FILM


@pytest.mark.parametrize("streams", [32, 33])
def test_a_film_of_countless_tracks_is_refused(streams: int, tmp_path: Path) -> None:
    place = tmp_path / "tracks.mp4"
    tracks = ["-map", "0"] * streams
    call("-y", "-f", "lavfi", "-i", "sine=duration=1", *tracks, str(place))
    if streams <= tools.MAX_STREAMS:
        assert take_in(file=upload_of(place), title="", uploaded_by=None).has_sound
    else:
        assert _refused(place.read_bytes()) == faults.TRACKS


def test_the_cover_of_a_recording_is_no_film(tmp_path: Path) -> None:
    place = tmp_path / "song.m4a"
    cover = ["-f", "lavfi", "-i", "testsrc2=size=64x64:duration=1", "-frames:v", "1", "-c:v", "mjpeg"]
    marked = ["-disposition:v", "attached_pic", "-map", "0", "-map", "1"]
    call("-y", "-f", "lavfi", "-i", "sine=duration=1", *cover, *marked, str(place))
    assert (probe(place).video_stream, probe(place).has_sound) == (None, True)


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("LOCAL_VIDEOS_MAX_UPLOAD_BYTES", 1000, faults.TOO_LARGE),
        ("LOCAL_VIDEOS_MAX_SECONDS", 1, faults.TOO_LONG),
        ("LOCAL_VIDEOS_MAX_PIXELS", 320 * 240 - 1, faults.TOO_MANY_PIXELS),
    ],
)
def test_the_limits_of_the_site_hold(
    setting: str, value: int, code: str, settings: Settings, film: Path
) -> None:
    setattr(settings, setting, value)
    assert _refused(film.read_bytes()) == code


def test_a_full_disc_is_said(monkeypatch: pytest.MonkeyPatch, film: Path) -> None:
    monkeypatch.setattr(storage, "RESERVE_BYTES", 10**18)
    assert _refused(film.read_bytes()) == faults.DISC_FULL


def test_a_file_that_cannot_be_written_is_refused_with_a_sentence(film: Path) -> None:
    storage.root().mkdir()
    Path(storage.OriginalsStorage().location).write_text("in the way")
    with pytest.raises(IntakeRefused) as refused:
        take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    assert (refused.value.code, LocalVideo.objects.count()) == (faults.DISC_FULL, 0)


def test_the_name_an_upload_had_is_kept_for_reading_only(film: Path) -> None:
    video = take_in(file=upload_of(film, "C:\\films\\../../白菜.mp4"), title="", uploaded_by=None)
    assert (video.title, video.original_name) == ("白菜", "白菜.mp4")
    assert Path(video.original.path).parent == Path(storage.OriginalsStorage().location)
    assert len(Path(video.original.path).name) == 32
    with pytest.raises(ValueError, match="no address"):
        _ = video.original.url


def test_a_bad_replacement_leaves_the_film_as_it_was(film: Path) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    before = video.original.name
    with pytest.raises(IntakeRefused):
        replace_film(video, ContentFile(b"no film", name="x.mp4"))
    video.refresh_from_db()
    assert (video.original.name, video.jobs.count()) == (before, 1)
    assert Path(video.original.path).is_file()


def test_a_replacement_that_is_rolled_back_keeps_the_file(film: Path) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    before = Path(video.original.path)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        replace_film(video, upload_of(film))
        raise ZeroDivisionError
    assert before.is_file()


def test_what_was_decided_while_a_replacement_was_looked_into_stays(film: Path) -> None:
    video = make_ready_film("修渠")
    first = video.current_job
    LocalVideo.objects.filter(pk=video.pk).update(current_job=None)
    stale = LocalVideo.objects.get(pk=video.pk)
    # Meanwhile the first version becomes ready and somebody writes a better title.
    LocalVideo.objects.filter(pk=video.pk).update(current_job=first, title="修渠人", duration=60)
    replace_film(stale, upload_of(film))
    video.refresh_from_db()
    assert (video.current_job, video.title, video.duration, video.state) == (first, "修渠人", 60, "uploaded")
    assert Path(video.original.path).read_bytes() == film.read_bytes()


@pytest.mark.parametrize(
    ("name", "title"), [("a/b/课.mp4", "课"), ("", "film"), ("课", "课"), ("x" * 300 + ".mp4", "x" * 255)]
)
def test_a_title_is_made_of_the_file_name(name: str, title: str) -> None:
    assert name_without_ending(name) == title
