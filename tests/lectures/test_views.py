"""Reports of players over HTTP: whatever comes in, the answer is JSON with a sentence."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from lectures.models import Lecture, WatchProgress
from lectures.watching import PlayToken, open_session
from lectures.watching.views import MOST_BYTES
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


def test_reading_the_address_is_no_report(client: Client) -> None:
    assert client.get(reverse("lectures:heartbeat")).status_code == 405


def test_a_heartbeat_asks_the_database_little(
    client: Client,
    token: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    send(client, heartbeat(token))
    with django_assert_max_num_queries(9):
        send(client, heartbeat(token, number=2))
