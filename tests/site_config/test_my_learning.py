"""The page "my learning": the bar, the statement, and that it is nobody else's."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.calendar import this_year
from hours import ledger
from hours.ledger.basis import in_words
from hours.models import CreditEntry, HourRequirement, Objection
from hours.requirements.standing import Standing
from lectures.models import WatchProgress
from members.models import Member, Organization
from site_config.pages import statement
from site_config.pages.home import Outlook
from tests.builders import make_lecture, make_member, make_role


def credit(member: Member, title: str = "三会一课", **fields: Any) -> CreditEntry:
    """Credit a lesson of 90 minutes held this year."""
    facts: dict[str, Any] = {
        "lecture_key": uuid4(),
        "minutes": 90,
        "delivery_kind": "group_study",
        "earned_on": date(this_year(), 7, 1),
        "basis": {},
    }
    entry = ledger.credit(member, title=title, **(facts | fields)).entry
    assert entry is not None
    return entry


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/my-learning/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/my-learning/")


def test_the_statement_lists_the_years_entries_newest_first(member_client: Client, member: Member) -> None:
    credit(member, "一月的", earned_on=date(this_year(), 1, 5))
    credit(member, "九月的", earned_on=date(this_year(), 9, 5))
    credit(member, "去年的", earned_on=date(this_year() - 1, 9, 5))
    rows = member_client.get("/my-learning/").context["rows"]
    assert [row.entry.title for row in rows] == ["九月的", "一月的"]


def test_another_year_is_shown_on_request(member_client: Client, member: Member) -> None:
    credit(member, "去年的", earned_on=date(this_year() - 1, 9, 5))
    response = member_client.get("/my-learning/", {"year": this_year() - 1})
    assert response.context["years"] == [this_year(), this_year() - 1]
    assert [row.entry.title for row in response.context["rows"]] == ["去年的"]
    assert response.context["outlook"].steps == []


@pytest.mark.parametrize("year", ["1066", "abc", "", "99999999999999999999"])
def test_a_year_without_entries_is_this_year(member_client: Client, year: str) -> None:
    assert member_client.get("/my-learning/", {"year": year}).context["year"] == this_year()


def test_nobody_elses_entries_are_shown_even_to_those_who_may_see_them(
    client: Client, member: Member, branch: Organization
) -> None:
    credit(member, "别人的一讲")
    secretary = make_member(branch)
    make_role(secretary, branch, "secretary")
    admin = make_member(branch, is_superuser=True)
    for reader in (secretary, admin):
        client.force_login(reader, backend="members.accounts.backends.PhoneOrNumberBackend")
        response = client.get("/my-learning/")
        assert response.context["rows"] == []
        assert "别人的一讲" not in response.content.decode()


def test_a_reversal_is_shown_as_such(member_client: Client, member: Member) -> None:
    entry = credit(member)
    ledger.reverse(entry, reason="登记重复", recorded_by=None)
    response = member_client.get("/my-learning/")
    rows = response.context["rows"]
    assert [(row.is_reversal, row.taken_back, row.entry.hours) for row in rows] == [
        (True, False, Decimal(-2)),
        (False, True, Decimal(2)),
    ]
    html = response.content.decode()
    assert "撤回原因：登记重复" in html
    assert re.findall(r'<td class="statement__hours hours">([^<]+)</td>', html) == ["−2", "2", "0"]


def test_an_entry_says_what_it_rests_on(member: Member, branch: Organization) -> None:
    secretary = make_member(branch, name="田有禾")
    watched = credit(member, delivery_kind="online", basis={"seen_share": 0.968})
    entered = credit(member, recorded_by=secretary)
    plain = credit(member, delivery_kind="online", basis={"seen_share": "damaged"})
    assert in_words(watched) == "看完影片的 96%，授课 90 分钟"
    assert in_words(entered) == "授课 90 分钟，由田有禾登记"
    assert in_words(plain) == "授课 90 分钟"


def test_the_bar_is_as_long_as_the_requirement() -> None:
    by_kind = {"group_study": Decimal(4), "online": Decimal(8)}
    bar = statement.bar_of(Outlook(Standing(Decimal(12), Decimal(32), by_kind), []))
    assert [(part.kind, part.start, part.width) for part in bar.parts] == [
        ("online", "0.00%", "25.00%"),
        ("group_study", "25.00%", "12.50%"),
    ]
    assert bar.mark == "100.00%"


def test_more_than_required_lengthens_the_bar_and_leaves_the_mark() -> None:
    bar = statement.bar_of(Outlook(Standing(Decimal(40), Decimal(32), {"online": Decimal(40)}), []))
    assert ([part.width for part in bar.parts], bar.mark) == (["100.00%"], "80.00%")


def test_a_year_without_hours_and_requirement_has_an_empty_bar() -> None:
    assert statement.bar_of(Outlook(Standing(), [])) == statement.Bar([], "")


def test_the_page_takes_the_same_number_of_queries_for_one_entry_and_many(
    member_client: Client, member: Member
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert member_client.get("/my-learning/").status_code == 200
        return len(taken)

    HourRequirement.objects.all().delete()
    ledger.reverse(credit(member, recorded_by=member), reason="记错", recorded_by=None)
    queries()
    few = queries()
    for _ in range(3):
        ledger.reverse(credit(member, recorded_by=member), reason="记错", recorded_by=None)
        credit(member, recorded_by=member)
    assert queries() == few


def test_work_for_units_is_shown_only_to_those_who_have_it(
    client: Client, member_client: Client, branch: Organization
) -> None:
    assert 'id="tasks"' not in member_client.get("/my-learning/").content.decode()
    operator = make_member(branch)
    make_role(operator, branch, "operator")
    client.force_login(operator, backend="members.accounts.backends.PhoneOrNumberBackend")
    duties = client.get("/my-learning/").context["duties"]
    assert reverse("stations:roll") in [duty.url for duty in duties]


def test_each_entry_leads_to_an_objection_with_the_lesson_filled_in(
    member_client: Client, member: Member
) -> None:
    for title in ("多记的", "没问题的"):
        credit(member, title)
    back = credit(member, "冲销的")
    ledger.reverse(back, reason="记错", recorded_by=None)
    credit(make_member(member.organization), "别人的")
    page = member_client.get("/my-learning/")
    rows = {(row.entry.title, row.is_reversal): row for row in page.context["rows"]}
    # An entry taken back is talked about at its opposite.
    assert {key for key, row in rows.items() if row.may_be_objected_to} == {
        ("多记的", False),
        ("没问题的", False),
        ("冲销的", True),
    }
    links = re.findall(r'href="(/hours/objection/\?lesson=[^"]+)"', page.content.decode())
    form = member_client.get(links[-1]).context
    assert (form["lesson"]["title"], form["lesson"]["minutes"]) == ("多记的", 90)
    member_client.post("/hours/objection/", {"lesson": form["token"], "text": "不是我"})
    objection = Objection.objects.get()
    assert objection.lecture_key == rows["多记的", False].entry.lecture_key
    page = member_client.get("/my-learning/")
    assert [row.objection for row in page.context["rows"] if row.entry.title == "多记的"] == [objection]
    assert page.content.decode().count("/hours/objection/?lesson=") == len(links) - 1


def test_the_books_of_years_ago_are_not_objected_to(member_client: Client, member: Member) -> None:
    credit(member, "前年的", earned_on=date(this_year() - 2, 9, 5))
    (row,) = member_client.get("/my-learning/", {"year": this_year() - 2}).context["rows"]
    assert not row.may_be_objected_to


def test_a_film_seen_that_is_too_short_says_so(member_client: Client, member: Member) -> None:
    lecture, neighbour = make_lecture("一分钟短片", credit_minutes=1), make_member(member.organization)
    for one in (member, neighbour):
        WatchProgress.objects.create(
            member=one,
            lecture_key=lecture.lesson_key,
            version=lecture.film_version,
            completed_at=timezone.now(),
            updated_at=timezone.now(),
        )
    page = member_client.get("/my-learning/")
    assert [one.title for one in page.context["unearned"]] == ["一分钟短片"]
    assert "已看完，时间较短，不计学时" in page.content.decode()
