"""Whatever comes in whatever order: nobody is granted more film than the clock ran, nor in another year."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as site
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hours.models import CreditEntry
from lectures.models import Lecture, WatchProgress, WatchSession
from lectures.watching import PlayToken, ReplacedError, open_session, record, year_of
from lectures.watching.clock import hear, year_ends
from local_videos.models import LocalVideo
from members.models import Member

from .films import make_film_lecture, open_at

EVE = datetime(2026, 12, 31, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FILM = 900
# Two hours around the turn of the year, in seconds.
MOMENTS = st.integers(0, 7200)
CLAIM = st.tuples(st.integers(0, FILM), st.integers(0, FILM)).map(sorted)
STEPS = st.lists(
    st.tuples(st.sampled_from(["begin", "begin other", "heartbeat", "late", "replace"]), MOMENTS, CLAIM),
    max_size=25,
)
slowly = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Heartbeat:
    token: PlayToken
    claim: list[int]
    at: datetime


@pytest.fixture
def lectures(db: None) -> list[Lecture]:
    return [make_film_lecture(FILM, title, credit_minutes=45) for title in ("一", "二")]


@slowly
@given(steps=STEPS)
def test_no_more_is_granted_than_the_clock_ran_at_the_fastest_speed(
    steps: list, member: Member, lectures: list[Lecture]
) -> None:
    with transaction.atomic():
        tokens: list[PlayToken] = []
        now = EVE
        for step, seconds, claim in sorted(steps, key=lambda step: step[1]):
            now = EVE + timedelta(seconds=seconds)
            if step.startswith("begin"):
                lecture = Lecture.objects.get(pk=lectures[step == "begin other"].pk)
                tokens.append(PlayToken(open_session(member, lecture, now).pk, member.pk))
            elif step == "replace":
                LocalVideo.objects.filter(lectures=lectures[0]).update(playing_hash=str(seconds))
            elif tokens:
                token = tokens[-1] if step == "heartbeat" else random.Random(seconds).choice(tokens)  # noqa: S311
                try:
                    record(token, [claim], claim[1], seconds, now)
                except ReplacedError:
                    assert WatchSession.objects.get(pk=token.session_id).version
        sessions = list(WatchSession.objects.order_by("opened_at"))
        if sessions:
            ran = (now - sessions[0].opened_at).total_seconds()
            granted = sum(one.granted for one in sessions)
            assert granted <= ran * site.LECTURES_MAX_SPEED + 0.001
        for one in sessions:
            until = min(one.closed_at or now, year_ends(one.opened_at), now)
            assert one.granted <= (until - one.opened_at).total_seconds() * site.LECTURES_MAX_SPEED + 0.001
        for entry in CreditEntry.objects.all():
            watched = [one for one in sessions if one.lecture_key == entry.lecture_key and one.granted]
            assert entry.year in {year_of(one.opened_at) for one in watched}
        transaction.set_rollback(True)


@slowly
@given(
    cuts=st.lists(st.integers(1, FILM - 1), unique=True, max_size=6).map(sorted),
    pause=st.integers(0, 300),
    chance=st.randoms(use_true_random=False),
)
def test_the_result_is_the_same_for_any_order_of_arrival(
    cuts: list[int], pause: int, chance: random.Random, member: Member, lectures: list[Lecture]
) -> None:
    """A film seen in parts, each in a session of its own, all in time; reports come late, twice and mixed."""
    edges = [0, *cuts, FILM]
    parts = list(pairwise(edges))
    results = []
    for mixed in (False, True):
        with transaction.atomic():
            reports, now = [], EVE - timedelta(days=3)
            for start, end in parts:
                token = open_at(member, lectures[0], now)
                now += timedelta(seconds=(end - start) + pause)
                reports.append((token, [[start, end]], end))
            open_session(member, lectures[1], now + timedelta(seconds=60))
            if mixed:
                reports = [*reports, *reports]
                chance.shuffle(reports)
            for token, claim, position in reports:
                record(token, claim, position, 1, EVE + timedelta(days=3))
            progress = WatchProgress.objects.get()
            entry = CreditEntry.objects.get()
            results.append((progress.seen, progress.position, entry.year))
            transaction.set_rollback(True)
    assert results[0] == results[1]
    assert results[0][0] == [[0, FILM]] and results[0][2] == 2026


@slowly
@given(
    visits=st.lists(st.tuples(st.booleans(), CLAIM), min_size=1, max_size=6),
    chance=st.randoms(use_true_random=False),
)
def test_a_year_has_the_same_hours_whichever_years_reports_come_first(
    visits: list[tuple[bool, list[int]]], chance: random.Random, member: Member, lectures: list[Lecture]
) -> None:
    """Visits of both years, all heard of only later: the reports of one year, then those of the other."""
    visits = sorted(visits, key=lambda visit: visit[0])
    results = []
    for upside_down in (False, True):
        with transaction.atomic():
            reports = []
            for n, (new_year, claim) in enumerate(visits):
                opened = EVE + timedelta(hours=n - 24 * 5 + 24 * 10 * new_year)
                reports.append((open_at(member, lectures[0], opened), new_year, claim))
            open_session(member, lectures[1], EVE + timedelta(days=8))
            chance.shuffle(reports)
            for token, _year, claim in sorted(reports, key=lambda one: one[1] != upside_down):
                record(token, [claim], claim[1], 1, EVE + timedelta(days=9))
            progress = WatchProgress.objects.get()
            entries = sorted(CreditEntry.objects.values_list("year", flat=True))
            results.append((entries, progress.completed_at and year_of(progress.completed_at)))
            transaction.set_rollback(True)
    assert results[0] == results[1]


@given(
    moments=st.lists(MOMENTS, min_size=1, max_size=20),
    closed=MOMENTS | st.none(),
    gap=st.integers(0, 900),
)
def test_time_accrues_once_whatever_the_order_of_heartbeats(
    moments: list[int], closed: int | None, gap: int
) -> None:
    """The arithmetic itself, as the TV uses it at speed 1 and a player at its fastest."""
    opened = heard_at = EVE
    closed_at = EVE + timedelta(seconds=closed) if closed is not None else None
    total = 0.0
    for seconds in moments:
        now = EVE + timedelta(seconds=seconds)
        heard = hear(heard_at, now, (closed_at, year_ends(opened)), gap)
        assert 0 <= heard.seconds <= gap
        assert heard.watched <= now and year_of(heard.watched) == 2026
        assert heard.until >= heard_at
        total, heard_at = total + heard.seconds, heard.until
    assert total <= (heard_at - opened).total_seconds()
    assert total <= len(moments) * gap
