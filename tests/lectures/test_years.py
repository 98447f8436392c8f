"""What is watched counts for the year in which it was watched, whenever the player says so."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from foundation.calendar import this_year
from hours.ledger.reasons import LATE_PLAYER
from hours.models import CreditEntry, CreditRule
from hours.years.closing import close
from lectures.models import Lecture, WatchProgress, WatchSession
from lectures.watching import open_session, record
from members.models import Member, Organization
from tests.builders import make_entry, make_role

from .films import make_film_lecture, open_at

FILM = 1000


def at(text: str) -> datetime:
    """Return a moment on the district's clock; none of 2026 is without its year."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def years() -> list[int]:
    return sorted(CreditEntry.objects.values_list("year", flat=True))


@pytest.fixture
def lecture(db: None) -> Lecture:
    """A lecture that can be watched within one gap between heartbeats."""
    return make_film_lecture(FILM, credit_minutes=45)


@pytest.mark.parametrize("heard", [True, False])
def test_what_was_watched_on_the_eve_and_sent_in_january_is_the_old_years(
    member: Member, lecture: Lecture, heard: bool
) -> None:
    token = open_at(member, lecture, at("2026-12-31 23:40"))
    if heard:
        record(token, [[0, 10]], 10, 1, at("2026-12-31 23:41"))
    recorded = record(token, [[0, FILM]], FILM, 2, at("2027-01-01 08:00"))
    entry = CreditEntry.objects.get()
    assert (recorded.ended, entry.year, entry.earned_on.isoformat()) == (True, 2026, "2026-12-31")


@pytest.mark.parametrize("sent", ["2027-01-01 00:10", "2027-02-01 12:00"])
def test_a_session_of_the_old_year_earns_nothing_of_the_new_one(
    member: Member, lecture: Lecture, sent: str
) -> None:
    token = open_at(member, lecture, at("2026-12-31 23:59"))
    for number in (1, 2):
        record(token, [[0, FILM]], FILM, number, at(sent))
    assert (years(), WatchProgress.objects.get().seconds_seen) == ([], pytest.approx(120, abs=0.01))


def test_the_year_is_the_districts(member: Member, lecture: Lecture) -> None:
    # In UTC both are of 2026.
    token = open_at(member, lecture, at("2027-01-01 00:20"))
    record(token, [[0, FILM]], FILM, 1, at("2027-01-01 00:30"))
    assert years() == [2027]


def test_a_session_that_begins_just_after_the_turn_is_the_new_years(member: Member, lecture: Lecture) -> None:
    session = open_session(member, lecture, at("2027-01-01 00:00:02"))
    assert session.opened_at == at("2027-01-01 00:00")


def test_a_session_closed_in_the_old_year_is_told_that_another_goes_on(
    member: Member, lecture: Lecture
) -> None:
    token = open_at(member, lecture, at("2026-12-31 20:00"))
    open_at(member, make_film_lecture(), at("2026-12-31 22:00"))
    recorded = record(token, [[0, FILM]], FILM, 1, at("2027-01-05 20:00"))
    assert (recorded.elsewhere, recorded.ended, years()) == (True, False, [2026])


def test_a_new_year_begins_anew(member: Member, lecture: Lecture) -> None:
    record(open_at(member, lecture, at("2026-05-05 09:00")), [[0, FILM]], FILM, 1, at("2026-05-05 09:20"))
    token = open_at(member, lecture, at("2027-05-05 09:00"))
    record(token, [[0, 10]], 10, 1, at("2027-05-05 09:01"))
    assert (WatchProgress.objects.get().seen, years()) == ([[0, 10]], [2026])
    record(token, [[0, FILM]], FILM, 2, at("2027-05-05 09:20"))
    assert years() == [2026, 2027]


@pytest.mark.parametrize("done", [True, False])
def test_a_late_heartbeat_of_the_old_year_neither_feeds_nor_undoes_the_new_one(
    member: Member, lecture: Lecture, done: bool
) -> None:
    old = open_at(member, lecture, at("2026-05-05 09:00"))
    record(old, [[0, 960]], 960, 1, at("2026-05-05 09:20"))
    new = open_at(member, lecture, at("2027-05-05 09:00"))
    watched = FILM if done else 10
    record(new, [[0, watched]], watched, 1, at("2027-05-05 09:20"))
    before = WatchProgress.objects.values().get()
    record(old, [[0, FILM]], 30, 2, at("2027-05-05 10:00"))
    assert WatchProgress.objects.values().get() == before
    assert years() == ([2026, 2027] if done else [2026])


def test_what_was_seen_last_year_and_not_finished_is_kept(member: Member, lecture: Lecture) -> None:
    record(open_at(member, lecture, at("2026-12-30 09:00")), [[0, 500]], 500, 1, at("2026-12-30 09:20"))
    record(open_at(member, lecture, at("2027-01-02 09:00")), [[500, 960]], 960, 1, at("2027-01-02 09:20"))
    assert years() == [2027]


def test_seconds_that_are_handed_in_again_in_january_stay_the_old_years(
    member: Member, lecture: Lecture
) -> None:
    rules = list(CreditRule.objects.all())
    CreditRule.objects.all().delete()
    record(open_at(member, lecture, at("2026-12-30 09:00")), [[0, FILM]], FILM, 1, at("2026-12-30 09:20"))
    CreditRule.objects.bulk_create(rules)
    record(open_at(member, lecture, at("2027-01-02 09:00")), [[0, 30]], 30, 1, at("2027-01-02 09:01"))
    assert years() == [2026]


def test_reports_of_december_complete_december_though_januarys_came_first(
    member: Member, lecture: Lecture
) -> None:
    december = open_at(member, lecture, at("2026-12-31 23:00"))
    january = open_at(member, lecture, at("2027-01-02 09:00"))
    record(january, [[0, 30]], 30, 1, at("2027-01-02 09:01"))
    recorded = record(december, [[0, 960]], 960, 1, at("2027-01-02 09:02"))
    entry = CreditEntry.objects.get()
    assert (entry.year, entry.basis["seen_seconds"]) == (2026, 960)
    # And what January's reports said is the new year's.
    assert (recorded.progress.seen_in_all, recorded.progress.completed_at) == ([[0, 30]], None)
    record(january, [[30, 960]], 960, 2, at("2027-01-02 09:20"))
    assert years() == [2026, 2027]


def test_each_year_that_was_enough_by_itself_is_credited(member: Member, lecture: Lecture) -> None:
    december = open_at(member, lecture, at("2026-12-31 23:00"))
    january = open_at(member, lecture, at("2027-01-02 09:00"))
    record(january, [[0, FILM]], FILM, 1, at("2027-01-02 09:20"))
    record(december, [[0, FILM]], FILM, 1, at("2027-01-02 09:30"))
    assert years() == [2026, 2027]
    assert WatchProgress.objects.get().completed_at == at("2027-01-02 09:10")


def test_what_both_years_needed_counts_once(member: Member, lecture: Lecture) -> None:
    december = open_at(member, lecture, at("2026-12-31 23:00"))
    january = open_at(member, lecture, at("2027-01-02 09:00"))
    record(january, [[500, FILM]], FILM, 1, at("2027-01-02 09:20"))
    record(december, [[0, 600]], 600, 1, at("2027-01-02 09:30"))
    record(december, [[0, FILM]], FILM, 2, at("2027-01-02 09:31"))
    assert years() == [2027]


def test_without_a_rule_for_the_old_year_its_seconds_wait(member: Member, lecture: Lecture) -> None:
    rules = list(CreditRule.objects.all())
    CreditRule.objects.all().delete()
    CreditRule.objects.create(valid_from=at("2027-01-01 00:00").date())
    december = open_at(member, lecture, at("2026-12-31 23:00"))
    january = open_at(member, lecture, at("2027-01-02 09:00"))
    record(december, [[0, FILM]], FILM, 1, at("2027-01-02 09:01"))
    record(january, [[0, 60]], 60, 1, at("2027-01-02 09:01"))
    assert years() == []
    record(january, [[0, FILM]], FILM, 2, at("2027-01-02 09:10"))
    assert years() == [2027]
    CreditRule.objects.bulk_create(rules)
    record(january, [], FILM, 3, at("2027-01-02 09:11"))
    assert years() == [2026, 2027]


def test_a_heartbeat_that_comes_after_the_year_was_closed_is_credited_late(
    member: Member, lecture: Lecture, district: Organization
) -> None:
    make_role(member, district, "administrator")
    token = open_at(member, lecture, at(f"{this_year() - 1}-12-31 20:00"))
    before = make_entry(member, this_year() - 1)
    close(this_year() - 1, member)
    record(token, [[0, FILM]], FILM, 1, timezone.now())
    entry = CreditEntry.objects.exclude(pk=before.pk).get()
    assert (entry.year, entry.late_reason) == (this_year() - 1, LATE_PLAYER)


def test_sessions_from_before_time_was_accrued_go_on(member: Member, lecture: Lecture) -> None:
    token = open_at(member, lecture, at("2026-05-05 09:00"))
    WatchSession.objects.update(heard_at=None, spare=None, granted=100)
    record(token, [[0, FILM]], FILM, 1, at("2026-05-05 09:00") + timedelta(seconds=60))
    assert WatchProgress.objects.get().seen == [[0, 20]]
