"""The console: report, cancel, once more, sweep; posters and chapters."""

import io
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image
from pytest_django import Settings
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, ModelLogEntry, ReferenceIndex

from local_videos import faults, storage
from local_videos.jobs import lifecycle, worker
from local_videos.models import LocalVideo, TranscodeJob
from local_videos.playback import chapters, posters
from local_videos.playback.streaming import ChapterMark, open_stream
from local_videos.playback.tasks import delete_unused_poster, take_poster
from local_videos.upload import intake
from members.models import Member
from tests.builders import make_lecture, make_member

from .films import make_ready_film, shoot_long, upload_of

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
Committed = Callable[..., AbstractContextManager[object]]


@pytest.fixture
def editor() -> Member:
    member = make_member(name="编辑甲")
    member.groups.add(Group.objects.get(name="Editors"))
    return member


@pytest.fixture
def office(client: Client, editor: Member) -> Client:
    client.force_login(editor, backend=BACKEND)
    return client


def _url(name: str, *args: object) -> str:
    return reverse(f"local_videos_admin:{name}", args=args)


def busy_film(title: str = "修渠", **job: object) -> LocalVideo:
    """A film that plays while a newer version is being prepared."""
    film = make_ready_film(title)
    job = {"state": "running", "attempt": 1, "percent": 25, "started_at": timezone.now()} | job
    TranscodeJob.objects.create(video=film, lease_until=timezone.now() + timedelta(minutes=2), **job)
    LocalVideo.objects.filter(pk=film.pk).update(state="preparing")
    film.refresh_from_db()
    return film


def paint(film: LocalVideo, number: int, colour: str) -> None:
    """Lay a frame beside what plays."""
    assert film.current_job_id is not None
    place = storage.job_folder(film.pk, film.current_job_id) / f"poster-{number}.jpg"
    Image.new("RGB", (64, 36), colour).save(place)


def with_frame(film: LocalVideo) -> LocalVideo:
    """Give `film` a poster of its own."""
    paint(film, 1, "red")
    take_poster(film, posters.frame_of(film, 1) or Path())
    return film


def test_the_time_left_follows_from_what_is_done() -> None:
    film = busy_film(started_at=timezone.now() - timedelta(seconds=60))
    assert 180 <= (film.seconds_left or 0) < 600
    film.jobs.update(percent=1)
    assert LocalVideo.objects.get(pk=film.pk).seconds_left is None
    assert make_ready_film().seconds_left is None


def test_the_report_says_of_every_film_how_it_stands(office: Client, editor: Member) -> None:
    busy_film("修渠", started_at=timezone.now() - timedelta(seconds=60))
    failed = make_ready_film("失败", uploaded_by=editor, size=5_000_000)
    TranscodeJob.objects.create(video=failed, state="failed", reason=faults.SHORTER)
    LocalVideo.objects.filter(pk=failed.pk).update(state="failed")
    page = office.get(_url("index")).content.decode()
    assert "4.8\xa0MB" in page
    answer = office.get(_url("index") + "?export=xlsx")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # exports are streamed
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    told = {row[0]: row for row in rows}
    assert told["失败"][5:] == (faults.sentence(faults.SHORTER), 60, 5_000_000, "编辑甲", told["失败"][9])
    assert told["修渠"][3] == 25
    assert 180 <= told["修渠"][4] < 600


def test_an_editor_cancels_and_starts_again(office: Client) -> None:
    film = busy_film()
    assert office.post(_url("cancel", film.pk)).status_code == 302
    film.refresh_from_db()
    assert (film.state, film.fault(), film.playable) == ("failed", faults.sentence(faults.CANCELLED), True)
    assert not lifecycle.cancel(film)
    for _pressed_twice in range(2):
        assert office.post(_url("try_again", film.pk)).status_code == 302
    assert film.jobs.filter(state="queued").count() == 1
    logged = ModelLogEntry.objects.for_instance(film).order_by("pk").values_list("action", flat=True)
    assert list(logged) == ["local_videos.cancel", "local_videos.try_again"]


def test_the_list_cancels_and_tries_again_and_is_come_back_to(office: Client) -> None:
    busy, ready = busy_film("修渠"), make_ready_film("已好")
    failed = make_ready_film("失败")
    LocalVideo.objects.filter(pk=failed.pk).update(state="failed")
    page = BeautifulSoup(office.get(_url("index") + "?p=1").content, "html.parser")

    def offered(film: LocalVideo) -> list[Tag]:
        row = page.select_one(f'tr:has([data-film-state="{_url("state", film.pk)}"])')
        assert row is not None
        return [form for form in row.select("form") if not form.has_attr("hidden")]

    (cancel,), (again,) = offered(busy), offered(failed)
    assert offered(ready) == []
    assert (cancel["action"], again["action"]) == (_url("cancel", busy.pk), _url("try_again", failed.pk))
    for form in (cancel, again):
        sent = {field["name"]: field["value"] for field in form.select("input")}
        answer = office.post(str(form["action"]), sent)
        assert (answer.status_code, answer["Location"]) == (302, _url("index") + "?p=1")
    busy.refresh_from_db()
    failed.refresh_from_db()
    assert (busy.state, failed.state) == ("failed", "uploaded")
    outside = office.post(_url("cancel", failed.pk), {"next": "https://elsewhere.example/"})
    assert outside["Location"] == _url("edit", failed.pk)


def test_a_film_that_is_ready_is_not_cancelled(office: Client) -> None:
    film = make_ready_film()
    office.post(_url("cancel", film.pk))
    film.refresh_from_db()
    assert (film.state, film.playable) == ("ready", True)


@pytest.mark.media
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_running_job_ends_within_seconds(tmp_path: Path, settings: Settings) -> None:
    settings.LOCAL_VIDEOS_LEASE_SECONDS = 4
    # Minutes of work even on a fast machine, of which seconds are done.
    settings.LOCAL_VIDEOS_LADDER = [(32, 100_000, "placebo")]
    long = shoot_long(tmp_path / "long.mp4", times=300, seconds=4, size="64x36")
    film = intake.take_in(file=upload_of(long), title="长片", uploaded_by=None)
    job = film.jobs.get()

    first: list[int] = []

    def stop() -> None:
        while not first:
            threading.Event().wait(0.2)
            going_on = TranscodeJob.objects.filter(pk=job.pk, state="running", percent__gt=0)
            first.extend(going_on.values_list("percent", flat=True))
        lifecycle.cancel(film)
        connection.close()

    watcher = threading.Thread(target=stop)
    watcher.start()
    worker.run_job(job.pk)
    watcher.join()
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", faults.CANCELLED)
    assert job.finished_at is not None
    assert timezone.now() - job.finished_at < timedelta(seconds=6)
    # Told from the beginning on, not only when the first frame for the poster has been reached.
    assert first[0] < 5
    assert list(storage.scratch_root().iterdir()) == []


def test_the_sweep_asks_first_and_finds_what_is_stuck(office: Client) -> None:
    stuck, well = busy_film("停滞"), busy_film("正常")
    stuck.jobs.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert office.get(_url("sweep")).status_code == 200
    assert stuck.jobs.filter(state="running").count() == 1
    assert office.post(_url("sweep")).status_code == 302
    states = {film.title: film.newest_job().state for film in (stuck, well)}  # type: ignore[union-attr]
    assert states == {"停滞": "queued", "正常": "running"}


def test_nobody_else_may_cancel_sweep_or_see_a_frame(office: Client, editor: Member) -> None:
    film = busy_film("内部片")
    paint(film, 1, "red")
    stranger = Client()
    stranger.force_login(make_member(), backend=BACKEND)
    GroupCollectionPermission.objects.filter(
        group__in=editor.groups.all(), permission__content_type__model="localvideo"
    ).update(collection=Collection.get_first_root_node().add_child(name="本组"))
    for client, statuses in ((office, {404}), (stranger, {302, 403})):
        assert client.get(_url("frame", film.pk, 1)).status_code in statuses
        assert client.post(_url("cancel", film.pk)).status_code in statuses
    assert stranger.post(_url("sweep")).status_code in {302, 403}
    assert film.jobs.filter(state="running").count() == 1


def test_an_editor_chooses_a_frame_as_the_poster(office: Client) -> None:
    film = make_ready_film()
    assert "frame" not in office.get(_url("edit", film.pk)).context["form"].fields
    paint(film, 1, "red")
    paint(film, 3, "blue")
    paint(film, 5, "green")
    assert posters.frames_of(film) == [1, 3, 5]
    assert [posters.frame_of(film, number) for number in (0, -2, 6)] == [None, None, None]
    page = office.get(_url("edit", film.pk)).content.decode()
    assert (_url("frame", film.pk, 3) in page, _url("frame", film.pk, 2) in page) == (True, False)
    answer = office.get(_url("frame", film.pk, 3))
    assert (answer["Content-Type"], office.get(_url("frame", film.pk, 2)).status_code) == ("image/jpeg", 404)
    for number in ("1", "3"):
        data = {"title": "新题", "frame": number, "poster": film.poster_id or ""}
        assert office.post(_url("edit", film.pk), data).status_code == 302
        film.refresh_from_db()
    assert film.poster is not None
    with film.poster.open_file() as file:
        assert Image.open(file).getpixel((5, 5)) == pytest.approx((0, 0, 254), abs=3)


def test_a_frame_that_was_replaced_goes_when_no_open_page_asks_for_it_any_more(
    django_capture_on_commit_callbacks: Committed,
) -> None:
    film = make_ready_film()
    taken = []
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            taken.append(with_frame(film).poster_id)
    images = get_image_model().objects.order_by("pk")
    assert [image.pk for image in images] == taken
    # In the day until then an editor puts the second one into a text.
    ReferenceIndex.create_or_update_for_object(make_lecture(body=[("image", images[1])]))
    waiting = DBTaskResult.objects.filter(task_path=delete_unused_poster.module_path).order_by("pk")
    assert {task.args_kwargs["args"][0] for task in waiting} == set(taken[:2])
    for task in waiting:
        assert task.run_after > timezone.now() + timedelta(hours=23)
        task.task.call(*task.args_kwargs["args"])
    assert [image.pk for image in images.all()] == taken[1:]


def test_a_film_takes_its_own_frame_along_but_no_picture_that_something_else_shows(
    django_capture_on_commit_callbacks: Committed,
) -> None:
    own, shown, brought = (with_frame(make_ready_film()) for _ in range(3))
    ReferenceIndex.create_or_update_for_object(make_lecture(body=[("image", shown.poster)]))
    LocalVideo.objects.filter(pk=brought.pk).update(poster_is_own=False)
    with django_capture_on_commit_callbacks(execute=True):
        for film in LocalVideo.objects.all():
            film.delete()
    kept = set(get_image_model().objects.values_list("pk", flat=True))
    assert kept == {shown.poster_id, brought.poster_id}
    assert own.poster_id not in kept


def test_each_reason_has_a_sentence_of_its_own() -> None:
    codes = {value for name, value in vars(faults).items() if name.isupper() and isinstance(value, str)}
    assert codes == set(faults.SENTENCES)
    assert len({faults.sentence(code) for code in codes}) == len(codes)


def test_a_picture_of_the_editors_own_outlives_the_choice_of_a_frame(office: Client) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 36)).save(picture, "JPEG")
    own = get_image_model().objects.create(title="自备", file=ContentFile(picture.getvalue(), "own.jpg"))
    film = make_ready_film(poster=own, poster_is_own=False)
    paint(film, 1, "red")
    office.post(_url("edit", film.pk), {"title": "新题", "poster": own.pk, "frame": "1"})
    film.refresh_from_db()
    assert (film.poster != own, film.poster_is_own) == (True, True)
    assert get_image_model().objects.filter(pk=own.pk).exists()


def test_chapters_are_written_as_lines(office: Client) -> None:
    film = make_ready_film(duration=4000)
    text = "1:05:00 收尾\n\n0:00 <b>开头</b>\n 1：05  怎样播种 "
    assert office.post(_url("edit", film.pk), {"title": "题", "chapters_text": text}).status_code == 302
    assert list(film.chapters.values_list("start", "title")) == [
        (0, "<b>开头</b>"),
        (65, "怎样播种"),
        (3900, "收尾"),
    ]
    assert chapters.written(film) == "0:00 <b>开头</b>\n1:05 怎样播种\n1:05:00 收尾"


def test_a_film_has_no_end_of_chapters() -> None:
    lines = [f"{n // 60}:{n % 60:02} 第{n}节" for n in range(201)]
    assert len(chapters.parse("\n".join(lines[:200]), 3600)) == 200
    with pytest.raises(chapters.ChaptersRefused):
        chapters.parse("\n".join(lines), 3600)


@pytest.mark.parametrize("text", ["开头", "0:70 太大", "0:05 一\n0:05 二", "5:00 片尾之后", "0:05"])
def test_a_line_that_is_no_chapter_is_refused_beside_the_field(text: str, office: Client) -> None:
    film = make_ready_film(duration=60)
    chapters.replace_chapters(film, [(1.0, "原来的")])
    answer = office.post(_url("edit", film.pk), {"title": "题", "chapters_text": text})
    assert list(answer.context["form"].errors) == ["chapters_text"]
    assert film.chapters.get().title == "原来的"


def test_the_player_lists_chapters_and_never_reads_them_as_markup(member_client: Client) -> None:
    film = make_ready_film(duration=600)
    chapters.replace_chapters(film, [(0.0, "开头"), (65.0, "<script>alert(1)</script>")])
    stream = open_stream(film)
    assert stream.chapters == [ChapterMark(0, "开头"), ChapterMark(65, "<script>alert(1)</script>")]
    page = member_client.get(make_lecture("白菜怎么种", video=film).url).content.decode()
    assert page.count("data-chapter=") == 2
    assert 'href="?t=65" data-chapter="65.0"' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_small_pictures_are_offered_only_where_there_are_some() -> None:
    without, film = make_ready_film(), make_ready_film()
    assert film.current_job_id is not None
    (storage.job_folder(film.pk, film.current_job_id) / "thumbs.vtt").touch()
    assert open_stream(without).thumbs_url == ""
    assert open_stream(film).thumbs_url == open_stream(film).hls_url.replace("master.m3u8", "thumbs.vtt")
