"""A lesson that earned nothing says why on its page and leads to the form for objecting, filled in."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hours import ledger
from hours.cases.decisions import lesson_of
from hours.models import CreditEntry, CreditRule, Objection
from lectures.models import Lecture, WatchProgress
from lectures.watching.standing import State, status_for
from meetings.attendance.roll import correct
from meetings.sessions.entering import Meeting, enter
from members.models import Member, Organization
from site_config.pages.without_hours import seen_without_hours, without_hours
from tests import builders
from tests.lectures.films import make_film_lecture

pytestmark = pytest.mark.django_db


def met(secretary: Member, branch: Organization, lecture: Lecture, who: Member, hours_ago: int) -> Member:
    """Hold a meeting on `lecture` at which `who` was."""
    when = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=hours_ago)
    enter(secretary, Meeting(branch, lecture, lecture.title, None, 90, "group_study", when), [who.pk])
    return who


def finish(member: Member, lecture: Lecture) -> None:
    """Note that `member` has seen all of the film just now."""
    WatchProgress.objects.create(
        member=member,
        lecture_key=lecture.lesson_key,
        version=lecture.film_version,
        seen=[[0, lecture.film_seconds]],
        seconds_seen=lecture.film_seconds,
        completed_at=timezone.now(),
        updated_at=timezone.now(),
    )


def test_who_sat_somewhere_else_reads_so_and_objects_with_the_lesson_filled_in(
    member: Member, member_client: Client, branch: Organization, secretary: Member
) -> None:
    held, missed = builders.make_lecture("开会学的"), builders.make_lecture("撞了时间的")
    met(secretary, branch, held, member, 30)
    met(secretary, branch, missed, member, 30)
    met(secretary, branch, missed, builders.make_member(branch), 50)
    page = member_client.get(missed.url).content.decode()
    assert "同一时间在别处学习" in page
    address = html.unescape(re.search(r'href="(/hours/objection/\?lesson=[^"]+)"', page)[1])  # type: ignore[index]
    form = member_client.get(address)
    assert (form.context["lesson"]["title"], form.context["lesson"]["minutes"]) == ("撞了时间的", 90)
    member_client.post("/hours/objection/", {"lesson": form.context["token"], "text": "我在场"})
    objection = Objection.objects.get()
    assert (objection.member, objection.lecture_key) == (member, missed.lesson_key)
    assert "/hours/objection/" not in member_client.get(held.url).content.decode()


def test_hours_taken_back_are_told_with_the_reason(
    member: Member, branch: Organization, secretary: Member, member_client: Client
) -> None:
    lecture = builders.make_lecture()
    met(secretary, branch, lecture, member, 30)
    attendance = CreditEntry.objects.get().member.attendances.get()
    correct(secretary, attendance, "点错了人")
    assert "点错了人" in member_client.get(lecture.url).content.decode()
    neighbour = builders.make_member(branch)
    assert without_hours(neighbour, lecture, None, timezone.now()) is None


def test_a_film_seen_says_why_it_holds_nothing(member: Member) -> None:
    now = timezone.now()
    short, back = make_film_lecture(300, "太短的"), make_film_lecture(3600, "冲销的")
    for lecture in (short, back):
        finish(member, lecture)
    entry = ledger.credit(
        member,
        lecture_key=back.lesson_key,
        title=back.title,
        minutes=60,
        delivery_kind="online",
        earned_on=timezone.localdate(),
        basis={},
    ).entry
    assert entry is not None
    assert without_hours(member, back, status_for(member, back, now), now) is None
    ledger.reverse(entry, reason="登记有误", recorded_by=None)
    told = status_for(member, back, now)
    assert (told.state, "登记有误" in told.sentence) == (State.DONE_UNCREDITED, True)
    told = status_for(member, short, now)
    assert (told.state, "登记有误" in told.sentence) == (State.DONE_UNCREDITED, False)
    found = without_hours(member, short, told, now)
    assert found is not None
    lesson = lesson_of(found.token)
    assert lesson is not None
    assert (found.sentences, lesson["title"], lesson["delivery_kind"]) == ([], "太短的", "online")
    assert [lecture for lecture, _when in seen_without_hours(member, now.year)] == [short]


def test_a_film_only_begun_offers_nothing_to_object_to(member: Member) -> None:
    lecture, now = make_film_lecture(3600), timezone.now()
    assert without_hours(member, lecture, status_for(member, lecture, now), now) is None


def test_without_a_rule_for_today_the_lecture_is_not_called_too_short(member: Member) -> None:
    lecture = make_film_lecture(3600)
    CreditRule.objects.all().delete()
    short = make_film_lecture(60)
    assert (
        status_for(member, lecture, timezone.now()).sentence
        == status_for(member, short, timezone.now()).sentence
    )
    CreditRule.objects.create(valid_from="2020-01-01", minutes_per_hour=45, step="0.25")
    assert status_for(member, lecture, timezone.now()).state == State.NOT_BEGUN
