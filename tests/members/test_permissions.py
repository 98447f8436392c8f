"""Roles become rights in one place."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from foundation.calendar import today
from members.models import Member, Organization, Role
from members.roles.permissions import (
    may,
    members_certified_by,
    members_helped_by,
    members_kept_by,
    organizations_of,
    own_units,
)
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_branch(district: Organization) -> Organization:
    """A branch beside the first, below a committee of its own."""
    return builders.make_branch(district, "第二支部")


def with_role(organization: Organization, kind: str, at: Organization | None = None) -> Member:
    """Return a member of `organization` who holds `kind` there or `at` another node."""
    member = builders.make_member(organization)
    builders.make_role(member, at or organization, kind)
    return member


def test_a_role_counts_at_its_node_and_below_not_beside_or_above(
    district: Organization, branch: Organization, other_branch: Organization
) -> None:
    committee = branch.get_parent()
    officer = with_role(branch, "officer", committee)
    assert [may(officer, "officer", node) for node in (district, committee, branch, other_branch)] == [
        False,
        True,
        True,
        False,
    ]


def test_only_the_kinds_asked_for_count(branch: Organization) -> None:
    secretary = with_role(branch, "secretary")
    assert may(secretary, "officer", branch) is False
    assert may(secretary, ("officer", "secretary"), branch) is True


def test_superusers_may_and_strangers_may_not(branch: Organization) -> None:
    chief = builders.make_member(branch, is_superuser=True)
    closed = with_role(branch, "officer")
    closed.is_active = False
    assert [may(who, "officer", branch) for who in (chief, AnonymousUser(), closed)] == [True, False, False]
    assert [may(who, "officer", None) for who in (chief, with_role(branch, "officer"))] == [True, False]


def test_organizations_of(district: Organization, branch: Organization, other_branch: Organization) -> None:
    officer = with_role(branch, "officer", branch.get_parent())
    assert set(organizations_of(officer)) == {branch.get_parent(), branch}
    assert set(organizations_of(officer, "officer")) == {branch.get_parent(), branch}
    assert set(organizations_of(officer, "secretary")) == set()
    assert set(organizations_of(AnonymousUser())) == set()
    officer.is_active = False
    assert set(organizations_of(officer)) == set()
    chief = builders.make_member(branch, is_superuser=True)
    assert organizations_of(chief).count() == 5
    assert other_branch in organizations_of(chief)


@pytest.mark.parametrize(
    ("kind", "sees_names", "sees_records"),
    [
        ("secretary", True, True),
        ("officer", True, True),
        ("administrator", True, True),
        ("operator", True, False),
        ("editor", False, False),
    ],
)
def test_who_sees_whom(
    branch: Organization, other_branch: Organization, kind: str, sees_names: bool, sees_records: bool
) -> None:
    viewer = with_role(branch, kind)
    neighbour = builders.make_member(branch)
    builders.make_member(other_branch)
    builders.make_member(None)
    assert set(Member.objects.visible_to(viewer)) == ({viewer, neighbour} if sees_names else {viewer})
    assert set(Member.objects.records_visible_to(viewer)) == (
        {viewer, neighbour} if sees_records else {viewer}
    )


def test_nothing_is_proved_for_who_has_left(branch: Organization, other_branch: Organization) -> None:
    secretary = with_role(branch, "secretary")
    neighbour = builders.make_member(branch)
    builders.make_member(branch, is_active=False)
    builders.make_member(other_branch)
    assert set(members_certified_by(secretary)) == {secretary, neighbour}
    assert set(members_certified_by(neighbour)) == {neighbour}


def test_a_member_sees_themselves_and_a_stranger_nobody(branch: Organization) -> None:
    member = builders.make_member(branch)
    builders.make_member(branch)
    assert list(Member.objects.visible_to(member)) == [member]
    assert list(Member.objects.visible_to(AnonymousUser())) == []


@pytest.mark.parametrize("powers", [{}, {"is_superuser": True}])
def test_a_closed_account_sees_nobody(branch: Organization, powers: dict[str, bool]) -> None:
    closed = builders.make_member(branch, is_active=False, **powers)
    builders.make_role(closed, branch, "secretary")
    assert list(Member.objects.visible_to(closed)) == []
    assert list(Member.objects.records_visible_to(closed)) == []


def test_nobody_keeps_the_account_of_somebody_who_may_do_more(
    district: Organization, branch: Organization, other_branch: Organization
) -> None:
    keeper = with_role(branch, "administrator", branch.get_parent())
    plain = builders.make_member(branch)
    secretary = with_role(branch, "secretary")
    with_role(branch, "administrator", district)
    builders.make_member(branch, is_superuser=True)
    builders.make_member(other_branch)
    assert set(members_kept_by(keeper)) == {keeper, plain, secretary}
    assert set(members_kept_by(secretary)) == set()


@pytest.mark.parametrize(
    ("kind", "groups"),
    [
        ("editor", {"Unit editors"}),
        ("administrator", {"Unit administrators", "Responsible"}),
        ("officer", {"Responsible"}),
        ("secretary", {"Responsible"}),
        ("operator", set()),
    ],
)
def test_groups_follow_roles(branch: Organization, kind: str, groups: set[str]) -> None:
    member = builders.make_member(branch)
    role = builders.make_role(member, branch, kind)
    assert set(member.groups.values_list("name", flat=True)) == groups
    by_hand = Group.objects.create(name="Photographers")
    member.groups.add(by_hand)
    role.delete()
    assert list(member.groups.all()) == [by_hand]


@pytest.mark.parametrize(
    ("kind", "groups"), [("editor", {"Editors"}), ("administrator", {"Moderators", "Responsible"})]
)
def test_what_belongs_to_all_is_for_those_of_the_whole_district(
    district: Organization, kind: str, groups: set[str]
) -> None:
    member = with_role(district, kind)
    assert set(member.groups.values_list("name", flat=True)) == groups


def test_a_group_stays_while_another_role_stands_for_it(
    branch: Organization, other_branch: Organization
) -> None:
    member = with_role(branch, "editor")
    builders.make_role(member, other_branch, "editor")
    Role.objects.filter(organization=branch).delete()
    assert [group.name for group in member.groups.all()] == ["Unit editors"]
    other_branch.delete()
    assert member.groups.count() == 0


def test_home_and_host_may_both_confirm_a_floating_member(
    district: Organization, branch: Organization, other_branch: Organization
) -> None:
    own = builders.make_member(branch)
    away = builders.make_member(branch, "floating", host_organization=other_branch)
    builders.make_member(branch, is_active=False)
    guests_left = builders.make_member(branch, host_organization=other_branch, is_active=False)
    there = builders.make_member(other_branch)
    nobodys = builders.make_member(None, host_organization=other_branch)
    assert set(Member.objects.confirmable_at(branch, today())) == {own, away}
    assert set(Member.objects.confirmable_at(other_branch, today())) == {there, away, nobodys}
    assert set(Member.objects.confirmable_at(other_branch.get_parent(), today())) == {there, away, nobodys}
    # Who is home and host at once stands there once.
    assert sorted(Member.objects.confirmable_at(district, today()).values_list("pk", flat=True)) == sorted(
        one.pk for one in (own, away, there, nobodys)
    )
    assert guests_left.is_guest_of(other_branch)
    assert [away.is_guest_of(unit) for unit in (branch, other_branch, district)] == [False, True, False]
    assert nobodys.is_guest_of(other_branch)


def test_a_host_that_confirms_reads_no_record(branch: Organization, other_branch: Organization) -> None:
    away = builders.make_member(branch, "floating", host_organization=other_branch)
    secretary, keeper = with_role(other_branch, "secretary"), with_role(branch, "secretary")
    assert away not in Member.objects.records_visible_to(secretary)
    assert away in Member.objects.records_visible_to(keeper)


def test_own_units_are_those_of_the_post_itself(district: Organization, branch: Organization) -> None:
    committee = branch.get_parent()
    officer = with_role(branch, "officer", committee)
    assert set(own_units(officer, "officer", "administrator")) == {committee}
    assert set(own_units(officer, "secretary")) == set()
    chief = builders.make_member(branch, is_superuser=True)
    assert set(own_units(chief, "secretary")) == {district, committee, branch}
    officer.is_active = False
    assert set(own_units(officer, "officer")) == set(own_units(AnonymousUser(), "officer")) == set()


def test_a_superuser_helps_everybody_but_themselves_and_strangers_nobody(branch: Organization) -> None:
    chief = builders.make_member(branch, is_superuser=True)
    other = builders.make_member(branch, is_superuser=True)
    officer = with_role(branch, "officer", branch.get_parent())
    builders.make_member(branch, is_active=False)
    assert set(members_helped_by(chief)) == {other, officer}
    assert set(members_helped_by(AnonymousUser())) == set()


def test_roles_that_come_from_a_backup_leave_the_groups_alone(branch: Organization) -> None:
    """The backup holds the groups as well."""
    editor = with_role(branch, "editor")
    role = editor.roles.get()
    editor.groups.clear()
    role.save_base(raw=True)
    assert list(editor.groups.all()) == []
    role.save()
    assert [group.name for group in editor.groups.all()] == ["Unit editors"]


def test_a_member_is_deleted_with_the_roles(branch: Organization) -> None:
    editor = with_role(branch, "editor")
    editor.delete()
    assert Role.objects.count() == 0
