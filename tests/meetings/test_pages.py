"""The pages of meetings: entered on a phone, faults beside their field, other units' pages not there."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.calendar import this_year
from hours import ledger
from hours.models import CreditEntry, CreditRule, YearClosure
from lectures.models import Lecture
from meetings.attendance.roll import Ticks
from meetings.models import Attendance, Session
from meetings.sessions.entering import add_present, enter
from members.models import Member, Organization
from tests import builders

from .rolls import ids, meeting, outcomes

pytestmark = pytest.mark.django_db
Outcome = Attendance.Outcome


@pytest.fixture
def phone(client: Client, secretary: Member) -> Client:
    """The secretary's phone."""
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    return client


def typed(people: list[Member], day: date, **fields: Any) -> dict[str, Any]:
    return {
        "title": "主题党日",
        "lecture": "",
        "delivery_kind": "group_study",
        "day": str(day),
        "starts": "09:00",
        "minutes": "90",
        "present": ids(*people),
    } | fields


def test_a_phone_enters_a_meeting_and_reads_what_came_of_each(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    ledger.credit(
        people[1],
        lecture_key=uuid4(),
        title="区里轮训",
        minutes=360,
        delivery_kind="centralized",
        earned_on=yesterday.date(),
        basis={},
        taught=(yesterday - timedelta(hours=1), yesterday + timedelta(hours=5)),
    )
    address = reverse("sessions:new", args=[branch.pk])
    assert phone.get(address).status_code == HTTPStatus.OK
    answer = phone.post(address, typed(people[:2], yesterday.date()), follow=True)
    assert [status for _, status in answer.redirect_chain] == [HTTPStatus.FOUND]
    session = Session.objects.get()
    assert outcomes(session) == {people[0].pk: Outcome.CREDITED, people[1].pk: Outcome.ELSEWHERE}
    text = answer.content.decode()
    assert "1 人已计入学时；1 人已登记但未计学时" in text.replace("<br>", "")
    assert "同一时间在别处学习" in text


@pytest.fixture
def lecture(db: None) -> Lecture:
    """A lecture of 45 minutes."""
    return builders.make_lecture("怎样开好三会一课", credit_minutes=45)


def test_a_title_typed_to_the_letter_is_the_lecture_and_brings_its_own_minutes(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime, lecture: Lecture
) -> None:
    address = reverse("sessions:new", args=[branch.pk])
    phone.post(address, typed(people[:1], yesterday.date(), title=lecture.title, minutes=""))
    entry = CreditEntry.objects.get()
    assert (entry.lecture_key, entry.minutes) == (lecture.lesson_key, 45)


def test_a_lecture_that_was_cut_short_counts_what_was_taught(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime, lecture: Lecture
) -> None:
    cut = typed(people[:1], yesterday.date(), lecture=str(lecture.translation_key), minutes="30")
    phone.post(reverse("sessions:new", args=[branch.pk]), cut)
    entry = CreditEntry.objects.get()
    assert (entry.lecture_key, entry.minutes) == (lecture.lesson_key, 30)


def test_a_lecture_never_counts_more_than_its_own_length(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime, lecture: Lecture
) -> None:
    long = typed(people[:1], yesterday.date(), lecture=str(lecture.translation_key), minutes="46")
    answer = phone.post(reverse("sessions:new", args=[branch.pk]), long)
    assert answer.context["form"].errors == {
        "minutes": ["本讲按45分钟计算。请留空；超出部分的学习，请另行登记一次。"]
    }
    assert CreditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"lecture": str(uuid4())}, "title"),
        ({"minutes": ""}, "minutes"),
        ({"minutes": "0"}, "minutes"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"day": "gestern"}, "day"),
        ({"starts": "25:00"}, "starts"),
        ({"delivery_kind": "online"}, "delivery_kind"),
        ({"present": []}, "present"),
        ({"present": ["x"]}, "present"),
        ({"present": ["9" * 5000]}, "present"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_ticks_stay(
    phone: Client, branch: Organization, people: list[Member], wrong: dict[str, Any], field: str
) -> None:
    address = reverse("sessions:new", args=[branch.pk])
    answer = phone.post(address, typed(people[:1], timezone.localdate() - timedelta(days=1)) | wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.context["form"].errors) == [field]
    ticked = [row.member for row in answer.context["sheet"].rows if row.ticked]
    assert ticked == ([] if field == "present" else people[:1])
    assert CreditEntry.objects.count() == 0


def test_a_closed_year_asks_for_the_reason_beside_its_field(
    phone: Client, branch: Organization, people: list[Member]
) -> None:
    day = date(this_year() - 1, 12, 30)
    YearClosure.objects.create(year=day.year)
    address = reverse("sessions:new", args=[branch.pk])
    answer = phone.post(address, typed(people[:1], day))
    assert list(answer.context["form"].errors) == ["late_reason"]
    assert 'name="late_reason"' in answer.content.decode()
    phone.post(address, typed(people[:1], day, late_reason="登记表年后才寄到"))
    assert CreditEntry.objects.get().late_reason == "登记表年后才寄到"


def test_who_came_late_onto_the_roll_is_added_on_its_page(
    phone: Client, secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    session = enter(secretary, meeting(branch, yesterday), ids(people[0]))
    address = reverse("sessions:session", args=[session.pk])
    assert phone.get(address).status_code == HTTPStatus.OK
    assert phone.post(address, {"present": ids(*people[:2])}).headers["Location"] == address
    assert outcomes(session) == {one.pk: Outcome.CREDITED for one in people[:2]}
    answer = phone.post(address, {"present": ids(builders.make_member(branch.get_parent()))})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert session.attendances.count() == 2


def test_a_day_without_a_credit_rule_is_said_beside_the_day(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    CreditRule.objects.all().delete()
    answer = phone.post(reverse("sessions:new", args=[branch.pk]), typed(people[:1], yesterday.date()))
    assert list(answer.context["form"].errors) == ["day"]
    assert not Session.objects.exists()


def test_a_slip_is_taken_back_on_its_page_once(
    phone: Client, secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    session = enter(secretary, meeting(branch, yesterday), ids(people[0]))
    address = reverse("sessions:correct", args=[session.attendances.get().pk])
    assert phone.post(address, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert phone.post(address, {"reason": "点错了人"}).headers["Location"] == reverse(
        "sessions:session", args=[session.pk]
    )
    assert CreditEntry.objects.get(reverses__isnull=False).reason == "点错了人"
    answer = phone.post(address, {"reason": "再更正一次"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert CreditEntry.objects.count() == 2


def test_pages_of_another_unit_do_not_exist(
    phone: Client, district: Organization, yesterday: datetime
) -> None:
    other = builders.make_branch(district, "别处")
    theirs = builders.make_member(other, name="外人甲")
    keeper = builders.make_member(other)
    builders.make_role(keeper, other, "secretary")
    session = enter(keeper, meeting(other, yesterday, title="外人的会"), ids(theirs))
    for address in (
        reverse("sessions:new", args=[other.pk]),
        reverse("sessions:session", args=[session.pk]),
        reverse("sessions:correct", args=[session.attendances.get().pk]),
    ):
        assert phone.get(address).status_code == HTTPStatus.NOT_FOUND
        assert (
            phone.post(address, {"present": [theirs.pk], "reason": "x"}).status_code == HTTPStatus.NOT_FOUND
        )
    assert "外人的会" not in phone.get(reverse("sessions:sessions")).content.decode()


def test_a_member_without_a_post_sees_no_lectures_to_pick_and_an_empty_list(member_client: Client) -> None:
    assert member_client.get(reverse("sessions:lectures")).status_code == HTTPStatus.NOT_FOUND
    assert member_client.get(reverse("sessions:sessions")).context["has_units"] is False


def test_the_sheet_asks_the_database_as_often_for_three_as_for_thirty(
    phone: Client, secretary: Member, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    session = enter(secretary, meeting(branch, yesterday), ids(*people))
    address = reverse("sessions:session", args=[session.pk])
    phone.get(address)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            phone.get(address)
        counts.append(len(queries))
        more = [builders.make_member(branch) for _ in range(5)]
        add_present(session, secretary, Ticks(ids(*more)))
    assert counts[0] == counts[1]
