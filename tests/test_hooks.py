"""The hooks by which a higher app adds to a lower app's page: what is registered is shown."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks

from foundation.hooks import Duty, Event, my_duties, week_near_me
from members.models import Member, Organization
from notices.kinds import NoticeKind, notice_kinds

from . import builders

pytestmark = pytest.mark.django_db


def test_duties_of_all_apps_stand_in_order_on_my_learning(
    member_client: Client, member: Member, branch: Organization
) -> None:
    assert my_duties(member) == []
    builders.make_role(member, branch, "secretary")
    builders.make_role(member, branch, "operator")
    with hooks.register_temporarily("my_duties", lambda who: [Duty(15, "/x/", f"for {who.name}", "ticket")]):
        page = member_client.get(reverse("my_learning")).content.decode()
    wanted = [reverse("sessions:sessions"), "/x/", reverse("hours:statistics"), reverse("stations:roll")]
    places = [page.index(f'href="{address}"') for address in wanted]
    assert places == sorted(places)
    assert f"for {member.name}" in page


def test_the_week_nearby_stands_on_the_first_page(member_client: Client, member: Member) -> None:
    now = timezone.now()
    asked: list[Any] = []

    def tell(who: Member, first_day: date) -> list[Event]:
        asked.append((who, first_day))
        later = Event(now + timedelta(hours=2), "果树修剪", "柳树沟站点", "/x/")
        return [later, Event(now, "早场", "二号院")]

    assert week_near_me(member, timezone.localdate()) == []
    with hooks.register_temporarily("week_near_me", tell):
        page = member_client.get("/").content.decode()
    assert page.index("早场") < page.index("果树修剪") < page.index("柳树沟站点")
    assert asked == [(member, timezone.localdate())]


def test_details_stand_below_the_lines_of_a_menu(client: Client, district: Organization) -> None:
    lecture, other = builders.make_lecture("白菜"), builders.make_lecture("萝卜")
    menu = builders.make_menu("菜单", timezone.localdate().year, lecture, other)
    asked: list[set[int]] = []

    def tell(page_ids: Collection[int]) -> dict[int, list[str]]:
        asked.append(set(page_ids))
        return {other.pk: ["3 月 5 日在村里开讲"]}

    with hooks.register_temporarily("offer_details", tell):
        page = client.get(menu.url).content.decode()
    assert asked == [{lecture.pk, other.pk}]
    assert page.index("白菜") < page.index("萝卜") < page.index("3 月 5 日在村里开讲")


def test_apps_add_to_the_context_of_a_lecture(client: Client, district: Organization) -> None:
    lecture = builders.make_lecture()

    def add(page: Any, request: Any, context: dict[str, Any]) -> dict[str, Any]:
        return {"next_lesson": (page, "transcript" in context)}

    with hooks.register_temporarily("lecture_context", add):
        answer = client.get(lecture.url)
    assert answer.context["next_lesson"] == (lecture, True)


def test_kinds_of_notices_come_from_the_apps_and_have_one_code_each() -> None:
    kind = NoticeKind("film_failed", "A film could not be prepared", always=True)
    known = notice_kinds()
    with hooks.register_temporarily("notice_kinds", lambda: [kind]):
        assert notice_kinds() == known | {"film_failed": kind}
        with (
            hooks.register_temporarily("notice_kinds", lambda: [kind]),
            pytest.raises(ImproperlyConfigured),
        ):
            notice_kinds()
