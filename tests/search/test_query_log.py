"""What was looked for is kept as words and numbers; nothing of persons is, and nothing hidden is offered."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.admin.menu import reports_menu
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import PageViewRestriction

from members.models import Member, Organization, Role
from search.models import MissedQuery
from search.page import query_log
from search.page.page_types import searchable_pages
from search.page.query_log import POPULAR_TIMES, log_query, loggable_words, missed_queries, popular_queries
from tests import builders

Rebuild = Callable[[], None]
TODAY = date(2026, 3, 5)


def search_often(term: str, times: int = POPULAR_TIMES, day: date = TODAY) -> None:
    """Let `term` be looked for."""
    for _time in range(times):
        log_query(term, day)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("白菜", "白菜"),
        ("  WPS　表格 ", "wps 表格"),
        ("2026年", "2026年"),
        ("白", ""),
        ("13800001234", ""),
        ("138 0000 1234", ""),
        ("电话138-0000-1234", ""),
        ("20260001", ""),
        ("M000123", ""),
        ("370101196001011234", ""),
        ("a@b.cn", ""),
        ("？？？", ""),
        ("长" * 31, ""),
        ("覃鑫淼", ""),
        ("覃鑫淼 党课", ""),
        ("覃 鑫淼", ""),
        ("覃 鑫淼 党课", ""),
        ("覃鑫淼的党课", ""),
        ("听覃鑫淼讲党课", ""),
        ("李强讲话", ""),
        ("李 强", ""),
        ("高峯的课", ""),
        ("高峰的课", "高峰的课"),
        ("李子强壮", "李子强壮"),
        ("@党课", ""),
        ("《红旗渠》？", "红旗渠"),
        ("=白菜+1", "白菜+1"),
        ("C++", "c++"),
    ],
)
def test_only_words_are_kept(branch: Organization, query: str, kept: str) -> None:
    for name in ("覃鑫淼", "李强", "高峯"):
        builders.make_member(branch, name=name)
    assert loggable_words(query) == kept


def test_what_is_found_and_what_is_not_are_counted_apart(rebuild: Rebuild, db: None) -> None:
    builders.make_lecture("白菜怎么种")
    rebuild()
    search_often("白菜", 2)
    search_often("榴莲", 3)
    search_often("榴莲", 1, TODAY - timedelta(days=1))
    search_often("山竹", 9, TODAY - timedelta(days=query_log.MISSED_DAYS))
    search_often("白菜 拖拉机", 1)  # found in part
    search_often("20260001", 5)
    search_often("阿胶", 2)
    assert list(Query.objects.values_list("query_string", flat=True)) == ["白菜"]
    assert QueryDailyHits.objects.get().hits == 2
    assert [(row["term"], row["total"], row["days"], row["last"]) for row in missed_queries(TODAY)] == [
        ("榴莲", 4, 2, TODAY),
        ("阿胶", 2, 1, TODAY),
        ("白菜 拖拉机", 1, 1, TODAY),
    ]


def test_a_day_takes_only_so_many_words(rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is found and of what is not."""
    monkeypatch.setattr(query_log, "MOST_NEW_TERMS", 2)
    builders.make_lecture("白菜萝卜怎么种")
    rebuild()
    for term in ("榴莲", "山竹", "椰子", "白菜", "萝卜", "怎么种"):
        log_query(term, TODAY)
    assert (MissedQuery.objects.count(), QueryDailyHits.objects.count()) == (2, 2)


def test_popular_is_what_others_ask_and_anybody_may_find(
    rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    lectures = {word: builders.make_lecture(f"{word}怎么种") for word in ("白菜", "萝卜", "貔貅", "土豆")}
    rebuild()
    search_often("白菜", POPULAR_TIMES)
    search_often("萝卜", POPULAR_TIMES - 1)
    search_often("貔貅", POPULAR_TIMES + 1)
    search_often("土豆", POPULAR_TIMES, TODAY - timedelta(days=31))
    assert popular_queries(TODAY, searchable_pages()) == ["貔貅", "白菜"]
    PageViewRestriction.objects.create(page=lectures["貔貅"], restriction_type="login")
    assert popular_queries(TODAY, searchable_pages()) == ["白菜"]
    monkeypatch.setattr(query_log, "MOST_POPULAR", 0)
    assert popular_queries(TODAY, searchable_pages()) == []


def test_the_start_and_the_empty_page_offer_popular_words(client: Client, rebuild: Rebuild, db: None) -> None:
    builders.make_lecture("白菜怎么种")
    rebuild()
    search_often("白菜", day=timezone.localdate())
    for asked in ({}, {"q": "qwertzuiop"}):
        shown = client.get("/search/", asked).context["popular"]
        assert [(one.words, one.address) for one in shown] == [("白菜", "?q=%E7%99%BD%E8%8F%9C")]
    assert client.get("/search/", {"q": "白菜"}).context["popular"] == []
    link = "https://example.org/"
    SearchPromotion.objects.create(query=Query.get("qwertzuiop"), external_link_url=link)
    assert client.get("/search/", {"q": "qwertzuiop"}).context["popular"] == []


def test_only_a_post_counts(rebuild: Rebuild, db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.get("/search/", {"q": "榴莲"})
    assert strict.get("/search/log/", {"q": "榴莲"}).status_code == 405
    assert strict.post("/search/log/", {"q": "榴莲"}).status_code == 403
    assert MissedQuery.objects.count() == 0
    assert Client().post("/search/log/", {"q": "榴莲"}).status_code == 204
    assert Client().post("/search/log/", {"q": "\x00" * 5000}).status_code == 204
    assert list(MissedQuery.objects.values_list("term", "times")) == [("榴莲", 1)]


def test_editors_read_the_report_and_take_it_away(
    client: Client, member: Member, district: Organization, rebuild: Rebuild
) -> None:
    log_query("榴莲", timezone.localdate())
    address = reverse("search_missed")
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    assert client.get(address).status_code == 302
    builders.make_role(member, district, Role.Kind.SECRETARY)
    assert client.get(address).status_code == 302
    builders.make_role(member, district, Role.Kind.EDITOR)
    assert "榴莲" in client.get(address).content.decode()
    export: Any = client.get(address, {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(export.streaming_content))).active
    rows = list(sheet.values)
    assert rows[1][:3] == ("榴莲", 1, 1)
    assert len(rows) == 2


def test_only_editors_are_shown_the_way_to_the_report(
    member: Member, district: Organization, rf: RequestFactory
) -> None:
    request = rf.get("/admin/")
    request.user = member
    [shown] = [item for item in reports_menu.registered_menu_items if item.name == "search-missed"]
    assert not shown.is_shown(request)
    builders.make_role(member, district, Role.Kind.EDITOR)
    request.user = Member.objects.get(pk=member.pk)
    assert shown.is_shown(request)


def test_old_words_are_forgotten(db: None) -> None:
    today = timezone.localdate()
    for days in (10, 400):
        MissedQuery.objects.create(term="榴莲", day=today - timedelta(days=days), times=1)
        Query.get(f"白菜{days}").add_hit(today - timedelta(days=days))
    call_command("forget_searches", verbosity=0)
    assert list(MissedQuery.objects.values_list("day", flat=True)) == [today - timedelta(days=10)]
    assert list(Query.objects.values_list("query_string", flat=True)) == ["白菜10"]
