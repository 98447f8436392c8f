"""From upload to a film that plays, through the real worker and the real ffmpeg."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from local_videos import faults, storage
from local_videos.jobs import lifecycle
from local_videos.jobs.recovery import recover_stale_jobs
from local_videos.jobs.tasks import request_preparation
from local_videos.models import Chapter, LocalVideo, TranscodeJob
from local_videos.signals import video_ready
from local_videos.transcoding import output_files
from local_videos.transcoding.transcode import Made
from local_videos.upload.intake import replace_film, take_in

from .films import call, upload_of

pytestmark = [pytest.mark.media, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
# For what happens around the preparation, which the first test sees whole.
prepared_once = pytest.mark.usefixtures("prepared_once")


@pytest.mark.parametrize("which", ["film", "silent_film"])
def test_a_film_becomes_ready(
    which: str, request: pytest.FixtureRequest, run_tasks: Callable[[], None]
) -> None:
    heard: list[LocalVideo] = []

    def listen(sender: type, video: LocalVideo, **kwargs: object) -> None:
        heard.append(video)

    video_ready.connect(listen)
    video = take_in(file=upload_of(request.getfixturevalue(which)), title="修渠", uploaded_by=None)
    run_tasks()
    video_ready.disconnect(listen)
    video.refresh_from_db()
    assert (video.state, round(video.duration), video.has_sound) == ("ready", 2, which == "film")
    job = video.current_job
    assert job is not None
    assert (job.state, job.percent, job.attempt, job.reason) == ("done", 100, 1, "")
    assert list(job.renditions.values_list("name", "height")) == [("240", 240)]
    assert heard == [video]
    assert video.poster is not None
    assert list(storage.scratch_root().iterdir()) == []
    assert (storage.job_folder(video.pk, job.pk) / output_files.MANIFEST).is_file()


def test_a_job_is_claimed_once(film: Path) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    job = video.jobs.get()
    first, second = lifecycle.claim(job.pk), lifecycle.claim(job.pk)
    assert first is not None
    assert first.attempt == 1
    assert second is None


def test_who_lost_the_lease_can_change_nothing(film: Path, tmp_path: Path) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    old = lifecycle.claim(video.jobs.get().pk)
    assert old is not None
    TranscodeJob.objects.update(state="queued")
    new = lifecycle.claim(old.pk)
    assert new is not None
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.renew(old, 50)
    lifecycle.renew(new, 60)
    made = Made(2.0, 320, 240, True, [], {})
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.finish(old, tmp_path, made)
    new.refresh_from_db()
    assert (new.state, new.percent, new.attempt) == ("running", 60, 2)


@prepared_once
def test_the_old_version_plays_until_the_new_one_is_ready(
    film: Path, silent_film: Path, run_tasks: Callable[[], None]
) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    run_tasks()
    video.refresh_from_db()
    first, old_original, old_poster = video.current_job, video.original.path, video.poster_id
    replace_film(video, upload_of(silent_film))
    video.refresh_from_db()
    assert (video.state, video.current_job, video.has_sound) == ("uploaded", first, True)
    assert not Path(old_original).exists()
    run_tasks()
    video.refresh_from_db()
    assert video.current_job is not None
    assert video.current_job != first
    assert (video.state, video.has_sound) == ("ready", False)
    assert video.poster_id != old_poster


@prepared_once
def test_a_new_version_that_fails_leaves_the_old_one_playing(
    film: Path, run_tasks: Callable[[], None]
) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    run_tasks()
    video.refresh_from_db()
    first, poster, duration = video.current_job, video.poster_id, video.duration
    assert first is not None
    replace_film(video, upload_of(film))
    Path(video.original.path).write_bytes(b"no film any more")
    run_tasks()
    video.refresh_from_db()
    assert (video.state, video.current_job, video.playable) == ("failed", first, True)
    assert (video.poster_id, video.duration) == (poster, duration)
    assert (storage.job_folder(video.pk, first.pk) / output_files.MANIFEST).is_file()


@prepared_once
def test_a_job_for_a_replaced_file_is_dropped(film: Path, run_tasks: Callable[[], None]) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    first = video.jobs.get()
    replace_film(video, upload_of(film))
    run_tasks()
    video.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, first.reason) == ("failed", "replaced")
    assert video.state == "ready"
    assert video.current_job != first


@prepared_once
def test_a_film_that_fails_stops_no_other(film: Path, run_tasks: Callable[[], None]) -> None:
    broken = take_in(file=upload_of(film), title="坏片", uploaded_by=None)
    Path(broken.original.path).write_bytes(b"no film any more")
    sound = take_in(file=upload_of(film), title="好片", uploaded_by=None)
    run_tasks()
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, broken.jobs.get().reason) == ("failed", "not_a_film")
    assert broken.fault() == faults.sentence(faults.NOT_A_FILM)
    assert sound.state == "ready"


@prepared_once
def test_a_film_whose_ffmpeg_is_killed_waits_longer_each_time(
    film: Path, tmp_path: Path, settings: Settings, run_tasks: Callable[[], None]
) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    job = video.jobs.get()
    mortal = tmp_path / "ffmpeg"
    mortal.write_text("#!/bin/sh\nkill -9 $$\n")
    mortal.chmod(0o755)
    settings.LOCAL_VIDEOS_FFMPEG = str(mortal)
    for attempt, pause in ((1, 30), (2, 60)):
        run_tasks()
        job.refresh_from_db()
        video.refresh_from_db()
        assert (video.state, job.state, job.attempt) == ("uploaded", "queued", attempt)
        assert job.lease_until is not None
        assert job.lease_until - timezone.now() == pytest.approx(
            timedelta(seconds=pause), abs=timedelta(seconds=9)
        )
        assert recover_stale_jobs() == 0
        TranscodeJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert recover_stale_jobs() == 1
    run_tasks()
    job.refresh_from_db()
    video.refresh_from_db()
    assert (video.state, job.state, job.reason, job.attempt) == ("failed", "failed", "killed", 3)
    assert list(storage.scratch_root().iterdir()) == []
    settings.LOCAL_VIDEOS_FFMPEG = ""
    request_preparation(video)
    run_tasks()
    video.refresh_from_db()
    assert video.state == "ready"


@prepared_once
def test_a_fault_of_the_server_is_tried_again(film: Path, run_tasks: Callable[[], None]) -> None:
    video = take_in(file=upload_of(film), title="修渠", uploaded_by=None)
    job = video.jobs.get()
    storage.scratch_folder(job.pk, 1).parent.mkdir(parents=True)
    storage.scratch_folder(job.pk, 1).write_text("in the way")
    run_tasks()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 1)
    TranscodeJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert recover_stale_jobs() == 1
    run_tasks()
    video.refresh_from_db()
    assert video.state == "ready"


@prepared_once
def test_chapters_come_with_the_film_unless_somebody_wrote_better_ones(
    film: Path, tmp_path: Path, run_tasks: Callable[[], None]
) -> None:
    notes, marked = tmp_path / "notes.txt", tmp_path / "marked.mkv"
    notes.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=1\nEND=2\ntitle=播种\n")
    call("-y", "-i", str(film), "-i", str(notes), "-map_chapters", "1", "-c", "copy", str(marked))
    video = take_in(file=upload_of(marked), title="修渠", uploaded_by=None)
    run_tasks()
    assert list(video.chapters.values_list("start", "title", "from_file")) == [(1.0, "播种", True)]
    replace_film(video, upload_of(film))
    run_tasks()
    assert not video.chapters.exists()
    Chapter.objects.create(video=video, start=0.5, title="选种")
    replace_film(video, upload_of(marked))
    run_tasks()
    assert list(video.chapters.values_list("start", "title")) == [(0.5, "选种")]
