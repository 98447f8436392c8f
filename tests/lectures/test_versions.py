"""Seconds are seconds of the film that played: one that replaces it begins anew."""

import pytest

from courses.pages.course import outline_of
from hours.models import CreditEntry
from lectures.models import Lecture, WatchProgress
from lectures.watching import ReplacedError, record
from lectures.watching.standing import State, in_progress, status_for
from local_videos.models import LocalVideo, TranscodeJob
from members.models import Member
from tests.builders import make_course

from .films import START, after, film_of, make_film_lecture, open_at, watch


@pytest.fixture
def lecture(db: None) -> Lecture:
    return make_film_lecture(1000, credit_minutes=45)


def replace_film(lecture: Lecture, duration: float = 50, digest: str = "another") -> Lecture:
    """Let another film play, as when its preparation has finished, and return the lecture anew."""
    LocalVideo.objects.filter(pk=lecture.video_id).update(playing_hash=digest, duration=duration)
    return Lecture.objects.get(pk=lecture.pk)


def test_seconds_of_the_old_film_are_none_of_the_new_one(member: Member, lecture: Lecture) -> None:
    token = watch(member, lecture, 60)
    new = replace_film(lecture)
    with pytest.raises(ReplacedError):
        record(token, [[0, 50]], 50, 2, after(200))
    told = status_for(member, new, START)
    assert (told.state, told.percent, told.position, told.seen) == (State.REPLACED, 0, 0, [])
    assert "换了新视频" in told.sentence
    assert in_progress(member, 5) == []
    assert [step.begun for step in outline_of(make_course("课", new), member).steps] == [False]
    recorded = record(open_at(member, new, after(300)), [[0, 10]], 10, 1, after(310))
    assert (recorded.progress.seen, recorded.progress.position) == ([[0, 10]], 10)
    assert [begun.percent for begun in in_progress(member, 5)] == [20]
    assert not CreditEntry.objects.exists()


def test_what_was_completed_stays_completed_and_is_credited_once(member: Member, lecture: Lecture) -> None:
    watch(member, lecture, 1000)
    done = WatchProgress.objects.get().completed_at
    new = replace_film(lecture)
    watch(member, new, 50, at=5000)
    progress = WatchProgress.objects.get()
    assert (progress.completed_at, progress.seen, CreditEntry.objects.count()) == (done, [[0, 50]], 1)
    assert status_for(member, new, START).state == State.CREDITED


def test_a_late_heartbeat_of_a_film_that_plays_again_does_not_begin_it_anew_twice(
    member: Member, lecture: Lecture
) -> None:
    old = watch(member, lecture, 60)
    new = replace_film(lecture, 1000)
    watch(member, new, 30, at=1000)
    replace_film(lecture, 1000, digest="")
    record(old, [[60, 70]], 70, 2, after(2000))
    assert (WatchProgress.objects.get().seen, WatchProgress.objects.get().version) == (
        [[0, 30]],
        new.film_version,
    )


def test_what_is_prepared_again_from_the_same_file_is_the_same_film(member: Member, lecture: Lecture) -> None:
    token = watch(member, lecture, 60)
    film = film_of(lecture)
    film.current_job = TranscodeJob.objects.create(video=film, state=TranscodeJob.State.DONE)
    film.save()
    assert record(token, [[60, 70]], 70, 2, after(70)).progress.seen == [[0, 70]]


def test_what_was_uploaded_and_does_not_play_yet_replaces_nothing(member: Member, lecture: Lecture) -> None:
    token = watch(member, lecture, 60)
    LocalVideo.objects.update(content_hash="uploaded")
    assert record(token, [[60, 70]], 70, 2, after(70)).progress.seen == [[0, 70]]
