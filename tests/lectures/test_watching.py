"""Watching: what a watch session can earn, however its heartbeats arrive."""

import random
import time
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import signing
from pytest_django import DjangoAssertNumQueries, Settings

from hours.models import CreditEntry, CreditRule, DeliveryKind, Subject
from hours.tallies import rows
from lectures.models import Lecture, WatchProgress, WatchSession
from lectures.watching import NoSuchSessionError, NotPlayingError, PlayToken, open_session, record
from local_videos.models import LocalVideo
from members.models import Member
from tests.builders import make_lecture, make_member

from .films import after, film_of, keep_heard, make_film, make_film_lecture, open_at, watch

HOUR = 3600


def open_for(member: Member, lecture: Lecture, at: float = 0) -> PlayToken:
    return open_at(member, lecture, after(at))


def seen_by(member: Member, lecture: Lecture) -> list[list[float]]:
    return WatchProgress.objects.get(member=member, lecture_key=lecture.lesson_key).seen


@pytest.fixture
def lecture(db: None) -> Lecture:
    return make_film_lecture(HOUR)


def test_what_was_watched_is_kept(member: Member, lecture: Lecture) -> None:
    recorded = record(open_for(member, lecture), [[0, 15]], 15, 1, after(16))
    assert (recorded.elsewhere, recorded.progress.seen, recorded.progress.position) == (False, [[0, 15]], 15)
    assert recorded.progress.seconds_seen == 15


def test_a_visit_earns_no_more_than_its_clock_times_the_fastest_speed(
    member: Member, lecture: Lecture
) -> None:
    token = open_for(member, lecture)
    record(token, [[0, HOUR]], HOUR, 1, after(10))
    assert seen_by(member, lecture) == [[0, 20]]
    record(token, [[0, HOUR]], HOUR, 2, after(10))
    assert seen_by(member, lecture) == [[0, 20]]
    record(token, [[0, HOUR]], HOUR, 3, after(15))
    assert seen_by(member, lecture) == [[0, 30]]


def test_a_pause_earns_no_more_than_a_player_has_in_its_buffer(
    member: Member, lecture: Lecture, settings: Settings
) -> None:
    settings.LECTURES_HEARTBEAT_GAP_SECONDS = 100
    token = open_for(member, lecture)
    record(token, [[0, HOUR]], HOUR, 1, after(5 * HOUR))
    record(token, [[0, HOUR]], HOUR, 2, after(5 * HOUR + 10))
    record(token, [[0, HOUR]], HOUR, 3, after(9 * HOUR))
    assert seen_by(member, lecture) == [[0, 2 * (100 + 10 + 100)]]


def test_dragging_to_the_end_earns_nothing(member: Member, lecture: Lecture) -> None:
    recorded = record(open_for(member, lecture), [], HOUR, 1, after(5))
    assert (recorded.progress.seen, recorded.progress.completed_at) == ([], None)
    assert not CreditEntry.objects.exists()


def test_two_tabs_at_double_speed_earn_one_clock(member: Member, lecture: Lecture) -> None:
    other = make_film_lecture(HOUR, "萝卜怎么种")
    first, second = open_for(member, lecture, 0), open_for(member, other, 0)
    for second_of_clock in range(15, 301, 15):
        claim = [[0, 2 * second_of_clock]]
        record(first, claim, 0, second_of_clock, after(second_of_clock))
        record(second, claim, 0, second_of_clock, after(second_of_clock))
    earned = sum(WatchProgress.objects.values_list("seconds_seen", flat=True))
    assert earned == 300 * 2


def test_opening_again_and_again_earns_no_more_than_the_clock(member: Member, lecture: Lecture) -> None:
    for n in range(30):
        token = open_for(member, lecture, n)
        record(token, [[0, HOUR]], 0, 1, after(n + 1))
    assert seen_by(member, lecture) == [[0, 60]]


def test_watching_again_costs_nothing_and_earns_nothing(member: Member, lecture: Lecture) -> None:
    token = open_for(member, lecture)
    record(token, [[0, 100]], 100, 1, after(50))
    record(token, [[0, 100]], 100, 2, after(100))
    session = WatchSession.objects.get(pk=token.session_id)
    assert session.granted == 100
    record(token, [[0, 1000]], 1000, 3, after(100))
    assert seen_by(member, lecture) == [[0, 200]]


def test_seconds_seen_on_another_day_cost_no_budget(member: Member, lecture: Lecture) -> None:
    record(open_for(member, lecture), [[0, 100]], 100, 1, after(100))
    record(open_for(member, lecture, 1000), [[0, 120]], 120, 1, after(1010))
    assert seen_by(member, lecture) == [[0, 120]]


def test_heartbeats_late_twice_and_shuffled_give_the_same(member: Member, lecture: Lecture) -> None:
    heartbeats = [([[n * 15, n * 15 + 15]], n * 15 + 15, n + 1) for n in range(20)]
    record_all = [*heartbeats, *heartbeats]
    random.Random(7).shuffle(record_all)  # noqa: S311  an order, not a secret
    token = open_for(member, lecture)
    for claim, position, number in record_all:
        record(token, claim, position, number, after(400))
    progress = WatchProgress.objects.get()
    assert (progress.seen, progress.position, progress.seconds_seen) == ([[0, 300]], 300, 300)
    assert WatchSession.objects.get().granted == 300


def test_a_closed_visit_earns_only_its_own_time(member: Member, lecture: Lecture) -> None:
    first = open_for(member, lecture)
    open_for(member, make_film_lecture(), 10)
    recorded = record(first, [[0, 500]], 500, 1, after(9999))
    assert recorded.elsewhere
    assert recorded.progress.seen == [[0, 20]]


def test_a_late_heartbeat_of_the_old_device_does_not_move_the_position(
    member: Member, lecture: Lecture
) -> None:
    old, new = open_for(member, lecture), open_for(member, lecture, 100)
    record(new, [[100, 110]], 110, 1, after(120))
    record(old, [[0, 50]], 50, 1, after(130))
    progress = WatchProgress.objects.get()
    assert (progress.position, progress.seen, progress.updated_at) == (110, [[0, 50], [100, 110]], after(120))


def test_a_late_heartbeat_moves_the_position_where_no_later_visit_has_spoken(
    member: Member, lecture: Lecture
) -> None:
    old = open_for(member, lecture)
    record(old, [[0, 20]], 20, 1, after(20))
    for person, place in ((member, make_film_lecture(HOUR, "萝卜怎么种")), (make_member(), lecture)):
        record(open_for(person, place, 100), [[0, 5]], 5, 1, after(110))
    open_for(member, lecture, 200)
    assert record(old, [], 50, 2, after(300)).progress.position == 50


@pytest.mark.parametrize(("position", "kept"), [(-5, 0), (HOUR + 50, HOUR), (12.5, 12.5)])
def test_the_position_lies_in_the_film(
    member: Member, lecture: Lecture, position: float, kept: float
) -> None:
    assert record(open_for(member, lecture), [], position, 1, after(5)).progress.position == kept


def test_a_clock_set_back_earns_nothing(member: Member, lecture: Lecture) -> None:
    record(open_for(member, lecture, 100), [[0, 50]], 50, 1, after(0))
    assert seen_by(member, lecture) == []


@pytest.mark.parametrize("claim", [[[-5, 5]], [[5, -5]], [["a", "b"]], [[HOUR, 2 * HOUR]], [None], [[]]])
def test_impossible_claims_earn_nothing(member: Member, lecture: Lecture, claim: list) -> None:
    record(open_for(member, lecture), claim, 0, 1, after(500))
    assert seen_by(member, lecture) == []


def test_overlapping_claims_count_once(member: Member, lecture: Lecture) -> None:
    record(open_for(member, lecture), [[0, 10], [5, 15], [5, 15], [14, 20]], 20, 1, after(60))
    assert seen_by(member, lecture) == [[0, 20]]


def test_crumbs_do_not_fill_the_database(member: Member, lecture: Lecture) -> None:
    token = open_for(member, lecture)
    for part in range(3):
        crumbs = [[part * 1000 + n, part * 1000 + n + 0.5] for n in range(900)]
        record(token, crumbs, 0, part + 1, after(HOUR))
    assert len(seen_by(member, lecture)) == 500


def test_hours_come_with_the_share_asked_and_once(member: Member, lecture: Lecture) -> None:
    token = open_for(member, lecture)
    keep_heard(token, after(0), after(HOUR))
    record(token, [[0, 3419]], 3419, 1, after(HOUR))
    assert (WatchProgress.objects.get().completed_at, CreditEntry.objects.count()) == (None, 0)
    for number in (2, 3):
        record(token, [[3419, 3420]], 3420, number, after(HOUR))
    entry = CreditEntry.objects.get()
    assert WatchProgress.objects.get().completed_at == after(HOUR)
    assert (entry.member, entry.lecture_key, entry.delivery_kind) == (
        member,
        lecture.lesson_key,
        DeliveryKind.ONLINE,
    )
    assert (entry.minutes, entry.hours, entry.title) == (60, Decimal("1.25"), lecture.title)
    assert entry.basis == {
        "film_seconds": 3600,
        "seen_seconds": 3420,
        "seen_share": 0.95,
        "share_asked": 0.95,
    }


def test_a_completion_that_got_lost_is_made_up_for_by_the_next_heartbeat(
    member: Member, lecture: Lecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise OSError

    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr(rows, "lock", lost)
        watch(member, lecture, HOUR)
    assert (WatchProgress.objects.get().seconds_seen, CreditEntry.objects.count()) == (HOUR, 0)
    token = PlayToken(WatchSession.objects.get().pk, member.pk)
    record(token, [[0, HOUR]], HOUR, 1, after(HOUR + 20))
    entry, progress = CreditEntry.objects.get(), WatchProgress.objects.get()
    assert (progress.completed_at, entry.earned_on) == (after(HOUR), after(HOUR).date())


def test_the_minutes_that_count_are_credited_and_their_subject(member: Member) -> None:
    subject = Subject.objects.latest("pk")
    lecture = make_film_lecture(60, credit_minutes=90, subject=subject)
    record(open_for(member, lecture), [[0, 60]], 60, 1, after(60))
    entry = CreditEntry.objects.get()
    assert (entry.hours, entry.subject) == (2, subject)


def test_watching_again_does_not_move_the_day_it_was_done(member: Member, lecture: Lecture) -> None:
    watch(member, lecture, HOUR)
    watch(member, lecture, HOUR, at=90_000)
    assert WatchProgress.objects.get().completed_at == after(HOUR)
    assert CreditEntry.objects.count() == 1


def test_a_short_lecture_is_completed_without_hours(member: Member) -> None:
    lecture = make_film_lecture(60)
    record(open_for(member, lecture), [[0, 60]], 60, 1, after(60))
    assert WatchProgress.objects.get().completed_at == after(60)
    assert not CreditEntry.objects.exists()


def test_without_a_credit_rule_hours_wait(member: Member, lecture: Lecture) -> None:
    rules = list(CreditRule.objects.all())
    CreditRule.objects.all().delete()
    token = watch(member, lecture, HOUR)
    assert WatchProgress.objects.get().completed_at is None
    CreditRule.objects.bulk_create(rules or [CreditRule(valid_from=datetime(2020, 1, 1, tzinfo=UTC))])
    record(token, [], HOUR, 2, after(HOUR))
    assert CreditEntry.objects.get().hours == Decimal("1.25")


def test_progress_outlives_delete_and_add(member: Member, lecture: Lecture) -> None:
    film = film_of(lecture)
    token = open_for(member, lecture)
    record(token, [[0, 10]], 10, 1, after(10))
    lecture.delete()
    with pytest.raises(NotPlayingError):
        record(token, [[10, 20]], 20, 2, after(20))
    again = make_lecture("白菜怎么种，新版", video=film, translation_key=lecture.translation_key)
    record(token, [[10, 20]], 20, 2, after(20))
    assert seen_by(member, again) == [[0, 20]]


def test_an_unpublished_lecture_earns_nothing(member: Member, lecture: Lecture) -> None:
    token = open_for(member, lecture)
    lecture.unpublish()
    with pytest.raises(NotPlayingError):
        record(token, [[0, 10]], 10, 1, after(10))
    with pytest.raises(NotPlayingError):
        open_session(member, lecture, after(20))
    assert not WatchProgress.objects.exists()


def test_no_film_no_watching(member: Member) -> None:
    waiting = make_film()
    waiting.current_job = None
    waiting.save()
    for lecture in (make_lecture("只有文字"), make_lecture("正在转码", video=waiting)):
        with pytest.raises(NotPlayingError):
            open_session(member, lecture, after(0))


@pytest.mark.parametrize("lost", ["film", "rendition"])
def test_a_film_that_is_gone_earns_nothing_more(member: Member, lecture: Lecture, lost: str) -> None:
    token = open_for(member, lecture)
    record(token, [[0, 10]], 10, 1, after(10))
    if lost == "film":
        lecture.video = None
        lecture.save()
    else:
        LocalVideo.objects.update(current_job=None)
    with pytest.raises(NotPlayingError):
        record(token, [[0, HOUR]], HOUR, 2, after(HOUR))
    progress = WatchProgress.objects.get()
    assert (progress.seen, progress.completed_at) == ([[0, 10]], None)


def test_a_visit_belongs_to_one_member(member: Member, lecture: Lecture) -> None:
    token = open_for(member, lecture)
    stranger = make_member()
    with pytest.raises(NoSuchSessionError):
        record(PlayToken(token.session_id, stranger.pk), [[0, 10]], 10, 1, after(10))
    assert not WatchProgress.objects.exists()


def test_a_member_who_may_not_sign_in_earns_nothing(member: Member, lecture: Lecture) -> None:
    token = open_for(member, lecture)
    member.is_active = False
    member.save()
    with pytest.raises(NoSuchSessionError):
        record(token, [[0, 10]], 10, 1, after(10))


def test_a_token_is_what_was_signed() -> None:
    token = PlayToken(uuid4(), 7)
    assert PlayToken.read(token.sign()) == token
    for forged in (token.sign() + "x", "", None, 5, signing.dumps(["00", 7])):
        with pytest.raises(signing.BadSignature):
            PlayToken.read(forged)


def test_a_token_lasts_forty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    text = PlayToken(uuid4(), 7).sign()
    made = time.time()
    monkeypatch.setattr(time, "time", lambda: made + 39 * 86_400)
    assert PlayToken.read(text).member_id == 7
    monkeypatch.setattr(time, "time", lambda: made + 41 * 86_400)
    with pytest.raises(signing.SignatureExpired):
        PlayToken.read(text)


def test_a_heartbeat_needs_few_queries(
    member: Member, lecture: Lecture, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    token = open_for(member, lecture)
    record(token, [[0, 10]], 10, 1, after(10))
    with django_assert_max_num_queries(7):  # two of them open and release the transaction's savepoint
        record(token, [[10, 20]], 20, 2, after(20))
