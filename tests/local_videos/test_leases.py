"""Who holds a job may change its film, and nobody else; what a dead worker left is put right. No ffmpeg."""

import errno
import os
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.utils import timezone
from PIL import Image
from wagtail.images import get_image_model

from local_videos import faults, storage
from local_videos.jobs import lifecycle, worker
from local_videos.jobs.recovery import recover_stale_jobs, sweep_scratch, sweep_superseded
from local_videos.jobs.tasks import request_preparation
from local_videos.models import LocalVideo, TranscodeJob
from local_videos.signals import video_ready
from local_videos.transcoding import output_files
from local_videos.transcoding.transcode import Made

from .films import make_ready_film

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]
MADE = Made(2.0, 320, 240, True, [], {})
FAULT = faults.FilmFault(faults.FFMPEG_FAILED)


def claimed(video: LocalVideo | None = None) -> TranscodeJob:
    """A job that a worker has just taken, of a film that plays in an older version."""
    video = video or make_ready_film()
    original = Path(video.original.path)
    original.parent.mkdir(parents=True, exist_ok=True)
    original.write_bytes(b"film")
    job = lifecycle.claim(request_preparation(video).pk)
    assert job is not None
    return job


def state_of(job: TranscodeJob) -> tuple[str, str, str]:
    """The states of the job and its film, and the reason."""
    job = TranscodeJob.objects.select_related("video").get(pk=job.pk)
    return job.state, job.video.state, job.reason


def lease_ends() -> None:
    """Let a while pass."""
    TranscodeJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_whoever_was_replaced_is_told_when_renewing_and_finishes_nothing(tmp_path: Path) -> None:
    job = claimed()
    playing = job.video.current_job_id
    lifecycle.renew(job, 10)
    request_preparation(job.video)
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.renew(job, 50)
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.finish(job, tmp_path, MADE)
    assert LocalVideo.objects.get().current_job_id == playing
    assert tmp_path.is_dir()


def test_a_busy_database_costs_nobody_the_lease() -> None:
    job = claimed()

    def busy(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.startswith("UPDATE"):
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    with connection.execute_wrapper(busy):
        lifecycle.renew(job, 50)  # and goes on working


@pytest.mark.parametrize("give_up", [lifecycle.fail, lifecycle.put_back])
@pytest.mark.parametrize("meanwhile", ["replaced", "taken over"])
def test_whoever_gives_up_late_does_not_change_the_film(
    give_up: Callable[[TranscodeJob, faults.FilmFault], None], meanwhile: str
) -> None:
    job = claimed()
    if meanwhile == "replaced":
        request_preparation(job.video)
        LocalVideo.objects.update(state="ready")
    else:
        TranscodeJob.objects.filter(pk=job.pk).update(attempt=2)
    before = LocalVideo.objects.get().state
    give_up(job, FAULT)
    assert LocalVideo.objects.get().state == before


def test_a_file_that_is_gone_is_said_and_not_tried_again() -> None:
    video = make_ready_film()
    job = request_preparation(video)
    worker.run_job(job.pk)
    assert state_of(job) == ("failed", "failed", faults.ORIGINAL_GONE)


def test_a_film_without_room_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    video = make_ready_film(duration=3600)
    job = claimed(video)
    TranscodeJob.objects.filter(pk=job.pk).update(state="queued")

    class Disc:
        # Two hours of the film would not fit into what an hour takes at most.
        free = storage.RESERVE_BYTES + 300 * 1024**2

    monkeypatch.setattr("shutil.disk_usage", lambda where: Disc)
    worker.run_job(job.pk)
    assert state_of(job) == ("failed", "failed", faults.DISC_FULL)


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (OSError(errno.ENOSPC, "full"), ("failed", "failed", faults.DISC_FULL)),
        (OSError(errno.EDQUOT, "full"), ("failed", "failed", faults.DISC_FULL)),
        (OSError(errno.EIO, "broken"), ("queued", "uploaded", "")),
        (RuntimeError("unheard of"), ("queued", "uploaded", "")),
    ],
)
def test_whatever_happens_to_a_film_its_worker_lives_on(
    fault: Exception, end: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = claimed()
    TranscodeJob.objects.filter(pk=job.pk).update(state="queued")

    def broken(self: Path, *args: object, **kwargs: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", broken)
        # Looked at before.
        patch.setattr(storage, "require_room", lambda needed: None)
        worker.run_job(job.pk)
    assert state_of(job) == end


def test_a_job_that_was_replaced_while_it_ran_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    job = claimed()
    TranscodeJob.objects.filter(pk=job.pk).update(state="queued")

    def replaced(self: Path, *args: object, **kwargs: object) -> None:
        request_preparation(job.video)
        lifecycle.renew(TranscodeJob.objects.get(pk=job.pk), 10)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", replaced)
        patch.setattr(storage, "require_room", lambda needed: None)
        worker.run_job(job.pk)
    assert state_of(job) == ("failed", "uploaded", faults.REPLACED)


def test_what_an_attempt_left_in_the_place_is_removed_and_listeners_hear_after_the_commit(
    tmp_path: Path, django_capture_on_commit_callbacks: Committed
) -> None:
    heard: list[int] = []

    def listen(sender: type, video: LocalVideo, **kwargs: object) -> None:
        heard.append(video.pk)
        raise RuntimeError("a listener's own fault")

    job = claimed()
    made, place = tmp_path / "made", storage.job_folder(job.video_id, job.pk)
    for folder, name in ((made, output_files.MANIFEST), (place, "half")):
        folder.mkdir(parents=True)
        (folder / name).touch()
    video_ready.connect(listen)
    try:
        with django_capture_on_commit_callbacks() as callbacks:
            lifecycle.finish(job, made, MADE)
            assert heard == []
        for callback in callbacks:
            callback()
    finally:
        video_ready.disconnect(listen)
    assert heard == [job.video_id]
    assert [file.name for file in place.iterdir()] == [output_files.MANIFEST]
    assert state_of(job) == ("done", "ready", "")


def test_a_poster_of_the_editors_own_outlives_a_new_version(tmp_path: Path) -> None:
    own = get_image_model().objects.create(title="自备", file=ContentFile(_jpeg(tmp_path), "own.jpg"))
    job = claimed(make_ready_film(poster=own, poster_is_own=False))
    made = tmp_path / "made"
    made.mkdir()
    (made / output_files.POSTER).write_bytes(_jpeg(tmp_path))
    lifecycle.finish(job, made, MADE)
    assert LocalVideo.objects.get().poster == own


def test_what_plays_is_named_by_its_file_once_that_is_prepared(tmp_path: Path) -> None:
    """Uploading another file names nothing yet; preparing the same file again stays the same film."""
    named = []
    for digest in ("a", "a", "b"):
        LocalVideo.objects.update(content_hash=digest)
        job = claimed(LocalVideo.objects.first() or make_ready_film(content_hash=digest))
        made = tmp_path / str(job.pk)
        made.mkdir()
        before = LocalVideo.objects.get().playing_hash
        lifecycle.finish(job, made, MADE)
        named.append((before, LocalVideo.objects.get().playing_version))
    pk = LocalVideo.objects.get().pk
    assert named == [("", f"{pk}:a"), ("a", f"{pk}:a"), ("a", f"{pk}:b")]


def _jpeg(folder: Path) -> bytes:
    Image.new("RGB", (64, 36)).save(folder / "one.jpg")
    return (folder / "one.jpg").read_bytes()


# --- Recovery ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attempt", [1, lifecycle.MAX_ATTEMPTS])
def test_a_worker_that_renews_at_the_last_moment_keeps_its_job(attempt: int) -> None:
    job = claimed()
    TranscodeJob.objects.filter(pk=job.pk).update(attempt=attempt)
    job.refresh_from_db()
    lease_ends()
    renewed: list[int] = []

    def renew_meanwhile(execute: Callable[..., object], sql: str, *rest: object) -> object:
        found = execute(sql, *rest)
        if not renewed and sql.startswith("SELECT"):
            renewed.append(1)
            lifecycle.renew(job, 50)
        return found

    with connection.execute_wrapper(renew_meanwhile):
        assert recover_stale_jobs() == 0
    assert (renewed, state_of(job)) == ([1], ("running", "preparing", ""))


def test_a_left_behind_job_of_a_film_that_is_ready_changes_nothing() -> None:
    old = claimed()
    new = request_preparation(old.video)
    TranscodeJob.objects.filter(pk=new.pk).update(state="done", lease_until=None)
    LocalVideo.objects.update(state="ready", current_job=new)
    lease_ends()
    recover_stale_jobs()
    worker.run_job(old.pk)
    assert state_of(old) == ("failed", "ready", faults.REPLACED)


def test_the_sweep_leaves_running_work_alone_and_a_second_time_finds_nothing() -> None:
    job = claimed()
    working, left = (storage.scratch_folder(job.pk, attempt) for attempt in (job.attempt, 7))
    for folder in (working, left):
        folder.mkdir(parents=True)
    assert (sweep_scratch(), sweep_scratch()) == (1, 0)
    assert (working.is_dir(), left.exists()) == (True, False)


def test_files_of_films_are_kept_and_the_folder_of_a_deleted_one_goes() -> None:
    job = claimed()
    long_ago = time.time() - 3 * 86_400
    gone = storage.root() / str(job.video_id + 1)
    gone.mkdir()
    assert job.video.current_job_id is not None
    kept = [Path(job.video.original.path), storage.job_folder(job.video_id, job.video.current_job_id)]
    for place in (gone, *kept):
        os.utime(place, (long_ago, long_ago))
    assert sweep_superseded() == 0
    assert [place.exists() for place in (gone, *kept)] == [False, True, True]


def test_only_what_still_works_in_a_left_folder_is_ended() -> None:
    job = claimed()
    left, reused = (storage.scratch_folder(job.pk, attempt) for attempt in (7, 8))
    for folder in (left, reused):
        folder.mkdir(parents=True)
    # The number of a dead program may have been given to another one since.
    with (
        subprocess.Popen(["/bin/sleep", "60"], cwd=left, start_new_session=True) as working,
        subprocess.Popen(["/bin/sleep", "60"], cwd="/", start_new_session=True) as strange,
    ):
        (left / "pid").write_text(str(working.pid))
        (reused / "pid").write_text(str(strange.pid))
        assert sweep_scratch() == 2
        ended, lives = working.wait(timeout=10), strange.poll()
        strange.kill()
    assert (ended, lives) == (-9, None)
    assert not left.exists() and not reused.exists()
