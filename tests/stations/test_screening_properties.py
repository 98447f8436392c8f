"""Whatever the screens of a station claim: no more film than the clock ran, nor in another year."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as site
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lectures.models import Lecture
from lectures.watching import intervals, year_of
from local_videos.models import LocalVideo
from stations.models import Screening, Station
from stations.screenings import record, start_screening
from tests.lectures.films import make_film_lecture

EVE = datetime(2026, 12, 31, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FILM = 900
# Two hours around the turn of the year, in seconds.
MOMENTS = st.integers(0, 7200)
CLAIM = st.tuples(st.integers(0, FILM), st.integers(0, FILM)).map(sorted)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["start", "start other", "heartbeat", "late", "replace"]),
        MOMENTS,
        CLAIM,
        st.integers(0, 10),
    ),
    max_size=25,
)


@pytest.fixture
def lectures(db: None) -> list[Lecture]:
    return [make_film_lecture(FILM, title, credit_minutes=45) for title in ("一", "二")]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_more_is_shown_than_the_clock_ran(steps: list, station: Station, lectures: list[Lecture]) -> None:
    with transaction.atomic():
        # Each player that was opened, with the film that it was given: any of them may still report.
        players: list[tuple[Screening, str | None]] = []
        granted, first, now = 0.0, None, EVE
        for step, seconds, claim, which in sorted(steps, key=lambda step: step[1]):
            now = EVE + timedelta(seconds=seconds)
            if step.startswith("start"):
                lecture = Lecture.objects.get(pk=lectures[step == "start other"].pk)
                opened = start_screening(station, lecture, now)
                players.append((opened, opened.version))
                first = first or now
            elif step == "replace":
                LocalVideo.objects.filter(lectures=lectures[0]).update(playing_hash=str(seconds))
            elif players:
                screening, version = players[-1 if step == "heartbeat" else which % len(players)]
                before = Screening.objects.get(pk=screening.pk)
                after = record(screening, [claim], now, claim[1], version)
                granted += after.granted - before.granted
                assert intervals.total(after.seen) <= after.duration
        ran = (now - first).total_seconds() if first else 0.0
        assert granted <= ran + 0.001
        for kept in Screening.objects.select_related("session"):
            ends = kept.session.ends_at
            assert year_of(ends) <= max(year_of(kept.opened_at), year_of(kept.session.starts_at))
            share = intervals.total(kept.seen) / FILM
            assert not kept.is_complete or share >= site.LECTURES_SEEN_SHARE
        transaction.set_rollback(True)
