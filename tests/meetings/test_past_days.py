"""The roll of a past day: who belonged here then, wherever they are now."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.calendar import this_year, today
from hours.models import CreditEntry
from meetings.attendance import roll_sheet
from meetings.attendance.refusals import RollRefusedError
from meetings.sessions.entering import enter
from members.changes import leaving
from members.changes.transfer import transfer
from members.imports import lifecycle
from members.models import Member, Membership, Organization
from tests import builders
from tests.members import lists

from .rolls import ids, meeting

pytestmark = pytest.mark.django_db
# Before the changes, and after them.
THEN, NOW = date(this_year() - 1, 3, 5), today()
HELD = timezone.make_aware(datetime(this_year() - 1, 3, 5, 9))
CHANGED = date(this_year() - 1, 6, 1)


@pytest.fixture
def other(district: Organization) -> Organization:
    """Where people go."""
    return builders.make_branch(district, "第二支部")


@pytest.fixture
def chief(district: Organization) -> Member:
    """The district's administrator."""
    chief = builders.make_member(district)
    builders.make_role(chief, district, "administrator")
    return chief


def by_transfer(member: Member, other: Organization, chief: Member) -> None:
    transfer(member, other, by=chief)


def by_list(member: Member, other: Organization, chief: Member) -> None:
    rows = [["党员编号", "党支部"], [member.number, other.code]]
    source = lifecycle.start("members", lists.text(rows), "名单.csv", by=chief, language="en")
    for step in (lifecycle.read, lifecycle.confirm, lifecycle.apply):
        step(source)
        source.refresh_from_db()


def by_saving(member: Member, other: Organization, chief: Member) -> None:
    member.organization = other
    member.save(update_fields=["organization"])


def by_update(member: Member, other: Organization, chief: Member) -> None:
    Member.objects.filter(pk=member.pk).update(organization=other)


def by_closing(member: Member, other: Organization, chief: Member) -> None:
    member.is_active = False
    member.save()


@pytest.mark.parametrize("change", [by_transfer, by_list, by_saving, by_update, by_closing])
def test_who_moved_or_left_since_stands_on_the_roll_of_a_day_before(
    *,
    secretary: Member,
    branch: Organization,
    other: Organization,
    chief: Member,
    member: Member,
    change: Callable[[Member, Organization, Member], None],
) -> None:
    change(member, other, chief)
    Membership.objects.filter(member=member, ended_on=NOW).update(ended_on=CHANGED)
    Membership.objects.filter(member=member, began_on=NOW).update(began_on=CHANGED)
    assert member in Member.objects.confirmable_at(branch, THEN)
    assert member not in Member.objects.confirmable_at(branch, NOW)
    (row,) = [row for row in roll_sheet.blank_sheet(branch, THEN).rows if row.member == member]
    assert row.gone
    enter(secretary, meeting(branch, HELD), ids(member))
    assert CreditEntry.objects.get(member=member).earned_on == THEN
    with pytest.raises(RollRefusedError):
        enter(secretary, meeting(branch, HELD.replace(month=9)), ids(member))


def test_hosts_may_name_their_guests_of_that_day(
    branch: Organization, other: Organization, member: Member
) -> None:
    member.host_organization = other
    member.save()
    Membership.objects.filter(member=member, is_host=True).update(began_on=date(this_year() - 1, 2, 1))
    Member.objects.filter(pk=member.pk).update(host_organization=None)
    Membership.objects.filter(member=member, is_host=True).update(ended_on=CHANGED)
    assert member in Member.objects.confirmable_at(other, THEN)
    assert member not in Member.objects.confirmable_at(other, date(this_year() - 1, 1, 31))
    assert member not in Member.objects.confirmable_at(other, NOW)
    assert member in Member.objects.confirmable_at(branch, NOW)


def test_both_days_of_a_change_count(
    branch: Organization, other: Organization, chief: Member, member: Member
) -> None:
    transfer(member, other, by=chief)
    assert [member in Member.objects.confirmable_at(unit, NOW) for unit in (branch, other)] == [True, True]


def test_the_history_has_one_open_row_for_each_place_and_says_what_was(
    branch: Organization, other: Organization, chief: Member, member: Member
) -> None:
    rows = Membership.objects.filter(member=member)
    for to in (other, branch, other):
        transfer(member, to, by=chief)
        member.refresh_from_db()
        member.save()  # once more, changing nothing
    assert list(rows.values_list("organization", "began_on", "ended_on")) == [
        (branch.pk, None, NOW),
        (other.pk, NOW, NOW),
        (branch.pk, NOW, NOW),
        (other.pk, NOW, None),
    ]
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert not rows.filter(ended_on=None).exists()
    Member.objects.filter(pk=member.pk).update(is_active=True)
    assert rows.get(ended_on=None).organization == other


def test_a_list_of_new_people_begins_their_history(branch: Organization, chief: Member) -> None:
    rows = [["党员编号", "姓名", "党支部"], ["N77", "新来的", branch.code]]
    source = lifecycle.start("members", lists.text(rows), "名单.csv", by=chief, language="en")
    for step in (lifecycle.read, lifecycle.confirm, lifecycle.apply):
        step(source)
        source.refresh_from_db()
    row = Membership.objects.get(member__number="N77")
    assert (row.organization, row.is_host, row.began_on, row.ended_on) == (branch, False, None, None)


def test_who_is_nameless_is_on_no_roll_and_the_history_stays(
    secretary: Member, branch: Organization, chief: Member, member: Member
) -> None:
    held = enter(secretary, meeting(branch, HELD), ids(member))
    leaving.anonymise(member, by=chief)
    assert Membership.objects.get(member=member).ended_on == NOW
    assert member not in Member.objects.confirmable_at(branch, THEN)
    (row,) = [row for row in roll_sheet.sheet_to_add(held, secretary).rows if row.member == member]
    assert row.fixed
    with pytest.raises(RollRefusedError):
        enter(secretary, meeting(branch, HELD.replace(month=4)), ids(member))
    with pytest.raises(RollRefusedError):
        enter(secretary, meeting(branch, HELD), ids(member))


def test_the_form_lists_who_belonged_here_on_the_day_that_is_typed_and_loses_nothing(
    client: Client, secretary: Member, branch: Organization, other: Organization, member: Member
) -> None:
    Member.objects.filter(pk=member.pk).update(organization=other)
    Membership.objects.filter(member=member, organization=branch).update(ended_on=CHANGED)
    client.force_login(secretary, backend="members.accounts.backends.PhoneOrNumberBackend")
    address = reverse("sessions:new", args=[branch.pk])
    assert member.name not in client.get(address).content.decode()
    sent: dict[str, Any] = {
        "title": "三月的学习",
        "day": str(THEN),
        "starts": "09:00",
        "minutes": "90",
        "delivery_kind": "field",
        "present": ids(secretary),
    }
    looked = client.post(address, sent | {"look": "1"})
    page = looked.content.decode()
    assert looked.status_code == HTTPStatus.OK
    assert member.name in page
    assert all(f'value="{kept}"' in page for kept in ("三月的学习", str(THEN), "09:00"))
    assert 'value="field" id="id_delivery_kind' in page
    assert f'value="{secretary.pk}" checked' in page
    assert not CreditEntry.objects.exists()
    assert client.post(address, sent | {"present": ids(member)}).status_code == HTTPStatus.FOUND
    assert CreditEntry.objects.get(member=member).earned_on == THEN
