"""Films for tests of watching: rows as a finished transcoding leaves them, without the files."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from lectures.models import Lecture
from lectures.watching import HEAD_START, PlayToken, open_session, record
from local_videos import storage
from local_videos.models import Caption, CaptionCue, LocalVideo, TranscodeJob
from local_videos.transcoding import output_files
from members.models import Member
from tests.builders import make_lecture

# A quiet Tuesday in the district.
START = datetime(2026, 5, 5, 1, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """Return the moment that many seconds after `START`."""
    return START + timedelta(seconds=seconds)


def open_at(member: Member, lecture: Lecture, moment: datetime) -> PlayToken:
    """Return the token of a watch session that begins at `moment`, unless another is later."""
    return PlayToken(open_session(member, lecture, moment + HEAD_START).pk, member.pk)


def keep_heard(token: PlayToken, since: datetime, until: datetime) -> None:
    """Send the heartbeats of a player that plays from `since` to `until` and has nothing new to tell."""
    gap = timedelta(seconds=settings.LECTURES_HEARTBEAT_GAP_SECONDS)
    while (since := since + gap) < until:
        record(token, [], 0, 0, since)


def watch(member: Member, lecture: Lecture, until: float, at: float = 0) -> PlayToken:
    """Have `member` see the first `until` seconds of the film, `at` seconds after `START`, at its speed."""
    token = open_at(member, lecture, after(at))
    keep_heard(token, after(at), after(at + until))
    record(token, [[0, until]], until, 1, after(at + until))
    return token


def make_film(duration: float = 3600, **fields: Any) -> LocalVideo:
    """Return a film that plays."""
    film = LocalVideo.objects.create(title="白菜", duration=duration, state=LocalVideo.State.READY, **fields)
    film.current_job = TranscodeJob.objects.create(video=film, state=TranscodeJob.State.DONE, percent=100)
    film.save()
    return film


def film_of(lecture: Lecture) -> LocalVideo:
    """Return the film of a lecture that surely has one."""
    assert lecture.video is not None
    return lecture.video


def make_captions(film: LocalVideo, *lines: str) -> Caption:
    """Give `film` captions: a line each ten seconds."""
    caption = Caption.objects.create(video=film)
    for n, text in enumerate(lines):
        CaptionCue.objects.create(caption=caption, start=10 * n, end=10 * n + 8, text=text)
    return caption


def make_film_lecture(duration: float = 3600, title: str = "白菜怎么种", **fields: Any) -> Lecture:
    """Return a published lecture with a film that plays."""
    return make_lecture(title, video=make_film(duration), **fields)


def add_files(lecture: Lecture) -> None:
    """Write the files of the lecture's film, as far as a page needs them."""
    film = film_of(lecture)
    assert film.current_job_id
    folder = storage.job_folder(film.pk, film.current_job_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / output_files.MANIFEST).write_text("{}")
