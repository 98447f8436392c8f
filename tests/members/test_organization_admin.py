"""The tree in the editors' site: where one may let it grow, and which shapes are refused."""

from http import HTTPStatus

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from members.admin.unit_viewsets import UnitViewSet
from members.models import Member, Organization
from tests import builders

from .viewers import home_of, viewer

pytestmark = pytest.mark.django_db


def test_organizations_grow_and_move_within_ones_own_part(
    client: Client, district: Organization, branch: Organization, stranger: Member
) -> None:
    committee = branch.get_parent()
    viewer(client, committee, "administrator")
    listed = client.get("/admin/organization/").context["object_list"]
    assert set(listed) == {committee, branch}
    new = {"name": "第三支部", "code": "b-three", "level": "branch"}
    for parent in ("", district.code, home_of(stranger).code):
        response = client.post("/admin/organization/new/", new | {"parent": parent})
        assert list(response.context["form"].errors) == ["parent"]
    # Who administers a part founds no second district beside the whole.
    response = client.post("/admin/organization/new/", new | {"parent": "", "level": "district"})
    assert list(response.context["form"].errors) == ["parent"]
    client.post("/admin/organization/new/", new | {"parent": committee.code})
    third = Organization.objects.get(code="b-three")
    assert third.get_parent() == committee
    response = client.post("/admin/organization/new/", new | {"parent": committee.code, "code": "B-Three"})
    assert list(response.context["form"].errors) == ["code"]
    foreign = f"/admin/organization/edit/{home_of(stranger).pk}/"
    assert client.get(foreign).status_code == HTTPStatus.NOT_FOUND


def test_a_branch_moves_with_its_members(
    client: Client, district: Organization, branch: Organization
) -> None:
    viewer(client, district, "administrator")
    member = builders.make_member(branch)
    target = builders.make_branch(district, "第二支部").get_parent()
    data = {"name": branch.name, "code": branch.code, "level": "branch", "parent": target.code}
    assert client.post(f"/admin/organization/edit/{branch.pk}/", data).status_code == HTTPStatus.FOUND
    assert Organization.objects.get(pk=branch.pk).get_parent() == target
    assert Member.objects.get(pk=member.pk).organization_id == branch.pk
    assert Organization.find_problems() == ([], [], [], [], [])


def test_shapes_that_are_no_tree_are_refused(
    client: Client, district: Organization, branch: Organization
) -> None:
    viewer(client, district, "administrator")
    committee = branch.get_parent()
    inside = {"name": committee.name, "code": committee.code, "level": "committee", "parent": branch.code}
    response = client.post(f"/admin/organization/edit/{committee.pk}/", inside)
    assert list(response.context["form"].errors) == ["parent"]
    second = {"name": "又一区", "code": "d-two", "level": "district", "parent": district.code}
    response = client.post("/admin/organization/new/", second)
    assert list(response.context["form"].errors) == ["level"]
    below = {"name": "小组", "code": "b-below", "level": "branch", "parent": branch.code}
    response = client.post("/admin/organization/new/", below)
    assert list(response.context["form"].errors) == ["parent"]


def test_a_level_fits_what_stands_above_and_below(
    client: Client, district: Organization, branch: Organization
) -> None:
    committee = branch.get_parent()
    for top, person in ((district, district), (committee, district), (committee, committee)):
        viewer(client, person, "administrator")
        for level in Organization.Level.values:
            data = {"name": "改名", "code": top.code, "level": level}
            data |= {"parent": district.code} if top == committee else {}
            response = client.post(f"/admin/organization/edit/{top.pk}/", data)
            if level == top.level:
                assert response.status_code == HTTPStatus.FOUND
            else:
                assert list(response.context["form"].errors) == ["level"]


def test_an_organization_is_deleted_while_nobody_belongs_to_it(
    client: Client, district: Organization, branch: Organization
) -> None:
    """By whom the site has given that right; else a sentence says why it stays."""
    chief = viewer(client, district, "administrator")
    address = f"/admin/organization/delete/{branch.pk}/"
    assert client.post(address).status_code == HTTPStatus.FOUND
    assert Organization.objects.filter(pk=branch.pk).exists()  # administrators have not
    chief.user_permissions.add(Permission.objects.get(codename="delete_organization"))
    member = builders.make_member(branch)
    answer = client.post(address, follow=True).content.decode()
    assert "没有删除" in answer
    assert Organization.objects.filter(pk=branch.pk).exists()
    member.delete()
    client.post(address)
    assert not Organization.objects.filter(pk=branch.pk).exists()


def test_nobody_deletes_an_organization_of_others(
    client: Client, branch: Organization, stranger: Member
) -> None:
    keeper = viewer(client, branch.get_parent(), "administrator")
    keeper.user_permissions.add(Permission.objects.get(codename="delete_organization"))
    address = f"/admin/organization/delete/{home_of(stranger).pk}/"
    assert client.post(address).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/admin/organization/delete/{branch.pk}/").status_code == HTTPStatus.OK


def test_a_viewset_of_units_must_say_whose_records_it_opens() -> None:
    with pytest.raises(TypeError, match="records_for"):
        UnitViewSet()
