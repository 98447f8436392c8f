"""What the page says to a member, and what they have begun."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from hours import ledger
from hours.models import CreditEntry, DeliveryKind
from lectures.models import Lecture
from lectures.watching import record
from lectures.watching.standing import Begun, State, in_progress, status_for
from local_videos.models import LocalVideo
from members.models import Member
from tests.builders import make_member

from .films import START, after, film_of, make_film_lecture, open_at, watch

YEAR = timedelta(days=365)


@pytest.fixture
def lecture(db: None) -> Lecture:
    return make_film_lecture(3600)


def test_before_the_first_second(member: Member, lecture: Lecture) -> None:
    standing = status_for(member, lecture, START)
    assert (standing.state, standing.percent, standing.seen) == (State.NOT_BEGUN, 0, [])
    assert standing.unseen == [[0, 3600]]
    assert "1.25" in standing.sentence and "95" in standing.sentence


def test_on_the_way(member: Member, lecture: Lecture) -> None:
    watch(make_member(), lecture, 3600)
    watch(member, lecture, 1800)
    standing = status_for(member, lecture, START)
    assert (standing.state, standing.percent, standing.position) == (State.IN_PROGRESS, 50, 1800)
    assert (standing.seen, standing.unseen) == ([[0, 1800]], [[1800, 3600]])


def test_credited(member: Member, lecture: Lecture) -> None:
    watch(member, lecture, 3600)
    standing = status_for(member, lecture, START)
    assert (standing.state, standing.unseen) == (State.CREDITED, [])
    assert "1.25" in standing.sentence


def test_credited_in_a_hall(member: Member, lecture: Lecture) -> None:
    ledger.credit(
        member,
        lecture_key=lecture.lesson_key,
        title=lecture.title,
        minutes=90,
        delivery_kind=DeliveryKind.CENTRALIZED,
        earned_on=START.date(),
        basis={},
    )
    assert status_for(member, lecture, START).state == State.ELSEWHERE
    assert status_for(member, lecture, START + YEAR).state == State.NOT_BEGUN
    watch(member, lecture, 3600)
    assert CreditEntry.objects.count() == 1


def test_taken_back(member: Member, lecture: Lecture) -> None:
    watch(member, lecture, 3600)
    ledger.reverse(CreditEntry.objects.get(), reason="登记有误", recorded_by=None)
    assert status_for(member, lecture, START).state == State.DONE_UNCREDITED


@pytest.mark.parametrize(("seconds", "percent"), [(1799, 49), (3599, 99), (3600, 100)])
def test_percent_are_rounded_down(member: Member, lecture: Lecture, seconds: int, percent: int) -> None:
    watch(member, lecture, seconds)
    assert status_for(member, lecture, START).percent == percent


def test_what_was_taken_back_from_others_or_of_other_lessons_is_no_reason(member: Member) -> None:
    short, other = make_film_lecture(300), make_film_lecture(300, "别的课")
    watch(member, short, 300)

    def take_back(person: Member, lecture: Lecture, reason: str, day: date) -> None:
        entry = ledger.credit(
            person,
            lecture_key=lecture.lesson_key,
            title=lecture.title,
            minutes=90,
            delivery_kind=DeliveryKind.CENTRALIZED,
            earned_on=day,
            basis={},
        ).entry
        assert entry is not None
        ledger.reverse(entry, reason=reason, recorded_by=None)

    before = status_for(member, short, START)
    take_back(make_member(), short, "别人的事", START.date())
    take_back(member, other, "别的课的事", START.date())
    take_back(member, short, "去年的事", START.date() - YEAR)
    assert status_for(member, short, START) == before
    take_back(member, short, "登记有误", START.date())
    told = status_for(member, short, START)
    assert (before.state, told.state) == (State.DONE_UNCREDITED, State.DONE_UNCREDITED)
    assert "登记有误" in told.sentence


def test_too_short_for_hours(member: Member) -> None:
    assert status_for(member, make_film_lecture(300), START).state == State.TOO_SHORT


def test_a_new_year_starts_on_a_blank_strip(member: Member, lecture: Lecture) -> None:
    watch(member, lecture, 3600)
    standing = status_for(member, lecture, START + YEAR)
    assert (standing.state, standing.seen, standing.position) == (State.NOT_BEGUN, [], 0)


def test_a_shorter_new_film_keeps_what_lies_in_it(member: Member, lecture: Lecture) -> None:
    watch(member, lecture, 1800)
    film = film_of(lecture)
    film.duration = 900
    film.save()
    standing = status_for(member, lecture, START)
    assert (standing.percent, standing.position, standing.seen) == (100, 900, [[0, 900]])


def test_what_is_begun_comes_latest_first(member: Member, lecture: Lecture) -> None:
    other, done, gone = (make_film_lecture(1000, title) for title in ("萝卜", "看完的", "撤下的"))
    hidden = make_film_lecture(1000, "只给编辑")
    for place, one in enumerate((lecture, other, gone, hidden)):
        watch(member, one, 500, at=5000 * place)
    watch(member, done, 1000, at=50_000)
    watch(make_member(), done, 10)
    gone.unpublish()
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.GROUPS)
    assert in_progress(member, 5) == [Begun(other, 500, 50), Begun(lecture, 500, 13)]
    assert in_progress(member, 1) == [Begun(other, 500, 50)]


def test_what_was_only_opened_or_plays_no_more_is_not_begun(member: Member) -> None:
    opened, gone = make_film_lecture(1000, "只打开"), make_film_lecture(1000, "片子没了")
    record(open_at(member, opened, after(0)), [], 300, 1, after(5))
    watch(member, gone, 500, at=1000)
    assert [begun.lecture for begun in in_progress(member, 5)] == [gone]
    LocalVideo.objects.filter(pk=gone.video_id).update(current_job=None)
    assert in_progress(member, 5) == []


def test_what_is_begun_takes_the_same_queries(
    member: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(4):
        watch(member, make_film_lecture(1000, f"第{n}讲"), 500, at=5000 * n)
    with django_assert_max_num_queries(4):
        assert len(in_progress(member, 4)) == 4


def test_times_are_the_members_own(member: Member, lecture: Lecture) -> None:
    watch(make_member(), lecture, 1800)
    assert in_progress(member, 5) == []
    assert status_for(member, lecture, timezone.now()).seen == []
