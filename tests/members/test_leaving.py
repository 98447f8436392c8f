"""Taking one's data along, and leaving: who it was is gone everywhere, no total changes."""

import json
from datetime import date
from http import HTTPStatus
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.core import serializers
from django.db.models import Sum
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from hours import ledger
from hours.models import CreditEntry
from members.accounts import login_codes
from members.changes import leaving
from members.imports import lifecycle
from members.imports.sheets import sheets_of
from members.models import NAMELESS, ListImport, LoginCode, Member, Organization
from members.roles.permissions import NotResponsibleError
from tests import builders

from . import lists

pytestmark = pytest.mark.django_db
BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
NAME, NUMBER, PHONE = "田立春一号", "GONE77", "13877777777"


@pytest.fixture
def keeper(branch: Organization) -> Member:
    """An administrator of the branch."""
    person = builders.make_member(branch)
    builders.make_role(person, branch, "administrator")
    return person


@pytest.fixture
def leaver(branch: Organization, keeper: Member) -> Member:
    """A member of whom much is known, in many places."""
    head = ["党员编号", "姓名", "手机", "党支部", "出生日期", "党员类型"]
    # Lists that nobody entered know the person by phone, or by name and organization.
    for nameless in ([None, "笔误", PHONE, branch.code], [None, NAME, None, branch.code]):
        lists.read_file(keeper, lists.text([head, nameless]))
    row = [NUMBER, NAME, PHONE, branch.code, "1962-03-05", "农村"]
    source = lifecycle.start("members", lists.text([head, row]), "x.csv", by=keeper, language="en")
    lifecycle.read(source)
    source.refresh_from_db()
    assert lifecycle.confirm(source)
    source.refresh_from_db()
    lifecycle.apply(source)
    person = Member.objects.get(number=NUMBER)
    person.host_organization, person.email = keeper.organization, "gone@example.org"
    person.save()
    builders.make_role(person, branch, "secretary")
    ListImport.objects.create(kind="members", file_name="own.xlsx", uploaded_by=person)
    login_codes.issue([person.pk], by=keeper, now=timezone.now())
    Client().post("/sign-in/", {"username": PHONE, "password": "wrong"})
    ledger.credit(
        person,
        lecture_key=uuid4(),
        title="白菜怎么种",
        minutes=90,
        delivery_kind="online",
        earned_on=timezone.localdate(),
        basis={},
    )
    return person


def everything() -> str:
    """Return the whole database as text."""
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    rows = [row for model in models for row in model._default_manager.all()]
    return str(serializers.serialize("json", rows, ensure_ascii=False))


def test_who_left_is_found_nowhere_and_no_total_changes(leaver: Member, keeper: Member) -> None:
    browser = Client()
    browser.force_login(leaver, backend=BACKEND)
    assert browser.get("/my-learning/").status_code == HTTPStatus.OK
    before = everything()
    assert all(known in before for known in (NAME, NUMBER, PHONE))
    assert AccessAttempt.objects.filter(username=PHONE).exists()
    totals = CreditEntry.objects.aggregate(Sum("hours"))
    leaving.anonymise(leaver, by=keeper)
    after = everything()
    assert [known for known in (NAME, NUMBER, PHONE, "1962-03-05") if known in after] == []
    assert CreditEntry.objects.aggregate(Sum("hours")) == totals
    leaver.refresh_from_db()
    assert (leaver.is_active, leaver.phone, leaver.roles.count()) == (False, None, 0)
    assert (leaver.host_organization, leaver.email, leaver.has_usable_password()) == (None, "", False)
    assert not LoginCode.objects.exists()
    assert set(ListImport.objects.values_list("uploaded_by", flat=True)) == {keeper.pk}
    entry = ModelLogEntry.objects.get(action="members.anonymise")
    assert (entry.object_id, entry.user_id, entry.data) == (str(leaver.pk), keeper.pk, {})
    assert leaver.born_on == date(1962, 1, 1)
    assert leaver.organization == keeper.organization
    assert [category.slug for category in leaver.categories.all()] == ["rural"]
    assert browser.get("/my-learning/")["Location"] == "/sign-in/?next=/my-learning/"


def test_nobody_is_made_nameless_by_those_who_do_not_keep_the_account(
    client: Client, leaver: Member, keeper: Member, district: Organization
) -> None:
    other = builders.make_branch(district, "第二支部")
    strangers = [builders.make_member(other), builders.make_member(leaver.organization), leaver]
    builders.make_role(strangers[0], other, "administrator")
    builders.make_role(strangers[1], leaver.organization, "officer")  # type: ignore[arg-type]  # it has one
    for stranger in strangers:
        client.force_login(stranger, backend=BACKEND)
        assert client.post(f"/admin/users/anonymise/{leaver.pk}/").status_code == HTTPStatus.NOT_FOUND
        with pytest.raises(NotResponsibleError):
            leaving.anonymise(leaver, by=stranger)
    with pytest.raises(NotResponsibleError):
        leaving.anonymise(keeper, by=keeper)
    leaver.refresh_from_db()
    assert leaver.name == NAME


def test_the_page_asks_first(client: Client, leaver: Member, keeper: Member) -> None:
    client.force_login(keeper, backend=BACKEND)
    address = f"/admin/users/anonymise/{leaver.pk}/"
    assert NAME in client.get(address).content.decode()
    leaver.refresh_from_db()
    assert leaver.name == NAME
    assert client.post(address)["Location"] == "/admin/users/"
    leaver.refresh_from_db()
    assert leaver.name != NAME


def test_one_takes_all_of_ones_own_along_and_nothing_of_others(
    client: Client, leaver: Member, branch: Organization
) -> None:
    neighbour = builders.make_member(branch, name="邻座的人")
    ledger.credit(
        neighbour,
        lecture_key=uuid4(),
        title="别人的课",
        minutes=90,
        delivery_kind="online",
        earned_on=timezone.localdate(),
        basis={},
    )
    Member.objects.filter(pk=leaver.pk).update(name=f"={NAME}")  # no formula, in whatever program opens it
    leaver.refresh_from_db()
    client.force_login(leaver, backend=BACKEND)
    response = client.get("/my-data/")
    sheets = sheets_of(b"".join(response.streaming_content))  # type: ignore[attr-defined]  # a stream
    excel = str([list(sheet.rows()) for sheet in sheets])
    kept = client.get("/my-data/?as=json").content.decode()
    for form in (excel, kept):
        assert all(known in form for known in (f"={NAME}", NUMBER, PHONE, "1962-03-05", "白菜怎么种"))
        assert [other for other in ("邻座的人", "别人的课", leaver.password) if other in form] == []
    assert {"党员", "学时记录"} & set(json.loads(kept)) or json.loads(kept)
    assert Client().get("/my-data/")["Location"] == "/sign-in/?next=/my-data/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_stands_for_the_name_is_the_same_in_every_language_and_read_in_the_reader_s(
    leaver: Member, keeper: Member, language: str
) -> None:
    with translation.override(language):
        leaving.anonymise(leaver, by=keeper)
    leaver = Member.objects.get(pk=leaver.pk)
    assert leaver.name == NAMELESS
    labels = ModelLogEntry.objects.filter(object_id=str(leaver.pk)).values_list("label", flat=True)
    assert set(labels) == {NAMELESS}
    for reader, word in (("en", "Left"), ("zh-hans", "已离开的党员")):
        with translation.override(reader):
            assert (str(leaver), leaver.get_full_name(), leaver.get_short_name()) == (word,) * 3
