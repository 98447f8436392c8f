"""Members and organizations in the editors' site, by role, with others' data that could leak."""

from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page
from wagtail.search import index
from wagtail.users.models import UserProfile

from lectures.models import LectureIndex
from members.admin.member_forms import MemberForm
from members.models import Member, MemberCategory, Organization, Role
from tests import builders

from .viewers import form_of, home_of, viewer

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"


@pytest.mark.parametrize("kind", ["secretary", "officer", "administrator"])
def test_the_list_shows_ones_own_unit_only(
    client: Client, branch: Organization, member: Member, stranger: Member, kind: str
) -> None:
    me = viewer(client, branch, kind)
    for address in ("/admin/users/", "/admin/users/results/", f"/admin/users/?q={stranger.name}"):
        response = client.get(address)
        assert response.status_code == HTTPStatus.OK
        assert stranger.name not in response.content.decode().replace(f'value="{stranger.name}"', "")
    assert set(client.get("/admin/users/").context["object_list"]) == {me, member}
    assert list(client.get(f"/admin/users/?q={stranger.number}").context["object_list"]) == []
    assert list(client.get(f"/admin/users/?q={member.number}").context["object_list"]) == [member]


def test_an_editor_has_no_business_with_members(client: Client, branch: Organization, member: Member) -> None:
    viewer(client, branch, "editor")
    assert client.get("/admin/users/").status_code == HTTPStatus.FOUND
    response = client.get(f"/admin/users/edit/{member.pk}/")
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert member.number not in response.content.decode()


@pytest.mark.parametrize("kind", ["secretary", "officer"])
def test_posts_read_and_do_not_change(
    client: Client, branch: Organization, member: Member, kind: str
) -> None:
    viewer(client, branch, kind)
    client.post(f"/admin/users/edit/{member.pk}/", form_of(member, name="改名"))
    client.post("/admin/users/new/", form_of(organization=branch.code))
    member.refresh_from_db()
    assert member.name != "改名"
    assert not Member.objects.filter(number="N1").exists()


def test_an_administrator_keeps_own_accounts_and_no_others(
    client: Client, branch: Organization, member: Member, stranger: Member
) -> None:
    viewer(client, branch, "administrator")
    rural = MemberCategory.objects.get(slug="rural")
    floating = MemberCategory.objects.get(slug="floating")
    page = client.get(f"/admin/users/edit/{member.pk}/")
    assert page.status_code == HTTPStatus.OK
    assert page.context["form"]["organization"].value() == branch.code
    assert f'value="{branch.code}"' in page.content.decode()
    data = form_of(member, name="改名", phone="13900000001") | {
        "categories": [str(rural.pk), str(floating.pk)],
        "password1": "xin-mi-ma-88",
        "password2": "xin-mi-ma-88",
        "roles-TOTAL_FORMS": "1",
        "roles-0-kind": "secretary",
        "roles-0-organization": branch.code,
    }
    assert client.post(f"/admin/users/edit/{member.pk}/", data).status_code == HTTPStatus.FOUND
    member = Member.objects.get(pk=member.pk)
    assert (member.name, member.phone) == ("改名", "13900000001")
    assert set(member.categories.all()) == {rural, floating}
    assert member.check_password("xin-mi-ma-88")
    assert [str(role.kind) for role in member.roles.all()] == ["secretary"]
    for address in ("edit", "history", "delete"):
        response = client.get(f"/admin/users/{address}/{stranger.pk}/")
        assert response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FOUND)
        assert stranger.name not in response.content.decode()
    before = Member.objects.get(pk=stranger.pk).password
    client.post(f"/admin/users/edit/{stranger.pk}/", data)
    assert Member.objects.get(pk=stranger.pk).password == before


def test_an_administrator_adds_members_to_own_organizations_only(
    client: Client, branch: Organization, stranger: Member
) -> None:
    viewer(client, branch, "administrator")
    assert client.get("/admin/users/new/").status_code == HTTPStatus.OK
    for code in ("", home_of(stranger).code):
        response = client.post("/admin/users/new/", form_of(organization=code))
        assert list(response.context["form"].errors) == ["organization"]
    client.post("/admin/users/new/", form_of(organization=branch.code, number=" n1 "))
    new = Member.objects.get(number="N1")
    assert (new.organization, new.is_superuser, new.has_usable_password()) == (branch, False, False)


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_no_role_is_granted_outside_ones_own_part(
    client: Client, branch: Organization, member: Member, district: Organization, kind: str
) -> None:
    viewer(client, branch, "administrator")
    data = form_of(member) | {
        "roles-TOTAL_FORMS": "1",
        "roles-0-kind": kind,
        "roles-0-organization": district.code,
        "is_superuser": "on",
        "groups": "1",
    }
    client.post(f"/admin/users/edit/{member.pk}/", data)
    member.refresh_from_db()
    assert (member.roles.count(), member.is_superuser, member.groups.count()) == (0, False, 0)


def test_a_taken_number_is_said_beside_the_field(
    client: Client, branch: Organization, member: Member
) -> None:
    viewer(client, branch, "administrator")
    response = client.post(
        "/admin/users/new/", form_of(organization=branch.code, number=member.number.lower())
    )
    assert list(response.context["form"].errors) == ["number"]


def test_nobodys_number_is_anothers_phone(client: Client, branch: Organization, member: Member) -> None:
    viewer(client, branch, "administrator")
    Member.objects.filter(pk=member.pk).update(number="13800000001", phone="13800000002")
    for name, taken in (("number", "13800000002"), ("phone", "13800000001")):
        response = client.post("/admin/users/new/", form_of(organization=branch.code) | {name: taken})
        assert list(response.context["form"].errors) == [name]
    member.refresh_from_db()
    own = form_of(member, phone=member.number)
    assert client.post(f"/admin/users/edit/{member.pk}/", own).status_code == HTTPStatus.FOUND


def test_nobody_closes_the_own_account_or_changes_a_role_given_from_above(
    client: Client, branch: Organization, member: Member, district: Organization
) -> None:
    me = viewer(client, branch, "administrator")
    own = form_of(me)
    del own["is_active"]
    page = client.get(f"/admin/users/edit/{me.pk}/")
    assert "is_active" not in page.context["form"].fields
    assert client.post(f"/admin/users/edit/{me.pk}/", own).status_code == HTTPStatus.FOUND
    assert Member.objects.get(pk=me.pk).is_active
    below, above = (builders.make_role(member, unit, "operator") for unit in (branch, district))
    form = MemberForm(instance=member, viewer=me)
    assert [one.instance for one in form.roles.initial_forms] == [below]
    assert above in member.roles.all()


@pytest.mark.parametrize("action", ["assign_role", "delete", "set_active_state"])
def test_bulk_actions_on_members_are_closed(
    client: Client, branch: Organization, stranger: Member, action: str
) -> None:
    me = viewer(client, branch, "administrator")
    me.is_superuser = True
    me.save()
    response = client.get(f"/admin/bulk/members/member/{action}/?id={stranger.pk}")
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert stranger.name not in response.content.decode()


def test_the_list_takes_the_same_queries_for_one_and_for_many(
    client: Client, branch: Organization, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    viewer(client, branch, "administrator")
    builders.make_member(branch, "rural")
    client.get("/admin/users/")
    with django_assert_max_num_queries(60) as few:
        client.get("/admin/users/results/")
    for _ in range(5):
        builders.make_role(builders.make_member(branch, "rural"), branch, "secretary")
    with django_assert_max_num_queries(60) as many:
        client.get("/admin/users/results/")
    assert len(many) == len(few)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/account/",
        "/admin/users/",
        "/admin/groups/",
        "/admin/organization/",
        "/admin/organization/new/",
        "/admin/membercategory/",
        "/admin/reports/site-history/",
        "/admin/reports/aging-pages/",
        "/admin/reports/locked/",
        "/admin/users/history/{me}/",
        "/admin/users/edit/{me}/",
        "/admin/users/?is_active=true&categories=1&role=secretary&ordering=name",
    ],
)
def test_wagtails_own_pages_stand_our_members(client: Client, branch: Organization, address: str) -> None:
    me = viewer(client, branch, "administrator")
    me.is_superuser = True
    me.save()
    assert client.get(address.format(me=me.pk)).status_code == HTTPStatus.OK


def test_the_account_page_stores_its_settings(client: Client, branch: Organization) -> None:
    me = viewer(client, branch, "editor")
    page = client.get("/admin/account/")
    assert "first_name" not in page.content.decode()
    assert "old_password" not in page.content.decode()
    assert 'href="/change-password/"' in page.content.decode()
    response = client.post(
        "/admin/account/",
        {
            "locale-preferred_language": "en",
            "locale-current_time_zone": "Asia/Shanghai",
            "theme-theme": "dark",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
            "password-old_password": builders.PASSWORD,
            "password-new_password1": "xin-mi-ma-88",
            "password-new_password2": "xin-mi-ma-88",
        },
    )
    assert response.status_code == HTTPStatus.FOUND
    assert UserProfile.objects.get(user=me).preferred_language == "en"
    assert Member.objects.get(pk=me.pk).check_password(builders.PASSWORD)


@pytest.mark.parametrize("kind", ["editor", "administrator"])
def test_editors_and_administrators_write_pages(client: Client, district: Organization, kind: str) -> None:
    viewer(client, district, kind)
    library = LectureIndex.objects.get()
    assert client.get(f"/admin/pages/{library.pk}/").status_code == HTTPStatus.OK
    lecture = builders.make_lecture()
    for policy in ("can_edit", "can_publish"):
        tester = Page.objects.get(pk=lecture.pk).permissions_for_user(
            Member.objects.get(pk=client.session["_auth_user_id"])
        )
        assert getattr(tester, policy)() is True
    for address in ("/admin/images/", "/admin/images/add/", "/admin/documents/"):
        assert client.get(address).status_code == HTTPStatus.OK


def test_an_editor_of_a_unit_writes_own_pages_for_the_district_to_publish(
    client: Client, branch: Organization
) -> None:
    me = viewer(client, branch, "editor")
    others = Page.objects.get(pk=builders.make_lecture().pk).permissions_for_user(me)
    own = Page.objects.get(pk=builders.make_lecture("自己的", owner=me).pk).permissions_for_user(me)
    assert (others.can_edit(), others.can_publish(), others.can_unpublish()) == (False, False, False)
    assert (own.can_edit(), own.can_publish()) == (True, False)


@pytest.mark.parametrize(
    "address", ["creditrule/", "subject/new/", "membercategory/new/", "images/", "pages/"]
)
def test_an_administrator_of_a_unit_changes_nothing_that_belongs_to_all(
    client: Client, branch: Organization, address: str
) -> None:
    viewer(client, branch, "administrator")
    response = client.get(f"/admin/{address}", follow=True)
    assert response.redirect_chain
    assert response.redirect_chain[0][0] in ("/admin/", f"/sign-in/?next=/admin/{address}")


def test_the_history_of_everything_is_offered_to_those_alone_who_may_read_it(
    client: Client, district: Organization
) -> None:
    for kind, offered in (("editor", False), ("administrator", True)):
        viewer(client, district, kind)
        assert ("/admin/reports/site-history/" in client.get("/admin/").content.decode()) is offered
        answer = client.get("/admin/reports/site-history/")
        assert answer.status_code == (HTTPStatus.OK if offered else HTTPStatus.FOUND)


def test_a_secretary_writes_no_pages(client: Client, branch: Organization) -> None:
    me = viewer(client, branch, "secretary")
    tester = Page.objects.get(pk=builders.make_lecture().pk).permissions_for_user(me)
    assert (tester.can_edit(), tester.can_publish()) == (False, False)
    assert client.get("/admin/images/").status_code == HTTPStatus.FOUND


def test_members_are_in_no_search_index() -> None:
    assert not index.class_is_indexed(Member)
