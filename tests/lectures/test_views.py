"""Reports of players over HTTP: whatever comes in, the answer is JSON with a sentence."""

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from lectures.models import Lecture, WatchProgress, WatchSession
from lectures.watching import PageToken, PlayToken, open_session
from lectures.watching.views import MOST_BYTES
from local_videos.models import LocalVideo
from members.models import Member
from tests.builders import make_member

from .films import make_film_lecture


@pytest.fixture
def lecture(db: None) -> Lecture:
    return make_film_lecture(3600)


@pytest.fixture
def token(member: Member, lecture: Lecture) -> str:
    opened = timezone.now() - timedelta(seconds=100)
    return PlayToken(open_session(member, lecture, opened).pk, member.pk).sign()


def send(client: Client, said: Any, **extra: Any) -> tuple[int, dict]:
    body = said if isinstance(said, str | bytes) else json.dumps(said)
    answer = client.post(reverse("lectures:heartbeat"), body, content_type="text/plain", **extra)
    return answer.status_code, answer.json()


def heartbeat(token: Any, **changes: Any) -> dict[str, Any]:
    return {"token": token, "number": 1, "intervals": [[0, 15]], "position": 15, **changes}


def test_a_heartbeat_is_answered_with_where_the_member_stands(token: str) -> None:
    # A beacon carries no cookie and no CSRF header; the token is enough.
    status, answer = send(Client(enforce_csrf_checks=True), heartbeat(token))
    assert (status, answer["status"], answer["seen"], answer["percent"]) == (200, "recorded", [[0, 15]], 0)
    assert answer["number"] == 1
    assert (answer["state"], answer["message"]) == ("not_begun", "")
    assert answer["sentence"]


def test_answers_are_not_kept_by_caches(client: Client, token: str) -> None:
    answer = client.post(
        reverse("lectures:heartbeat"), json.dumps(heartbeat(token)), content_type="application/json"
    )
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        b"\xff\xfe\x00",
        "[" * 50_000,
        json.dumps({"intervals": [[0, "x" * MOST_BYTES]]}),
        '{"number": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_report_is_refused(client: Client, db: None, body: str | bytes) -> None:
    status, answer = send(client, body)
    assert (status, answer["status"]) == (400, "unreadable")


def test_a_report_that_is_too_large_is_not_even_read(client: Client, token: str) -> None:
    filler = json.dumps(heartbeat(token)).ljust(MOST_BYTES + 1)
    assert send(client, filler)[1]["status"] == "unreadable"
    assert send(client, filler[:MOST_BYTES])[1]["status"] == "recorded"


def test_a_line_that_breaks_in_a_report_is_no_fault_of_ours(client: Client, db: None) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("gone")

    status, answer = send(client, "{}", **{"wsgi.input": Broken(), "CONTENT_LENGTH": "100"})
    assert (status, answer["status"]) == (400, "unreadable")


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0},
        {"number": -1},
        {"number": True},
        {"number": "1"},
        {"number": 2**31},
        {"position": None},
        {"position": "15"},
        {"position": float("nan")},
        {"position": float("inf")},
        {"intervals": None},
        {"intervals": {"0": 15}},
    ],
)
def test_a_report_with_senseless_facts_is_refused(client: Client, token: str, changes: dict) -> None:
    status, answer = send(client, heartbeat(token, **changes))
    assert (status, answer["status"]) == (400, "unreadable")
    assert not WatchProgress.objects.exists()


def test_senseless_stretches_beside_good_ones_are_dropped(client: Client, token: str) -> None:
    claims = [[0, 10], [-5, 2], [9, 3], ["a", 1], None, [5, float("nan")], [20, 1e400], [3600, 9e9], [5, 12]]
    assert send(client, heartbeat(token, intervals=claims))[1]["seen"] == [[0, 12]]


def test_a_position_outside_the_film_is_brought_into_it(client: Client, token: str) -> None:
    send(client, heartbeat(token, position=-3))
    assert WatchProgress.objects.get().position == 0
    send(client, heartbeat(token, position=1e9, number=2))
    assert WatchProgress.objects.get().position == 3600


@pytest.mark.parametrize("forged", [None, "", "x", 5, ["a"], "WyJhIiwxXQ:1abc:xyz"])
def test_without_the_sites_token_nothing_is_taken_in(client: Client, db: None, forged: Any) -> None:
    status, answer = send(client, heartbeat(forged))
    assert (status, answer["status"]) == (403, "outdated")


def test_another_persons_visit_is_unknown(client: Client, token: str) -> None:
    session = PlayToken.read(token).session_id
    status, answer = send(client, heartbeat(PlayToken(session, make_member().pk).sign()))
    assert (status, answer["status"]) == (404, "unknown")
    assert not WatchProgress.objects.exists()


def test_an_unpublished_lecture_takes_no_report(client: Client, token: str, lecture: Lecture) -> None:
    lecture.unpublish()
    status, answer = send(client, heartbeat(token))
    assert (status, answer["status"]) == (410, "gone")
    lecture.delete()
    assert send(client, heartbeat(token))[0] == 410


def test_a_player_is_told_that_the_member_goes_on_elsewhere(
    client: Client, token: str, member: Member
) -> None:
    open_session(member, make_film_lecture(title="萝卜怎么种"), timezone.now())
    status, answer = send(client, heartbeat(token))
    assert (status, answer["status"], answer["seen"]) == (200, "elsewhere", [[0, 15]])
    assert answer["message"]


def test_a_player_is_told_that_the_year_of_its_session_is_over(
    client: Client, token: str, member: Member
) -> None:
    WatchSession.objects.update(opened_at=timezone.now() - timedelta(days=366))
    assert send(client, heartbeat(token))[1]["status"] == "ended"


def test_a_player_is_told_that_the_film_was_replaced(client: Client, token: str) -> None:
    LocalVideo.objects.update(playing_hash="another")
    status, answer = send(client, heartbeat(token))
    assert (status, answer["status"], bool(answer["message"])) == (409, "replaced", True)
    assert not WatchProgress.objects.exists()


def test_every_answer_names_the_report_that_it_answers(client: Client, token: str, lecture: Lecture) -> None:
    """By its number a player tells our answer from a portal's."""
    asked = {
        "recorded": heartbeat(token, number=7),
        "unreadable": heartbeat(token, number=7, position=None),
        "outdated": heartbeat("x", number=7),
        "unknown": heartbeat(PlayToken(uuid4(), 1).sign(), number=7),
    }
    answers = {status: send(client, said)[1] for status, said in asked.items()}
    lecture.unpublish()
    answers["gone"] = send(client, heartbeat(token, number=7))[1]
    assert {status: (answer["status"], answer["number"]) for status, answer in answers.items()} == {
        status: (status, 7) for status in answers
    }
    assert send(client, "{")[1]["number"] is None


@pytest.mark.parametrize("name", ["heartbeat", "begin"])
def test_reading_the_address_is_no_report(client: Client, name: str) -> None:
    assert client.get(reverse(f"lectures:{name}")).status_code == 405


# --- Beginning -----------------------------------------------------------------------------------------


def ask_to_begin(page: Any, client: Client | None = None) -> tuple[int, dict]:
    strict = client or Client(enforce_csrf_checks=True)
    answer = strict.post(
        reverse("lectures:begin"), json.dumps({"page": page}), content_type="application/json"
    )
    return answer.status_code, answer.json()


def test_a_page_begins_a_session_with_its_token(client: Client, member: Member, lecture: Lecture) -> None:
    page = PageToken(member.pk, lecture.lesson_key, lecture.film_version, timezone.now()).sign()
    status, answer = ask_to_begin(page)
    assert (status, answer["status"]) == (200, "begun")
    assert send(client, heartbeat(answer["token"]))[1]["status"] == "recorded"


def test_what_cannot_begin_says_why(member: Member, lecture: Lecture) -> None:
    key, version = lecture.lesson_key, lecture.film_version
    pages = {
        "outdated": PlayToken(uuid4(), member.pk).sign(),
        "gone": PageToken(member.pk, uuid4(), version, timezone.now()).sign(),
        "replaced": PageToken(member.pk, key, "another", timezone.now()).sign(),
        "unknown": PageToken(0, key, version, timezone.now()).sign(),
    }
    for status, page in pages.items():
        answer = ask_to_begin(page)[1]
        assert (answer["status"], answer["number"], bool(answer["message"])) == (status, None, True)
    assert ask_to_begin(None)[1]["status"] == "outdated"
    assert not WatchSession.objects.exists()


def test_a_heartbeat_asks_the_database_little(
    client: Client,
    token: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    send(client, heartbeat(token))
    with django_assert_max_num_queries(9):
        send(client, heartbeat(token, number=2))
