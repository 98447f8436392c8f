"""What the TV is given: nothing before it is paired, the programme and the film afterwards."""

import json
import re
from datetime import datetime, time, timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from hours.models import Subject
from lectures.models import Lecture
from stations import programme
from stations.models import Screening, ScreeningPlan, Station, StationDevice
from stations.programme import programme_of
from stations.screenings import heartbeat_token, record, start_screening
from tests.lectures.films import add_files, make_film_lecture

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0) -> datetime:
    """Return that time of today in the district."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time(hour, minute)))


def plan(station: Station, lecture: Lecture, hour: int) -> ScreeningPlan:
    return ScreeningPlan.objects.create(
        station=station, day=timezone.localdate(), starts_at=time(hour), lecture=lecture
    )


def first_tile(page: str) -> str:
    return re.findall(r'value="([0-9a-f-]{36})" data-tile data-first', page)[0]


# --- The programme -----------------------------------------------------------------------------------------


def test_the_next_lesson_of_today_is_first(station: Station) -> None:
    early, next_one, late = (make_film_lecture(3600, title) for title in "早中晚")
    plan(station, late, 19)
    plan(station, early, 8)
    plan(station, next_one, 10)
    offer = programme_of(station, at(9, 30))
    assert [showing.lecture for showing in offer.today] == [early, next_one, late]
    assert offer.today[offer.next_index].lecture == next_one


def test_a_lesson_stays_next_until_it_would_be_over(station: Station) -> None:
    first, second = make_film_lecture(3600, "一"), make_film_lecture(3600, "二")
    plan(station, first, 9)
    plan(station, second, 15)
    assert programme_of(station, at(9, 59)).next_index == 0
    assert programme_of(station, at(10, 1)).next_index == 1


def test_what_was_broken_off_comes_before_all(station: Station) -> None:
    planned, begun = make_film_lecture(3600, "计划"), make_film_lecture(600, "断了")
    plan(station, planned, 9)
    start_screening(station, begun, at(8))
    offer = programme_of(station, at(8, 30))
    assert [(each.lecture, each.begun) for each in offer.today] == [(begun, True), (planned, False)]
    assert offer.next_index == 0


def test_what_was_shown_is_marked_and_passed_over(station: Station) -> None:
    first, second = make_film_lecture(600, "一"), make_film_lecture(600, "二")
    plan(station, first, 9)
    plan(station, second, 15)
    screening = start_screening(station, first, at(8))
    record(screening, [[0, 600]], at(8, 10), 600)
    offer = programme_of(station, at(9))
    assert [each.done for each in offer.today] == [True, False]
    assert offer.next_index == 1


def test_what_was_broken_off_and_is_planned_too_stands_there_once(station: Station) -> None:
    both, later = make_film_lecture(600, "计划"), make_film_lecture(600, "后来")
    plan(station, later, 8)
    plan(station, both, 9)
    start_screening(station, both, at(8))
    offer = programme_of(station, at(8, 30))
    assert [(each.lecture, each.begun) for each in offer.today] == [(later, False), (both, True)]
    assert offer.next_index == 1


def test_what_another_film_took_the_place_of_is_not_broken_off(station: Station) -> None:
    first, second = make_film_lecture(600, "一"), make_film_lecture(600, "二")
    start_screening(station, first, at(8))
    start_screening(station, second, at(8, 5))
    assert [each.lecture for each in programme_of(station, at(8, 30)).today] == [second]


def test_showings_of_yesterday_and_of_other_stations_mark_nothing(station: Station, stranger: object) -> None:
    lecture, elsewhere = make_film_lecture(600), make_film_lecture(600, "别处")
    other = Station.objects.get(code="ysp")
    plan(station, lecture, 9)
    start_screening(other, elsewhere, at(8))
    record(start_screening(other, lecture, at(8, 1)), [[0, 600]], at(8, 20), 600)
    start_screening(station, lecture, at(8) - timedelta(days=1))
    start_screening(other, elsewhere, at(8, 30))
    (showing,) = programme_of(station, at(8, 40)).today
    assert (showing.lecture, showing.done, showing.begun) == (lecture, False, False)


def test_the_row_of_films_ends(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme, "NEWEST", 2)
    lectures = [make_film_lecture(600, f"第{n}讲") for n in range(3)]
    assert programme_of(station, at(9)).films == [lectures[2], lectures[1]]


def test_only_today_and_only_this_station(station: Station, stranger: object) -> None:
    lecture = make_film_lecture(600)
    plan(Station.objects.get(code="ysp"), lecture, 9)
    other_day = plan(station, lecture, 9)
    other_day.day += timedelta(days=1)
    other_day.save()
    assert programme_of(station, at(8)).today == []


def test_what_is_not_published_or_has_no_film_is_never_shown(tv: Client, station: Station) -> None:
    withdrawn, private, filmless, empty, fine = (
        make_film_lecture(seconds, title)
        for seconds, title in (
            (600, "撤下的"),
            (600, "内部的"),
            (600, "没片的"),
            (0, "空片的"),
            (600, "可看的"),
        )
    )
    for lecture in (withdrawn, private, filmless, empty, fine):
        plan(station, lecture, 9)
    withdrawn.unpublish()
    private.view_restrictions.create(restriction_type="login")
    assert filmless.video is not None
    filmless.video.current_job = None
    filmless.video.save()
    page = tv.get("/station/").content.decode()
    titles = ("撤下的", "内部的", "没片的", "空片的", "可看的")
    assert [title for title in titles if title in page] == ["可看的"]
    for lecture in (withdrawn, private, filmless, empty):
        tv.post("/station/start/", {"lecture": lecture.translation_key})
    assert not Screening.objects.exists()


def test_a_subject_narrows_the_films_and_back_leads_out(tv: Client) -> None:
    skill, history = Subject.objects.all()[:2]
    wanted = make_film_lecture(600, "种菜", subject=skill)
    make_film_lecture(600, "党史", subject=history)
    page = tv.get(f"/station/?subject={skill.code}").content.decode()
    assert 'data-back="/station/"' in page
    assert first_tile(page) == str(wanted.translation_key)
    assert "党史" not in page.replace(history.name, "")
    assert tv.get("/station/?subject=nonsense").status_code == HTTPStatus.OK


def test_the_screen_asks_the_database_as_often_for_few_as_for_many(tv: Client, station: Station) -> None:
    subjects = list(Subject.objects.all())
    plan(station, make_film_lecture(600, subject=subjects[0]), 9)
    tv.get("/station/")
    with CaptureQueriesContext(connection) as few:
        tv.get("/station/")
    for n in range(5):
        plan(station, make_film_lecture(600, f"第{n}讲", subject=subjects[n]), 10 + n)
    with CaptureQueriesContext(connection) as many:
        tv.get("/station/")
    assert len(many) == len(few)


# --- Without a paired screen's cookie ----------------------------------------------------------------------


def test_an_unpaired_tv_is_given_no_title_and_no_stream(client: Client, station: Station) -> None:
    lecture = make_film_lecture(600, "不该看到")
    add_files(lecture)
    screening = start_screening(station, lecture, timezone.now())
    pages = [
        client.get("/station/"),
        client.get(f"/station/playing/{screening.pk}/", follow=True),
        client.post("/station/start/", {"lecture": lecture.translation_key}, follow=True),
    ]
    for page in pages:
        text = page.content.decode()
        assert "pairing__code" in text
        assert [leak for leak in ("不该看到", "/streams/", ".m3u8", ".mp4") if leak in text] == []
    answer = client.post(
        "/station/heartbeat/", {"token": heartbeat_token(screening), "intervals": "[[0, 1]]"}
    )
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_screen_does_not_play_another_station_s_screening(tv: Client, stranger: object) -> None:
    lecture = make_film_lecture(600)
    add_files(lecture)
    other = start_screening(Station.objects.get(code="ysp"), lecture, timezone.now())
    assert tv.get(f"/station/playing/{other.pk}/").status_code == HTTPStatus.NOT_FOUND
    answer = tv.post("/station/heartbeat/", {"token": heartbeat_token(other), "intervals": "[[0, 1]]"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


# --- Playing -----------------------------------------------------------------------------------------------


def test_pressing_ok_plays_and_heartbeats_add_up(tv: Client, station: Station) -> None:
    lecture = make_film_lecture(600)
    add_files(lecture)
    plan(station, lecture, 9)
    key = first_tile(tv.get("/station/").content.decode())
    page = tv.post("/station/start/", {"lecture": key}, follow=True).content.decode()
    assert "master.m3u8" in page
    assert 'data-start="0.000"' in page
    begun = timezone.now() - timedelta(minutes=5)
    Screening.objects.update(opened_at=begun, heard_at=begun)
    token = re.findall(r'data-token="([^"]+)"', page)[0]
    heartbeat = {"token": token, "number": "7", "intervals": json.dumps([[0, 120]]), "position": "120.5"}
    assert tv.post("/station/heartbeat/", heartbeat).json() == {
        "status": "recorded",
        "number": "7",
        "open": True,
        "completed": False,
        "over": False,
    }
    screening = Screening.objects.get()
    assert (screening.seen, screening.position) == ([[0.0, 120.0]], 120.5)
    # After a power cut the page opens where the film stopped.
    again = tv.post("/station/start/", {"lecture": key}, follow=True).content.decode()
    assert 'data-start="120.500"' in again
    assert Screening.objects.count() == 1


@pytest.mark.parametrize(
    "heartbeat", [{"intervals": "[[0,"}, {"position": "nan"}, {"position": "x"}, {"intervals": "[" * 100_000}]
)
def test_a_heartbeat_that_cannot_be_read_is_refused(
    tv: Client, station: Station, heartbeat: dict[str, str]
) -> None:
    screening = start_screening(station, make_film_lecture(600), timezone.now())
    answer = tv.post("/station/heartbeat/", {"token": heartbeat_token(screening)} | heartbeat)
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_heartbeats_need_the_page_s_own_csrf_token(tv: Client, station: Station) -> None:
    screening = start_screening(station, make_film_lecture(600), timezone.now())
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(tv.cookies)
    answer = strict.post(
        "/station/heartbeat/", {"token": heartbeat_token(screening), "intervals": "[[0, 1]]"}
    )
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_screen_whose_film_was_replaced_by_another_screen_is_told(tv: Client, station: Station) -> None:
    screening = start_screening(station, make_film_lecture(600, "一"), timezone.now())
    start_screening(station, make_film_lecture(600, "二"), timezone.now())
    answer = tv.post("/station/heartbeat/", {"token": heartbeat_token(screening), "intervals": "[]"})
    assert answer.json()["open"] is False
    assert tv.get(f"/station/playing/{screening.pk}/")["Location"] == "/station/"


def test_a_film_that_is_closed_to_some_while_it_plays_is_shown_no_more(tv: Client, station: Station) -> None:
    lecture = make_film_lecture(600)
    add_files(lecture)
    address = f"/station/playing/{start_screening(station, lecture, timezone.now()).pk}/"
    assert tv.get(address).status_code == HTTPStatus.OK
    lecture.view_restrictions.create(restriction_type="login")
    assert tv.get(address)["Location"] == "/station/"


def test_a_film_whose_files_are_gone_leads_back_with_a_sentence(tv: Client) -> None:
    lecture = make_film_lecture(600)
    answer = tv.post("/station/start/", {"lecture": lecture.translation_key}, follow=True)
    assert answer.redirect_chain[-1][0] == "/station/"
    assert 'class="screen__message"' in answer.content.decode()


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_junk_for_a_lecture_is_no_fault_of_ours(tv: Client, key: str) -> None:
    assert tv.post("/station/start/", {"lecture": key}).status_code in {
        HTTPStatus.FOUND,
        HTTPStatus.NOT_FOUND,
    }
    assert not Screening.objects.exists()


def test_the_line_notes_that_the_screen_is_on_once_a_minute(tv: Client) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    StationDevice.objects.update(last_seen_at=long_ago)
    tv.get(reverse("stations:line"))
    seen = StationDevice.objects.get().last_seen_at
    assert seen is not None and seen > long_ago
    tv.get(reverse("stations:line"))
    assert StationDevice.objects.get().last_seen_at == seen


def test_the_tv_s_pages_are_never_cached(tv: Client) -> None:
    assert "no-store" in tv.get("/station/")["Cache-Control"]


@pytest.mark.parametrize(("language", "shown"), [(None, "en"), ("zh-hans", "zh-Hans")])
def test_all_screens_may_be_given_one_language(
    client: Client, settings: Settings, language: str | None, shown: str
) -> None:
    settings.STATIONS_LANGUAGE = language
    page = client.get("/station/", headers={"Accept-Language": "en"})
    assert f'<html lang="{shown}"' in page.content.decode()
    assert page.headers["Content-Language"] == shown.lower()
