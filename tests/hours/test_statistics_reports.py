"""The reports of the editors' site: the page's figures for one's own units, and the checks of the sums."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from foundation.calendar import this_year
from hours.admin.reports import with_figures
from hours.ledger import credit
from hours.models import ReportGroup, Subject, Tally, TallyCheck
from hours.statistics.figures import statistics_of
from hours.tallies import tasks
from members.models import Member, MemberCategory, Organization, Role
from tests import builders

pytestmark = pytest.mark.django_db
REPORT, CHECKS, RECOUNT = (
    "/admin/reports/hours/",
    "/admin/reports/tally-checks/",
    "/admin/reports/tally-checks/rebuild/",
)


def give(member: Member, minutes: int = 45) -> None:
    """Credit a lesson of this March."""
    credit(
        member,
        lecture_key=uuid4(),
        title="春耕",
        minutes=minutes,
        delivery_kind="online",
        earned_on=date(this_year(), 3, 5),
        basis={},
    )


def sign_in(client: Client, organization: Organization, kind: str) -> Member:
    """Sign in the holder of a role."""
    viewer = builders.make_member(organization)
    builders.make_role(viewer, organization, kind)
    client.force_login(viewer, backend="members.accounts.backends.PhoneOrNumberBackend")
    return viewer


def test_the_report_agrees_with_the_page(branch: Organization) -> None:
    learned, gone, idle = (builders.make_member(branch) for _ in range(3))
    give(learned, 34)
    give(gone)
    gone.is_active = False
    gone.save()
    assert idle.is_active
    for unit in with_figures(Organization.objects.order_by("path"), this_year()):
        total = statistics_of(unit, this_year()).total
        assert (unit.entries, unit.people, unit.hours, unit.of, unit.coverage) == (
            2,
            2,
            Decimal("1.75"),
            3,
            Decimal("66.6"),
        )
        assert (total.entries, total.people, total.hours, total.of, total.coverage) == (
            2,
            2,
            Decimal("1.75"),
            3,
            Decimal("66.6"),
        )


def test_own_units_alone_on_the_screen_and_in_the_file(client: Client, branch: Organization) -> None:
    other = builders.make_branch(branch.get_root(), "第二支部")
    give(builders.make_member(branch))
    give(builders.make_member(other))
    sign_in(client, branch.get_parent(), Role.Kind.OFFICER)
    page = client.get(REPORT, {"year": this_year()}).content.decode()
    assert branch.name in page
    assert other.name not in page
    book = load_workbook(BytesIO(b"".join(client.get(REPORT, {"export": "xlsx"}))))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [branch.get_parent().code, branch.code]
    assert rows[2][3:6] == (1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "coverage", "checks"),
    [
        (Role.Kind.ADMINISTRATOR, 200, 200),
        (Role.Kind.OFFICER, 200, 302),
        (Role.Kind.SECRETARY, 200, 302),
        (Role.Kind.EDITOR, 302, 302),
    ],
)
def test_who_may_open_the_reports(
    client: Client, district: Organization, kind: str, coverage: int, checks: int
) -> None:
    sign_in(client, district, kind)
    assert client.get(REPORT).status_code == coverage
    for address in (CHECKS, RECOUNT):
        assert client.get(address).status_code == checks
    menu = client.get("/admin/").content.decode()
    assert (REPORT in menu, CHECKS in menu) == (coverage == 200, checks == 200)
    client.post(RECOUNT)
    assert TallyCheck.objects.exists() == (checks == 200)


def test_an_administrator_of_a_committee_does_not_count_anew(client: Client, branch: Organization) -> None:
    sign_in(client, branch.get_parent(), Role.Kind.ADMINISTRATOR)
    assert client.get(CHECKS).status_code == 302


def test_counting_anew_from_the_admin(
    client: Client,
    district: Organization,
    branch: Organization,
    django_capture_on_commit_callbacks: Any,
) -> None:
    give(builders.make_member(branch))
    Tally.objects.filter(organization=branch, line="all", year=this_year()).update(entries=9)
    sign_in(client, district, Role.Kind.ADMINISTRATOR)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(RECOUNT)
    assert [task.task_path for task in DBTaskResult.objects.all()] == ["hours.tallies.tasks.rebuild_tallies"]
    tasks.rebuild_tallies.call(TallyCheck.objects.get().pk)
    assert statistics_of(branch, this_year()).total.entries == 1
    assert "100%" not in client.get(CHECKS).content.decode()
    assert "已完成" in client.get(CHECKS).content.decode()


def test_an_administrator_says_who_and_what_counts(client: Client, district: Organization) -> None:
    sign_in(client, district, Role.Kind.ADMINISTRATOR)
    rural, farming = MemberCategory.objects.get(slug="rural"), Subject.objects.get(code="farming")
    group = ReportGroup.objects.get(name="新党员")
    answer = client.post(
        f"/admin/reportgroup/edit/{group.pk}/",
        {"name": "农技培训", "categories": [rural.pk], "subjects": [farming.pk], "sort_order": 5},
    )
    assert answer.status_code == 302
    group.refresh_from_db()
    assert (group.name, group.delivery_kinds) == ("农技培训", [])
    assert (list(group.categories.all()), list(group.subjects.all())) == ([rural], [farming])
    assert TallyCheck.objects.get().purpose == "rebuild"
    page = client.get("/admin/reportgroup/").content.decode()
    assert "农技培训" in page
    assert f"{rural.name}；{farming.name}" in page
    assert "checked" in client.get(f"/admin/reportgroup/edit/{group.pk}/").content.decode()


def test_a_reported_group_says_who_and_what_counts(db: None) -> None:
    said = {group.name: group.describe() for group in ReportGroup.objects.all()}
    assert said["村、社区党组织书记"] == "农村党员；仅限书记"
    assert said["农村党员远程教育"] == "农村党员；线上学习、站点收看"
