"""What a screening adds up to: distinct seconds of film, within the server's clock."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from pytest_django import Settings

from hours.tallies import rows
from lectures.models import Lecture
from lectures.watching.clock import year_of
from local_videos.models import LocalVideo, TranscodeJob
from stations.models import Screening, Station
from stations.screenings import (
    Heartbeat,
    heartbeat_of,
    heartbeat_token,
    is_over,
    record,
    resume_at,
    share_seen,
    start_screening,
)
from tests.builders import make_screening
from tests.lectures.films import START, after, film_of, make_film_lecture

pytestmark = pytest.mark.django_db
FILM = 600.0


@pytest.fixture
def lecture(db: None) -> Lecture:
    """A lecture with a film of ten minutes."""
    return make_film_lecture(FILM, credit_minutes=45)


@pytest.fixture
def screening(station: Station, lecture: Lecture) -> Screening:
    """The lecture, begun."""
    return start_screening(station, lecture, START)


def test_a_screening_takes_down_what_it_shows(screening: Screening, lecture: Lecture) -> None:
    kept = Screening.objects.get()
    assert (kept.session.title, kept.session.minutes, kept.duration) == (lecture.title, 45, FILM)
    assert (kept.session.lecture_key, kept.session.starts_at, kept.closed_at) == (
        lecture.lesson_key,
        START,
        None,
    )


def test_what_was_shown_adds_up_and_completes_at_the_share(screening: Screening) -> None:
    assert record(screening, [[0, 300]], after(300), 300).is_complete is False
    assert record(screening, [[300, 569]], after(569), 569).is_complete is False
    done = record(screening, [[569, 570]], after(570), 570)
    assert (done.seen, done.session.closed_at, share_seen(done)) == ([[0.0, 570.0]], after(570), 0.95)


def test_a_room_watches_at_normal_speed(screening: Screening) -> None:
    kept = record(screening, [[0, 600]], after(60), 600)
    assert (kept.seen, kept.session.closed_at) == ([[0.0, 60.0]], None)


def test_the_same_heartbeat_again_adds_nothing_and_costs_nothing(screening: Screening) -> None:
    for _ in range(3):
        kept = record(screening, [[0, 15]], after(15), 15)
    assert (kept.seen, kept.granted) == ([[0.0, 15.0]], 15.0)
    assert record(screening, [[15, 30]], after(30), 30).seen == [[0.0, 30.0]]


def test_heartbeats_may_come_in_any_order(screening: Screening) -> None:
    record(screening, [[15, 30]], after(31), 30)
    assert record(screening, [[0, 15]], after(32), 30).seen == [[0.0, 30.0]]


@pytest.mark.parametrize(
    "claims",
    [
        [[-100, 50]],
        [[50, 10]],
        [["0", "50"]],
        [[0, float("nan")]],
        [[700, 900]],
        "0-600",
        {"0": 600},
        None,
        [[0]],
        [[True, False]],
    ],
)
def test_nonsense_counts_for_nothing(screening: Screening, claims: object) -> None:
    assert record(screening, claims, after(100)).seen == []


def test_a_clock_that_runs_backwards_grants_nothing(screening: Screening) -> None:
    kept = record(screening, [[0, 15]], START - timedelta(seconds=30))
    assert (kept.seen, kept.session.ends_at) == ([], START)


def test_many_short_stretches_do_not_fill_the_database(screening: Screening) -> None:
    crumbs = [[2 * n, 2 * n + 1] for n in range(250)]
    kept = record(screening, [*crumbs, [550, 560]], after(400), 560)
    assert (len(kept.seen), [550.0, 560.0] in kept.seen) == (200, True)


def test_the_latest_unfinished_showing_of_the_day_at_this_station_goes_on(
    screening: Screening, station: Station, lecture: Lecture, stranger: object
) -> None:
    other = start_screening(Station.objects.get(code="ysp"), lecture, after(50))
    yesterday = make_screening(station, after(-86_400), lecture_key=lecture.lesson_key, closed_at=START)
    assert start_screening(station, lecture, after(100)) == screening
    kept = list(Screening.objects.order_by("pk"))
    assert kept == [screening, other, yesterday]


def test_after_a_power_cut_the_film_goes_on_where_it_stopped(
    screening: Screening, station: Station, lecture: Lecture
) -> None:
    record(screening, [[0, 240]], after(240), 240)
    again = start_screening(station, lecture, after(3600))
    assert (again.pk, resume_at(again), again.session.starts_at) == (screening.pk, 240, START)
    # The dark hour is no film: only the time since is granted.
    assert record(again, [[240, 600]], after(3610), 250).seen == [[0.0, 250.0]]


def test_the_next_day_begins_anew(screening: Screening, station: Station, lecture: Lecture) -> None:
    record(screening, [[0, 240]], after(240), 240)
    tomorrow = start_screening(station, lecture, START + timedelta(days=1))
    screening.refresh_from_db()
    assert tomorrow.pk != screening.pk
    assert (resume_at(tomorrow), screening.closed_at) == (0, START + timedelta(days=1))


def test_what_was_shown_to_the_end_begins_anew(
    screening: Screening, station: Station, lecture: Lecture
) -> None:
    record(screening, [[0, 600]], after(600), 600)
    assert start_screening(station, lecture, after(700)).pk != screening.pk


def test_another_film_closes_the_first_which_can_be_taken_up_again(
    screening: Screening, station: Station, lecture: Lecture
) -> None:
    record(screening, [[0, 100]], after(100), 100)
    other = start_screening(station, make_film_lecture(60, "别的"), after(200))
    screening.refresh_from_db()
    assert screening.closed_at == after(200)
    again = start_screening(station, lecture, after(300))
    other.refresh_from_db()
    assert (again.pk, again.closed_at, other.closed_at) == (screening.pk, None, after(300))


def test_a_late_heartbeat_of_a_closed_screening_counts_until_it_was_closed(
    screening: Screening, station: Station
) -> None:
    start_screening(station, make_film_lecture(60, "别的"), after(100))
    kept = record(screening, [[0, 500]], after(1000), 500)
    assert (kept.seen, kept.session.ends_at) == ([[0.0, 100.0]], after(100))


def test_another_station_s_screening_stays_open(screening: Screening, stranger: object) -> None:
    start_screening(Station.objects.get(code="ysp"), make_film_lecture(60, "别的"), after(100))
    assert Screening.objects.filter(closed_at=None).count() == 2


def test_at_the_end_with_gaps_it_goes_on_at_the_first_one_worth_it(screening: Screening) -> None:
    record(screening, [[0.2, 100], [300, 600]], after(600), 598)
    kept = Screening.objects.get()
    assert (kept.session.closed_at, resume_at(kept)) == (None, 100)


@pytest.mark.parametrize(("position", "kept"), [(-5, 0), (1e12, FILM), (90, 90)])
def test_the_place_stays_within_the_film(screening: Screening, position: float, kept: float) -> None:
    assert record(screening, [], after(1), position).position == kept


def test_a_token_is_good_for_its_screening_at_its_station_only(
    screening: Screening, station: Station, stranger: object
) -> None:
    token = heartbeat_token(screening)
    assert heartbeat_of(token, station) == Heartbeat(screening, screening.version or "")
    assert heartbeat_of(token, Station.objects.get(code="ysp")) is None
    assert heartbeat_of(token[:-1] + ("a" if token[-1] != "a" else "b"), station) is None
    for junk in ("", "x", signing.dumps(screening.pk, salt="stations.heartbeat")):
        assert heartbeat_of(junk, station) is None


def test_a_token_lasts_two_days(
    screening: Screening, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, made = heartbeat_token(screening), time.time()
    monkeypatch.setattr(time, "time", lambda: made + 1.9 * 86_400)
    assert heartbeat_of(token, station) is not None
    monkeypatch.setattr(time, "time", lambda: made + 2.1 * 86_400)
    assert heartbeat_of(token, station) is None


def test_a_dark_screen_earns_no_more_than_a_player_has_in_its_buffer(
    screening: Screening, settings: Settings
) -> None:
    settings.LECTURES_HEARTBEAT_GAP_SECONDS = 60
    record(screening, [[0, 10]], after(10), 10)
    kept = record(screening, [[10, 600]], after(3600), 600)
    assert (kept.seen, kept.session.ends_at) == ([[0, 70]], after(70))


def test_what_a_screen_hands_in_after_the_turn_of_the_year_is_of_the_old_one(
    station: Station, lecture: Lecture
) -> None:
    # 23:50 on the last day in the district.
    eve = datetime(2026, 12, 31, 15, 50, tzinfo=UTC)
    screening = start_screening(station, lecture, eve)
    for late in (timedelta(hours=9), timedelta(hours=9, seconds=5)):
        kept = record(screening, [[0, 600]], eve + late, 600)
    assert kept.is_complete and kept.session.closed_at is not None
    assert year_of(kept.session.closed_at) == 2026
    assert is_over(kept, eve + timedelta(hours=9))


# --- A film that is replaced -------------------------------------------------------------------------------


def replace_film(lecture: Lecture, duration: float) -> Lecture:
    """Let another film play, as when its preparation has finished, and return the lecture anew."""
    LocalVideo.objects.filter(pk=lecture.video_id).update(playing_hash="another", duration=duration)
    return Lecture.objects.get(pk=lecture.pk)


def test_a_screening_that_goes_on_after_its_film_was_replaced_begins_anew(
    screening: Screening, station: Station, lecture: Lecture
) -> None:
    record(screening, [[0, 240]], after(240), 240)
    again = start_screening(station, replace_film(lecture, 250), after(300))
    assert (again.pk, again.seen, again.duration, resume_at(again)) == (screening.pk, [], 250, 0)
    assert not record(again, [[0, 10]], after(310), 10).is_complete


def test_a_player_opened_again_with_the_new_film_begins_the_screening_anew(
    screening: Screening, lecture: Lecture
) -> None:
    old = screening.version
    record(screening, [[0, 240]], after(240), 240)
    new = replace_film(lecture, 250).film_version
    screening.refresh_from_db()
    assert (resume_at(screening, new), resume_at(screening, old)) == (0, 240)
    kept = record(screening, [[0, 10]], after(260), 10, version=new)
    assert (kept.seen, kept.duration, kept.is_complete) == ([[0, 10]], 250, False)
    # What the screen still says of the old film is of no use any more.
    assert record(screening, [[10, 250]], after(500), 250, version=old).seen == [[0, 10]]


def test_a_room_that_sees_the_old_film_to_its_end_has_seen_it(screening: Screening, lecture: Lecture) -> None:
    record(screening, [[0, 300]], after(300), 300)
    replace_film(lecture, 60)
    kept = record(screening, [[300, 600]], after(600), 600, version=screening.version)
    assert kept.is_complete


def test_a_film_prepared_again_from_the_same_file_is_the_same(
    screening: Screening, station: Station, lecture: Lecture
) -> None:
    record(screening, [[0, 240]], after(240), 240)
    film = film_of(lecture)
    film.current_job = TranscodeJob.objects.create(video=film, state=TranscodeJob.State.DONE)
    film.save()
    assert start_screening(station, lecture, after(300)).seen == [[0, 240]]


def test_a_completion_that_got_lost_is_made_up_for_by_the_next_heartbeat(
    screening: Screening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise OSError

    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr(rows, "lock", lost)
        record(screening, [[0, 600]], after(600), 600)
    assert not Screening.objects.get().is_complete
    kept = record(screening, [[0, 600]], after(700), 600)
    assert kept.session.closed_at == kept.session.ends_at
