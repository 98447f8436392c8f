"""The one-page briefing: the figures of the page, on one sheet, for who asked."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from foundation.calendar import this_year
from hours.ledger import credit
from hours.models import Briefing
from hours.statistics import briefings, tasks
from hours.statistics.figures import statistics_of
from members.models import Member, Organization, Role
from tests import builders

pytestmark = pytest.mark.django_db


def secretary_of(client: Client, branch: Organization) -> Member:
    """Sign in a secretary of `branch`, where somebody has learned."""
    credit(
        builders.make_member(branch, "rural", name="不该出现的人"),
        lecture_key=uuid4(),
        title="春耕",
        minutes=90,
        delivery_kind="online",
        earned_on=date(this_year(), 3, 5),
        basis={},
    )
    viewer = builders.make_member(None)
    builders.make_role(viewer, branch, Role.Kind.SECRETARY)
    client.force_login(viewer, backend="members.accounts.backends.PhoneOrNumberBackend")
    return viewer


def test_a_briefing_is_written_by_a_task_and_fetched(
    client: Client, branch: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    viewer = secretary_of(client, branch)
    old = Briefing.objects.create(requested_by=viewer, organization=branch, year=2020, language="en")
    Briefing.objects.filter(pk=old.pk).update(requested_at=timezone.now() - timedelta(days=2))
    address = f"/hours/briefing/?unit={branch.code}&year={this_year()}&category=rural"
    with django_capture_on_commit_callbacks(execute=True):
        answer: Any = client.post(address)
    briefing = Briefing.objects.get()
    assert answer.url == f"/hours/briefing/{briefing.pk}/"
    waiting = client.get(answer.url)
    assert waiting["Refresh"] == "3"
    assert "正在生成" in waiting.content.decode()

    tasks.write_briefing.call(briefing.pk)
    tasks.write_briefing.call(briefing.pk)  # a task may run twice
    sent = client.get(answer.url)
    assert sent["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(sent.content)).pages
    assert len(pages) == 1
    words = "".join(pages[0].extract_text().split())
    assert f"{branch.name}{this_year()}年学时统计(农村党员)" in words
    assert "人次1" in words
    assert "不该出现的人" not in words


def test_a_briefing_is_for_who_asked_and_while_they_answer_for_the_unit(
    client: Client, branch: Organization
) -> None:
    viewer = secretary_of(client, branch)
    mine = Briefing.objects.create(
        requested_by=viewer, organization=branch, year=2026, language="en", pdf=b"x"
    )
    other = builders.make_member(None)
    builders.make_role(other, branch, Role.Kind.SECRETARY)
    theirs = Briefing.objects.create(
        requested_by=other, organization=branch, year=2026, language="en", pdf=b"x"
    )
    found = [client.get(f"/hours/briefing/{each.pk}/").status_code for each in (mine, theirs)]
    assert found == [200, 404]
    viewer.roles.all().delete()
    assert client.get(f"/hours/briefing/{mine.pk}/").status_code == 404


def test_nobody_orders_what_they_may_not_see(client: Client, branch: Organization) -> None:
    secretary_of(client, branch)
    other = builders.make_branch(branch.get_root(), "第二支部")
    assert client.post(f"/hours/briefing/?unit={other.code}").status_code == 404
    assert client.get("/hours/briefing/").status_code == 405
    assert Briefing.objects.count() == 0


def test_what_failed_is_said(client: Client, branch: Organization) -> None:
    viewer = secretary_of(client, branch)
    briefing = Briefing.objects.create(
        requested_by=viewer, organization=branch, year=2026, language="en", failed=True
    )
    page = client.get(f"/hours/briefing/{briefing.pk}/")
    assert "没有生成" in page.content.decode()
    assert not page.has_header("Refresh")


def test_what_cannot_be_laid_out_is_noted(
    branch: Organization, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(page: str) -> None:
        raise OSError("no font")

    monkeypatch.setattr(briefings, "lay_out", fail)
    asked = builders.make_member(branch)
    briefing = tasks.request_briefing(asked, branch, this_year(), None)
    tasks.write_briefing.call(briefing.pk)
    briefing.refresh_from_db()
    assert (briefing.failed, briefing.pdf) == (True, None)
    assert "could not be laid out" in caplog.text


def test_tables_that_do_not_fit_on_one_sheet_are_left_out(
    branch: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out = []

    class Document:
        """Needs as many sheets as there are tables."""

        def __init__(self, page: str) -> None:
            laid_out.append(page.count("<table>"))
            self.pages = range(max(page.count("<table>"), 1))

        def write_pdf(self) -> bytes:
            return b"%PDF"

    monkeypatch.setattr(briefings, "lay_out", Document)
    builders.make_branch(branch, "下级")
    assert briefings.as_pdf(statistics_of(branch.get_root(), this_year())) == b"%PDF"
    assert laid_out[-1] == 1
    assert laid_out == list(range(laid_out[0], 0, -1))
