"""What two people and the worker may do with one film at the same moment, on connections of their own."""

import shutil
import time
from contextlib import suppress
from itertools import combinations_with_replacement
from pathlib import Path

import pytest
from django.core.files import File
from PIL import Image
from pytest_django import Settings

from local_videos import storage
from local_videos.admin.forms import FilmForm
from local_videos.jobs import lifecycle
from local_videos.jobs.recovery import recover_stale_jobs
from local_videos.jobs.tasks import request_preparation
from local_videos.models import LocalVideo, TranscodeJob, Upload
from local_videos.playback.caption_files import Cue
from local_videos.playback.captions import replace_captions
from local_videos.transcoding import output_files, tools
from local_videos.transcoding.transcode import Made
from local_videos.upload import resumable
from local_videos.upload.intake import replace_film
from members.models import Member
from tests.builders import make_member
from tests.threads import at_once

from .films import make_ready_film, upload_of
from .tus import make_editor

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Acts:
    """What may happen to one film that is being prepared; each is called in a thread of its own."""

    def __init__(self, folder: Path, film: Path) -> None:
        self.video, self.film, self.folder = make_ready_film(), film, folder
        original = Path(self.video.original.path)
        original.parent.mkdir(parents=True, exist_ok=True)
        original.write_bytes(b"film")
        job = lifecycle.claim(request_preparation(self.video).pk)
        assert job is not None
        self.job, self.editor = job, make_editor()

    def _again(self) -> LocalVideo:
        return LocalVideo.objects.get(pk=self.video.pk)

    def finish(self) -> None:
        """The worker is done."""
        made = self.folder / f"made-{time.monotonic_ns()}"
        made.mkdir()
        Image.new("RGB", (32, 24)).save(made / output_files.POSTER)
        (made / output_files.MANIFEST).touch()
        with suppress(lifecycle.LeaseLost):
            lifecycle.finish(self.job, made, Made(2.0, 320, 240, True, [], {}))

    def renew(self) -> None:
        """The worker says that it goes on."""
        with suppress(lifecycle.LeaseLost):
            lifecycle.renew(self.job, 50)

    def cancel(self) -> None:
        """An editor ends the preparation."""
        lifecycle.cancel(self._again())

    def ask_again(self) -> None:
        """An editor asks for another one."""
        request_preparation(self._again())

    def replace(self) -> None:
        """An editor brings another file."""
        replace_film(self._again(), upload_of(self.film))

    def caption(self) -> None:
        """An editor brings captions."""
        replace_captions(self._again(), "en", [Cue(1, 2, "Hello"), Cue(3, 4, "again")])

    def recover(self) -> None:
        """The timekeeper looks for what was left behind."""
        recover_stale_jobs()


_ACTS = ("finish", "renew", "cancel", "ask_again", "replace", "caption", "recover")


@pytest.mark.media
@pytest.mark.parametrize("pair", list(combinations_with_replacement(_ACTS, 2)), ids="-".join)
def test_any_two_leave_a_film_that_is_whole(pair: tuple[str, str], tmp_path: Path, film: Path) -> None:
    acts = Acts(tmp_path, film)
    at_once(*(getattr(acts, name) for name in pair))
    video = LocalVideo.objects.get(pk=acts.video.pk)
    assert video.playable
    assert storage.job_folder(video.pk, int(video.current_job_id or 0)).is_dir()
    newest = TranscodeJob.objects.filter(video=video).latest("pk")
    expected = {"queued": "uploaded", "running": "preparing", "done": "ready", "failed": "failed"}
    assert video.state == expected[newest.state]
    captions = video.captions.first()
    assert captions is None or captions.cues.count() == 2


def test_words_that_are_saved_late_undo_no_preparation(tmp_path: Path, film: Path) -> None:
    acts = Acts(tmp_path, film)
    opened = LocalVideo.objects.get(pk=acts.video.pk)
    acts.finish()
    form = FilmForm({"title": "白菜", "poster": ""}, instance=opened, user=acts.editor)
    assert form.is_valid(), form.errors
    form.save()
    video = LocalVideo.objects.get(pk=acts.video.pk)
    assert (video.title, video.state, video.current_job, video.duration) == ("白菜", "ready", acts.job, 2)


@pytest.fixture
def slow_ffprobe(tmp_path: Path, settings: Settings) -> Path:
    """An ffprobe that takes a second longer, as for a file of several GB; it notes that it began."""
    folder = tmp_path / "tools"
    folder.mkdir()
    began = folder / "began"
    (folder / "ffmpeg").symlink_to(tools.ffmpeg())
    (folder / "ffprobe").write_text(f'#!/bin/sh\ntouch {began}\nsleep 1\nexec {tools.ffprobe()} "$@"\n')
    (folder / "ffprobe").chmod(0o755)
    settings.LOCAL_VIDEOS_FFMPEG = str(folder / "ffmpeg")
    return began


@pytest.mark.media
def test_everybody_writes_while_a_large_upload_is_looked_into(
    slow_ffprobe: Path, film: Path, tmp_path: Path
) -> None:
    editor, other = make_editor(), make_member()
    content = film.read_bytes()
    upload = resumable.begin(editor, name="large.mp4", size=len(content))
    replaced = make_ready_film()
    instead = resumable.begin(editor, name="other.mp4", size=len(content) + 1, replaces=replaced)
    form = tmp_path / "form.mp4"
    shutil.copy(film, form)

    def arrive(one: Upload, sent: bytes) -> None:
        pieces = [sent, b""]
        resumable.add(one, offset=0, read=lambda most: pieces.pop(0), length=None)

    def without_script() -> None:
        with form.open("rb") as file:
            replace_film(LocalVideo.objects.get(pk=replaced.pk), File(file, name="form.mp4"))

    waited: list[float] = []

    def write() -> None:
        while not slow_ffprobe.exists():
            time.sleep(0.01)
        for number in range(5):
            began = time.monotonic()
            Member.objects.filter(pk=other.pk).update(email=f"{number}@example.org")
            waited.append(time.monotonic() - began)
            time.sleep(0.1)

    for act in (lambda: arrive(upload, content), lambda: arrive(instead, content + b"\0"), without_script):
        slow_ffprobe.unlink(missing_ok=True)
        at_once(act, write)
    assert max(waited) < 0.9
    upload.refresh_from_db()
    instead.refresh_from_db()
    assert (upload.state, instead.state) == ("done", "done")
