"""Watch sessions: begun with a page's token, one after the other, without a moment in common."""

from dataclasses import replace
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from lectures.models import Lecture, WatchProgress, WatchSession
from lectures.watching import (
    HEAD_START,
    NoSuchSessionError,
    NotPlayingError,
    PageToken,
    PlayToken,
    ReplacedError,
    begin,
    open_session,
    record,
)
from members.models import Member
from tests.builders import make_member

from .films import after, film_of, make_film_lecture, open_at


@pytest.fixture
def lecture(db: None) -> Lecture:
    return make_film_lecture(3600)


def page_of(member: Member, lecture: Lecture, given: float = 0) -> PageToken:
    return PageToken(member.pk, lecture.lesson_key, lecture.film_version, after(given))


def test_a_session_begins_with_a_pages_token_a_little_before_it_is_asked_for(
    member: Member, lecture: Lecture
) -> None:
    session = begin(page_of(member, lecture), after(60))
    assert (session.member, session.lecture_key, session.version) == (
        member,
        lecture.lesson_key,
        lecture.film_version,
    )
    assert session.opened_at == after(60) - HEAD_START


@pytest.mark.parametrize(("begun", "opened"), [(58, 58), (60, 58), (63, 58), (64, 59)])
def test_a_session_never_begins_before_its_page_was_given(
    member: Member, lecture: Lecture, begun: float, opened: float
) -> None:
    session = begin(page_of(member, lecture, given=58), after(begun))
    assert session.opened_at == after(opened)


def test_who_claims_a_short_film_at_once_has_seen_none_of_it(member: Member) -> None:
    lecture = make_film_lecture(10)
    session = begin(page_of(member, lecture), after(0))
    record(PlayToken(session.pk, member.pk), [[0, 10]], 10, 1, after(0))
    assert WatchProgress.objects.get().seconds_seen == 0


def test_opening_a_lesson_closes_the_other(member: Member, lecture: Lecture) -> None:
    stranger = make_member()
    kept = open_session(stranger, lecture, after(0))
    first = open_session(member, lecture, after(0))
    second = open_session(member, lecture, after(60))
    first.refresh_from_db()
    kept.refresh_from_db()
    assert (first.closed_at, second.closed_at, kept.closed_at) == (second.opened_at, None, None)


def test_two_open_sessions_cannot_be_stored(member: Member, lecture: Lecture) -> None:
    open_session(member, lecture, after(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        WatchSession.objects.create(member=member, lecture_key=uuid4(), opened_at=after(1))


@pytest.mark.parametrize("reports", [True, False])
def test_a_head_start_cannot_be_had_twice(member: Member, lecture: Lecture, reports: bool) -> None:
    first = open_session(member, lecture, after(0)).opened_at
    for second in range(1, 30):
        session = open_session(member, lecture, after(second))
        if reports:
            record(PlayToken(session.pk, member.pk), [[0, 3600]], 0, 1, after(second))
    sessions = list(WatchSession.objects.order_by("opened_at", "closed_at"))
    assert all(one.closed_at == other.opened_at for one, other in pairwise(sessions))
    seen = sum(WatchProgress.objects.values_list("seconds_seen", flat=True))
    assert seen <= (after(29) - first).total_seconds() * 2


def test_time_that_was_accrued_is_not_accrued_again_by_the_next_session(
    member: Member, lecture: Lecture
) -> None:
    token = open_at(member, lecture, after(0))
    record(token, [], 0, 1, after(60))
    session = open_session(member, lecture, after(61))
    assert session.opened_at == after(60)
    assert open_session(member, lecture, after(50)).opened_at == after(60)


def test_what_is_not_shown_or_shows_another_film_cannot_be_begun(member: Member, lecture: Lecture) -> None:
    page = page_of(member, lecture)
    with pytest.raises(NotPlayingError):
        begin(replace(page, lecture_key=uuid4()), after(0))
    film = film_of(lecture)
    film.playing_hash = "another"
    film.save()
    with pytest.raises(ReplacedError):
        begin(page, after(0))
    lecture.unpublish()
    with pytest.raises(NotPlayingError):
        begin(page, after(0))
    assert not WatchSession.objects.exists()


def test_who_may_not_sign_in_begins_nothing(member: Member, lecture: Lecture) -> None:
    member.is_active = False
    member.save()
    with pytest.raises(NoSuchSessionError):
        begin(page_of(member, lecture), after(0))
