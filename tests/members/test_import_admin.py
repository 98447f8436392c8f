"""Entering lists in the editors' site, from the upload to the corrected file, and who may."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from members.imports.sheets import sheets_of
from members.models import ListImport, Member, Organization
from tests import builders

from . import lists

pytestmark = pytest.mark.slow

BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
HEAD = ["党员编号", "姓名", "手机", "党支部"]


@pytest.fixture
def keeper(client: Client, branch: Organization) -> Member:
    """An administrator of the branch, signed in."""
    person = builders.make_member(branch, name="管理员")
    builders.make_role(person, branch, "administrator")
    client.force_login(person, backend=BACKEND)
    return person


def upload(client: Client, rows: list[list[str]], kind: str = "members") -> ListImport:
    """Upload a list and return it."""
    file = SimpleUploadedFile("名册.xlsx", lists.xlsx([list(row) for row in rows]))
    response = client.post(f"/admin/lists/{kind}/", {"file": file})
    source = ListImport.objects.latest("pk")
    assert response["Location"] == f"/admin/lists/{source.pk}/"
    return source


def work(*due: str) -> None:
    """Do what waits in the queue, which must be `due`."""
    waiting: Any = DBTaskResult.objects.filter(status="READY", task_path__startswith="members.")
    assert [task.task_path for task in waiting] == list(due)
    for task in waiting:
        task.task.call(*task.args_kwargs["args"])
    waiting.update(status="SUCCESSFUL")


@pytest.mark.django_db
def test_from_the_upload_to_the_corrected_file(
    client: Client,
    keeper: Member,
    branch: Organization,
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = client.get("/admin/lists/members/").content.decode()
    assert 'type="file"' in page
    rows = [HEAD, ["A1", "麦小满", "13800000001", branch.code], ["A2", "苗小暑", "123", branch.code]]
    with django_capture_on_commit_callbacks(execute=True):
        source = upload(client, rows)
    address = f"/admin/lists/{source.pk}/"
    assert "data-list-progress" in client.get(address).content.decode()
    assert client.get(f"{address}progress/").json()["running"] is True
    work("members.imports.tasks.read_list")
    assert client.get(f"{address}progress/").json()["running"] is False
    page = client.get(address).content.decode()
    assert "麦小满" in page
    assert "苗小暑" not in page
    page = client.get(f"{address}?outcome=refused").content.decode()
    assert "苗小暑" in page
    assert not Member.objects.filter(number="A1").exists()
    assert client.get(f"{address}confirm/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{address}confirm/")["Location"] == address
    client.post(f"{address}confirm/")
    work("members.imports.tasks.apply_list")
    assert Member.objects.get(number="A1").name == "麦小满"
    response = client.get(f"{address}refused/")
    (sheet,) = sheets_of(b"".join(response.streaming_content))  # type: ignore[attr-defined]  # a stream
    assert [row[1] for row in sheet.rows()] == ["姓名", "苗小暑"]
    assert client.post(f"{address}discard/")["Location"] == "/admin/lists/members/"
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    assert Member.objects.filter(number="A1").exists()


@pytest.mark.django_db
def test_a_file_too_large_or_missing_is_said_beside_the_field(
    client: Client, keeper: Member, settings: Settings
) -> None:
    settings.MEMBERS_IMPORT_MAX_BYTES = 10
    for file in (None, SimpleUploadedFile("x.csv", b""), SimpleUploadedFile("x.csv", b"x" * 11)):
        response = client.post("/admin/lists/members/", {"file": file} if file else {})
        assert list(response.context["form"].errors) == ["file"]


@pytest.mark.django_db
def test_a_list_is_its_uploaders_own(client: Client, keeper: Member, branch: Organization) -> None:
    other = builders.make_member(branch)
    builders.make_role(other, branch, "administrator")
    source = ListImport.objects.create(
        kind="members", file_name="他人.xlsx", uploaded_by=other, state="ready"
    )
    for page in ("", "progress/", "refused/"):
        assert client.get(f"/admin/lists/{source.pk}/{page}").status_code == HTTPStatus.NOT_FOUND
    for page in ("confirm/", "discard/"):
        assert client.post(f"/admin/lists/{source.pk}/{page}").status_code == HTTPStatus.NOT_FOUND
    assert "他人.xlsx" not in client.get("/admin/lists/members/").content.decode()
    source.refresh_from_db()
    assert source.state == "ready"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["secretary", "officer", "editor"])
def test_only_administrators_enter_lists(client: Client, branch: Organization, kind: str) -> None:
    person = builders.make_member(branch)
    builders.make_role(person, branch, kind)
    client.force_login(person, backend=BACKEND)
    own = ListImport.objects.create(kind="members", file_name="x", uploaded_by=person, state="ready")
    pages = [
        "/admin/lists/members/",
        "/admin/lists/organizations/example/",
        f"/admin/lists/{own.pk}/refused/",
    ]
    for page in pages:
        assert client.get(page).status_code == HTTPStatus.FOUND
    client.post(f"/admin/lists/{own.pk}/confirm/")
    own.refresh_from_db()
    assert own.state == "ready"
    assert "/admin/lists/" not in client.get("/admin/users/").content.decode()


@pytest.mark.django_db
def test_a_running_list_is_not_removed(client: Client, keeper: Member) -> None:
    source = ListImport.objects.create(kind="members", file_name="x", uploaded_by=keeper, state="applying")
    assert client.post(f"/admin/lists/{source.pk}/discard/")["Location"] == f"/admin/lists/{source.pk}/"
    assert ListImport.objects.filter(pk=source.pk).exists()


@pytest.mark.django_db
def test_old_lists_are_forgotten(keeper: Member, settings: Settings) -> None:
    old = ListImport.objects.create(kind="members", file_name="old", uploaded_by=keeper)
    ListImport.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - timedelta(days=31))
    new = ListImport.objects.create(kind="members", file_name="new", uploaded_by=keeper)
    call_command("sweep_lists", verbosity=0)
    assert list(ListImport.objects.all()) == [new]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["wagtailusers_users:index", "organization:index"])
def test_a_download_equals_the_screen(
    client: Client, keeper: Member, branch: Organization, name: str
) -> None:
    builders.make_member(builders.make_branch(branch.get_root()), name="外支部")
    builders.make_member(branch, "rural", name="=本支部", is_active=False)
    address = reverse(name)
    for query in ("", "?is_active=false", "?q=zzz", "?ordering=-name", "?p=1"):
        screen = client.get(address + query)
        table = screen.context["table"]
        columns = [column for column in screen.context["view"].columns if column.label]
        shown = [[str(column.label) for column in columns]] + [
            [str(_words(column.get_value(item))) for column in columns] for item in table.data
        ]
        for form in ("xlsx", "csv"):
            response = client.get(f"{address}{query}{'&' if query else '?'}export={form}")
            (sheet,) = sheets_of(b"".join(response.streaming_content))  # type: ignore[attr-defined]  # a stream
            assert list(sheet.rows()) == shown
            assert "外支部" not in str(shown)


def _words(value: object) -> object:
    return {True: "是", False: "否", None: ""}.get(value, str(value).strip())  # type: ignore[call-overload]
