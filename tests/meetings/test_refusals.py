"""Whatever the ledger refuses reaches every page that takes a roll as a sentence beside its field."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.calendar import this_year
from hours import ledger
from hours.models import CreditEntry, CreditRule, YearClosure
from meetings.attendance import roll
from meetings.models import Session
from meetings.sessions import correcting, entering
from members.models import Member, Organization

from .rolls import ids, meeting

pytestmark = pytest.mark.django_db
LAST_YEAR = timezone.make_aware(datetime(this_year() - 1, 12, 30, 9))


@pytest.fixture
def session(secretary: Member, branch: Organization, people: list[Member]) -> Session:
    """A meeting of last year with one person."""
    return entering.enter(secretary, meeting(branch, LAST_YEAR), ids(people[0]))


def no_rule(session: Session) -> None:
    CreditRule.objects.all().delete()


def closed_year(session: Session) -> None:
    YearClosure.objects.create(year=LAST_YEAR.year)


def taken_back(session: Session) -> None:
    ledger.reverse(CreditEntry.objects.get(reverses=None), reason="核对后更正", recorded_by=None)


def withdrawn(session: Session) -> None:
    correcting.withdraw(session.recorded_by, session, "没有开会")  # type: ignore[arg-type]  # it was entered


FACTS = {
    "title": "主题党日",
    "delivery_kind": "group_study",
    "day": str(LAST_YEAR.date()),
    "starts": "09:00",
    "minutes": "90",
}


def pages(session: Session, people: list[Member]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return every page that credits, takes back or adds to a roll, with what is sent to it."""
    single = reverse("sessions:correct", args=[session.attendances.get().pk])
    return {
        "new": (
            reverse("sessions:new", args=[session.organization_id]),
            FACTS | {"title": "另一次", "present": ids(people[1])},
        ),
        "again": (
            reverse("sessions:new", args=[session.organization_id]),
            FACTS | {"present": ids(people[1])},
        ),
        "add": (reverse("sessions:session", args=[session.pk]), {"present": ids(people[1])}),
        "correct one": (single, {"reason": "点错了人"}),
        "correct": (
            reverse("sessions:correct_meeting", args=[session.pk]),
            FACTS | {"minutes": "45", "reason": "填错了"},
        ),
        "withdraw": (reverse("sessions:withdraw_meeting", args=[session.pk]), {"reason": "没有开会"}),
    }


# What has come between the page and its saving, and the pages that it stops, each with the field it is about.
CASES: list[tuple[Callable[[Session], None], dict[str, str]]] = [
    (no_rule, {"new": "day", "again": "day", "add": "__all__", "correct": "day"}),
    (closed_year, dict.fromkeys(("new", "again", "add", "correct"), "late_reason")),
    (taken_back, {"correct one": "__all__"}),
    (withdrawn, {"add": "__all__", "correct one": "__all__", "correct": "__all__", "withdraw": "__all__"}),
]


STOPPED = [(case, page, field) for case, stops in CASES for page, field in stops.items()]


@pytest.mark.parametrize(("meanwhile", "page", "field"), STOPPED)
@pytest.mark.parametrize("at_last", [False, True])
def test_a_page_says_what_came_between(
    *,
    client: Client,
    session: Session,
    secretary: Member,
    people: list[Member],
    meanwhile: Callable[[Session], None],
    page: str,
    field: str,
    at_last: bool,
) -> None:
    """With `at_last` it comes between the form's own look and the transaction, so the ledger refuses."""
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    address, sent = pages(session, people)[page]
    waiting = [meanwhile]

    def at_first_savepoint(execute: Any, sql: str, *rest: Any) -> Any:
        if waiting and (sql.startswith("SAVEPOINT") or not at_last):
            waiting.pop()(session)
        return execute(sql, *rest)

    with connection.execute_wrapper(at_first_savepoint):
        answer = client.post(address, sent)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert str(errors[field][0]) in answer.content.decode()
    assert set(CreditEntry.objects.values_list("member", flat=True)) == {people[0].pk}
    assert Session.objects.get().minutes == 90


def test_the_reason_typed_when_a_meeting_is_entered_again_after_the_closing_is_not_lost(
    session: Session, secretary: Member, people: list[Member]
) -> None:
    closed_year(session)
    held = meeting(session.organization, LAST_YEAR, late_reason="登记表年后才寄到")
    entering.enter(secretary, held, ids(people[1]))
    assert CreditEntry.objects.get(member=people[1]).late_reason == "登记表年后才寄到"


def test_a_reason_that_names_somebody_is_refused_beside_its_field(
    client: Client, session: Session, secretary: Member, people: list[Member]
) -> None:
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    for page in ("correct one", "correct", "withdraw"):
        address, sent = pages(session, people)[page]
        answer = client.post(address, sent | {"reason": f"{people[0].name}没有来"})
        assert list(answer.context["form"].errors) == ["reason"]
    assert roll.may_correct(secretary, session.attendances.get())


def test_a_late_reason_that_names_somebody_is_refused_by_every_page_that_takes_one(
    client: Client, session: Session, secretary: Member, people: list[Member]
) -> None:
    closed_year(session)
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    for page, named in (("new", people[1]), ("again", people[1]), ("add", people[1]), ("correct", people[0])):
        address, sent = pages(session, people)[page]
        answer = client.post(address, sent | {"late_reason": f"{named.name}补交"})
        assert (answer.status_code, len(answer.context["form"].errors)) == (422, 1)
