"""Rolls of meetings: credited once, all or nothing, one place at one time, and only for one's own unit."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from foundation.calendar import day_of, this_year
from hours.models import CreditEntry, DeliveryKind, Subject, YearClosure
from meetings.attendance.refusals import RollRefusedError
from meetings.attendance.roll import Ticks, correct
from meetings.models import Attendance, Session
from meetings.sessions.entering import add_present, enter, sessions_of
from members.models import Member, Organization
from tests import builders

from .rolls import ids, meeting, outcomes

pytestmark = pytest.mark.django_db
Outcome = Attendance.Outcome


def test_a_whole_branch_is_credited_at_once_with_what_the_hours_rest_on(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    subject = Subject.objects.get(code="theory")
    lecture = builders.make_lecture("怎样开好三会一课", credit_minutes=45, subject=subject)
    held = meeting(branch, yesterday, lecture=lecture, title=lecture.title, subject=subject, minutes=45)
    session = enter(secretary, held, ids(*people[:2]))
    assert outcomes(session) == {people[0].pk: Outcome.CREDITED, people[1].pk: Outcome.CREDITED}
    entry = CreditEntry.objects.get(member=people[0])
    assert (entry.hours, entry.delivery_kind, entry.subject, entry.place) == (
        Decimal(1),
        DeliveryKind.GROUP_STUDY,
        subject,
        branch.name,
    )
    assert (entry.recorded_by, entry.lecture_key) == (secretary, lecture.lesson_key)
    assert (entry.began_at, entry.ended_at) == (yesterday, yesterday + timedelta(minutes=45))
    assert entry.basis == {
        "session": str(session.pk),
        "organization": branch.code,
        "attended_minutes": 45,
    }
    assert not CreditEntry.objects.filter(member=people[2]).exists()


def test_entering_the_same_meeting_again_is_harmless_and_adds_who_is_new(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    for title in ("主题党日", "主题 党日 "):
        enter(secretary, meeting(branch, yesterday, title=title), ids(*people[:2]))
    session = enter(secretary, meeting(branch, yesterday), ids(*people))
    assert (Session.objects.count(), CreditEntry.objects.count()) == (1, 3)
    assert set(outcomes(session).values()) == {Outcome.CREDITED}


def test_a_typed_title_is_one_lesson_a_day_and_another_one_next_month(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    enter(secretary, meeting(branch, yesterday), ids(people[0]))
    later = enter(secretary, meeting(branch, yesterday + timedelta(hours=3)), ids(people[0]))
    assert outcomes(later) == {people[0].pk: Outcome.ALREADY}
    month_ago = enter(secretary, meeting(branch, yesterday - timedelta(days=28)), ids(people[0]))
    assert outcomes(month_ago) == {people[0].pk: Outcome.CREDITED}


def test_nobody_is_in_two_places_at_one_time(
    secretary: Member, branch: Organization, district: Organization, people: list[Member], yesterday: datetime
) -> None:
    other = builders.make_branch(district, "第二支部")
    person = people[0]
    person.host_organization = other
    person.save()
    host = builders.make_member(other)
    builders.make_role(host, other, "secretary")
    first = enter(secretary, meeting(branch, yesterday), ids(person)).attendances.get()
    half_way = enter(host, meeting(other, yesterday + timedelta(minutes=60), title="另一场"), ids(person))
    assert outcomes(half_way) == {person.pk: Outcome.ELSEWHERE}
    after = enter(host, meeting(other, yesterday + timedelta(minutes=150), title="第三场"), ids(person))
    assert outcomes(after) == {person.pk: Outcome.CREDITED}
    correct(secretary, first, "人在别处")
    add_present(half_way, host, Ticks(ids(person)))
    assert outcomes(half_way) == {person.pk: Outcome.CREDITED}


def test_hours_taken_back_no_longer_stand_in_the_way(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    wrong = enter(secretary, meeting(branch, yesterday), ids(people[0])).attendances.get()
    correct(secretary, wrong, "点错了人")
    other = enter(secretary, meeting(branch, yesterday, title="田间课堂"), ids(people[0]))
    assert outcomes(other) == {people[0].pk: Outcome.CREDITED}


def test_the_host_confirms_a_floating_member_and_the_home_keeps_the_ledger(
    secretary: Member, branch: Organization, district: Organization, yesterday: datetime
) -> None:
    home = builders.make_branch(district, "老家支部")
    guest = builders.make_member(home, "floating", host_organization=branch)
    stranger = builders.make_member(home)
    keeper = builders.make_member(home)
    builders.make_role(keeper, home, "secretary")
    assert guest in Member.objects.confirmable_at(branch, day_of(yesterday))
    assert stranger not in Member.objects.confirmable_at(branch, day_of(yesterday))
    session = enter(secretary, meeting(branch, yesterday), ids(guest))
    entry = CreditEntry.objects.get(member=guest)
    assert list(CreditEntry.objects.visible_to(keeper)) == [entry]
    assert list(CreditEntry.objects.visible_to(secretary)) == []
    assert list(sessions_of(keeper)) == []
    assert outcomes(session) == {guest.pk: Outcome.CREDITED}


def test_a_stranger_on_the_roll_saves_nothing(
    secretary: Member, branch: Organization, district: Organization, people: list[Member], yesterday: datetime
) -> None:
    stranger = builders.make_member(builders.make_branch(district, "别处"))
    with pytest.raises(RollRefusedError):
        enter(secretary, meeting(branch, yesterday), ids(people[0], stranger))
    assert (Session.objects.count(), CreditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("kind", ["editor", "operator", None])
def test_who_answers_for_no_unit_enters_nothing(
    branch: Organization, people: list[Member], yesterday: datetime, kind: str | None
) -> None:
    if kind:
        builders.make_role(people[1], branch, kind)
    with pytest.raises(RollRefusedError):
        enter(people[1], meeting(branch, yesterday), ids(people[0]))


def test_the_future_has_no_roll(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    with pytest.raises(RollRefusedError):
        enter(secretary, meeting(branch, yesterday + timedelta(days=2)), ids(people[0]))


def test_a_closed_year_asks_for_a_reason_and_shows_it(
    secretary: Member, branch: Organization, people: list[Member]
) -> None:
    last_year = timezone.make_aware(datetime(this_year() - 1, 12, 30, 9))
    session = enter(secretary, meeting(branch, last_year), ids(people[0]))
    YearClosure.objects.create(year=this_year() - 1)
    with pytest.raises(RollRefusedError, match=str(this_year() - 1)):
        add_present(session, secretary, Ticks(ids(people[1])))
    add_present(session, secretary, Ticks(ids(people[1])), "登记表年后才寄到")
    assert list(CreditEntry.objects.order_by("pk").values_list("late_reason", flat=True)) == [
        "",
        "登记表年后才寄到",
    ]


def test_a_secretary_takes_back_a_slip_within_days_and_an_officer_later(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime, settings: Any
) -> None:
    slips = enter(secretary, meeting(branch, yesterday), ids(*people[:2])).attendances.order_by("member_id")
    correct(secretary, slips[0], "点错了人")
    reversal = CreditEntry.objects.get(reverses__member=people[0])
    assert reversal.reason == "点错了人"
    logged = ModelLogEntry.objects.get(action="hours.reverse")
    assert (logged.user, logged.object_id, logged.data) == (
        secretary,
        str(reversal.reverses_id),
        {"reversal": reversal.pk},
    )
    with pytest.raises(RollRefusedError):
        correct(secretary, slips[0], "再更正一次")
    settings.LECTURES_CORRECTION_DAYS = 0
    with pytest.raises(RollRefusedError):
        correct(secretary, slips[1], "点错了人")
    officer = builders.make_member(branch)
    builders.make_role(officer, branch.get_parent(), "officer")
    correct(officer, slips[1], "核对后更正")
    assert CreditEntry.objects.filter(reverses__isnull=False).count() == 2


def test_another_secretary_cannot_take_back_what_the_first_entered(
    secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    slip = enter(secretary, meeting(branch, yesterday), ids(people[0])).attendances.get()
    colleague = builders.make_member(branch)
    builders.make_role(colleague, branch, "secretary")
    with pytest.raises(RollRefusedError):
        correct(colleague, slip, "点错了人")
