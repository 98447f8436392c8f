"""Closing a year: who may, when, and what it means for the ledger."""

from datetime import date
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from foundation.calendar import this_year
from hours import ledger
from hours.closed_years import YearClosedError, is_closed
from hours.ledger import basis
from hours.models import CreditEntry, YearClosure, YearUnit
from hours.years.closing import ClosingRefusedError, close
from members.models import Member, Organization
from tests import builders

pytestmark = pytest.mark.django_db
LAST = this_year() - 1


@pytest.fixture
def administrator(district: Organization) -> Member:
    """Who keeps the whole district."""
    administrator = builders.make_member(district)
    builders.make_role(administrator, district, "administrator")
    return administrator


def study(member: Member, year: int, late_reason: str = "") -> CreditEntry:
    entry = ledger.credit(
        member,
        lecture_key=uuid4(),
        title="主题党日",
        minutes=90,
        delivery_kind="group_study",
        earned_on=date(year, 1, 15),
        basis={},
        late_reason=late_reason,
    ).entry
    assert entry is not None
    return entry


def test_only_a_year_with_entries_that_is_over_is_closed_and_only_once(administrator: Member) -> None:
    for year in (LAST - 2, LAST, this_year()):
        study(administrator, year)
    for year in (this_year(), this_year() + 1, LAST - 1, LAST - 3, 1, 0):
        with pytest.raises(ClosingRefusedError):
            close(year, administrator)
    for year in (LAST, LAST - 2):
        close(year, administrator)
        with pytest.raises(ClosingRefusedError, match="已经关账"):
            close(year, administrator)
    years = (LAST - 3, LAST - 2, LAST - 1, LAST, this_year())
    assert [is_closed(year) for year in years] == [False, True, False, True, False]


def test_an_empty_ledger_has_no_year_to_close(administrator: Member) -> None:
    with pytest.raises(ClosingRefusedError):
        close(LAST, administrator)
    assert not YearClosure.objects.exists()


def test_a_fault_in_closing_is_not_taken_for_a_closed_year(administrator: Member) -> None:
    study(administrator, LAST)
    # Something the snapshot cannot be written beside: what a fault of the database looks like.
    YearUnit.objects.create(
        year=LAST,
        organization=administrator.organization,
        path="x",
        name="旧",  # type: ignore[misc]  # they have one
    )
    with pytest.raises(IntegrityError):
        close(LAST, administrator)
    assert not is_closed(LAST)


def test_whoever_keeps_only_a_part_closes_nothing(district: Organization, branch: Organization) -> None:
    secretary = builders.make_member(branch)
    builders.make_role(secretary, branch, "administrator")
    with pytest.raises(ClosingRefusedError):
        close(LAST, secretary)
    assert not YearClosure.objects.exists()


def test_a_late_entry_needs_a_reason_and_shows_it(member: Member, administrator: Member) -> None:
    before = study(member, LAST)
    close(LAST, administrator)
    for reason in ("", "   "):
        with pytest.raises(YearClosedError):
            study(member, LAST, reason)
    late = study(member, LAST, "登记表年后才寄到")
    assert (before.late_reason, late.late_reason) == ("", "登记表年后才寄到")
    assert "登记表年后才寄到" in basis.in_words(late)
    assert "关账" not in basis.in_words(before)


def test_an_open_year_keeps_no_reason_for_lateness(member: Member, administrator: Member) -> None:
    study(member, LAST)
    close(LAST, administrator)
    assert study(member, this_year(), "没有必要").late_reason == ""


def test_a_correction_in_a_closed_year_is_late_too(member: Member, administrator: Member) -> None:
    entry = study(member, LAST)
    close(LAST, administrator)
    reversal = ledger.reverse(entry, reason="核对后更正", recorded_by=None)
    assert reversal.late_reason == "核对后更正"


@pytest.mark.parametrize("kind", ["secretary", "officer", "editor", "operator", "administrator"])
def test_nobody_below_the_district_closes_years(branch: Organization, member: Member, kind: str) -> None:
    builders.make_role(member, branch, kind)
    study(member, LAST)
    client = Client()
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    address = reverse("hours:years")
    data = {"year": str(LAST), "sure": "1"}
    assert client.get(address).status_code == HTTPStatus.FORBIDDEN
    assert client.post(address, data).status_code == HTTPStatus.FORBIDDEN
    assert not YearClosure.objects.exists()


def test_an_administrator_closes_a_year_on_one_page_and_it_is_logged(
    member: Member, administrator: Member
) -> None:
    study(member, LAST)
    client = Client()
    client.force_login(administrator, backend="members.accounts.backends.PhoneOrNumberBackend")
    address = reverse("hours:years")
    for wrong in ({"year": str(LAST)}, {"year": "x", "sure": "1"}, {"year": str(this_year()), "sure": "1"}):
        assert client.post(address, wrong).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not YearClosure.objects.exists()
    assert client.post(address, {"year": str(LAST), "sure": "1"}).status_code == HTTPStatus.FOUND
    assert YearClosure.objects.get().closed_by == administrator
    assert ModelLogEntry.objects.filter(action="hours.close_year", user=administrator).count() == 1
    assert administrator.name in client.get(address).content.decode()
