"""Rolls of meetings: credited once, all or nothing, one place at one time, and only for one's own unit."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from foundation.calendar import this_year
from hours import ledger
from hours.closed_years import YearClosedError
from hours.models import CreditEntry, CreditRule, DeliveryKind, Subject, YearClosure
from meetings.attendance.roll import RollRefusedError, correct
from meetings.models import Attendance, Session
from meetings.sessions.entering import Meeting, add_present, enter, sessions_of
from members.models import Member, Organization
from tests import builders

pytestmark = pytest.mark.django_db
Outcome = Attendance.Outcome


@pytest.fixture
def secretary(branch: Organization) -> Member:
    """Who answers for the branch."""
    secretary = builders.make_member(branch)
    builders.make_role(secretary, branch, "secretary")
    return secretary


@pytest.fixture
def people(branch: Organization) -> list[Member]:
    """Three members of the branch."""
    return [builders.make_member(branch, "rural") for _ in range(3)]


@pytest.fixture
def yesterday() -> datetime:
    """Yesterday at nine."""
    return timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)


def meeting(branch: Organization, starts_at: datetime, **fields: Any) -> Meeting:
    facts: dict[str, Any] = {
        "organization": branch,
        "lecture": None,
        "title": "主题党日",
        "subject": None,
        "minutes": 90,
        "delivery_kind": DeliveryKind.GROUP_STUDY,
        "starts_at": starts_at,
    }
    return Meeting(**facts | fields)


def ids(*people: Member) -> list[int]:
    return [one.pk for one in people]


def outcomes(session: Session) -> dict[int, str]:
    return dict(session.attendances.values_list("member_id", "outcome"))


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
    assert (entry.recorded_by, entry.lecture_key) == (secretary, lecture.translation_key)
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
    add_present(half_way, host, ids(person))
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
    assert guest in Member.objects.confirmable_at(branch)
    assert stranger not in Member.objects.confirmable_at(branch)
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
    with pytest.raises(YearClosedError):
        add_present(session, secretary, ids(people[1]))
    add_present(session, secretary, ids(people[1]), "登记表年后才寄到")
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


# --- Over HTTP ------------------------------------------------------------------------------------------


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


def test_a_title_typed_to_the_letter_is_the_lecture_and_brings_its_own_minutes(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    lecture = builders.make_lecture("怎样开好三会一课", credit_minutes=45)
    address = reverse("sessions:new", args=[branch.pk])
    phone.post(address, typed(people[:1], yesterday.date(), title=lecture.title, minutes=""))
    entry = CreditEntry.objects.get()
    assert (entry.lecture_key, entry.minutes) == (lecture.translation_key, 45)


def test_a_lecture_that_was_cut_short_counts_what_was_taught(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    lecture = builders.make_lecture("怎样开好三会一课", credit_minutes=45)
    cut = typed(people[:1], yesterday.date(), lecture=str(lecture.translation_key), minutes="30")
    phone.post(reverse("sessions:new", args=[branch.pk]), cut)
    entry = CreditEntry.objects.get()
    assert (entry.lecture_key, entry.minutes) == (lecture.translation_key, 30)


def test_a_lecture_never_counts_more_than_its_own_length(
    phone: Client, branch: Organization, people: list[Member], yesterday: datetime
) -> None:
    lecture = builders.make_lecture("怎样开好三会一课", credit_minutes=45)
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
        with CaptureQueriesContext(
            connection,
        ) as queries:
            phone.get(address)
        counts.append(len(queries))
        more = [builders.make_member(branch) for _ in range(5)]
        add_present(session, secretary, ids(*more))
    assert counts[0] == counts[1]
