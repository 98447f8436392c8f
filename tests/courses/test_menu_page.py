"""The menu's page: what stands on it for whom, the tick over HTTP, and the sheet of paper."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import uri_to_iri
from django.utils.http import urlencode
from wagtail.models import PageViewRestriction

from courses.models import Enrolment, Menu, MenuIndex, MenuItem
from foundation.calendar import this_year
from hours.ledger import credit
from members.models import Member
from tests.builders import make_course, make_exemplar, make_lecture, make_member, make_menu

pytestmark = pytest.mark.slow

YEAR = this_year()


@pytest.fixture
def menu(db: None) -> Menu:
    """This year's menu: a lecture, a course of two lectures and an exemplar."""
    course = make_course(
        "水稻课程", make_lecture("育秧", credit_minutes=45), make_lecture("插秧", credit_minutes=30)
    )
    lecture = make_lecture("白菜怎么种", credit_minutes=90, summary="学会防治软腐病")
    return make_menu("农村党员菜单", YEAR, lecture, course, make_exemplar("守渠人"), choose_at_least=2)


def page_of(client: Client, menu: Menu) -> str:
    """Return the menu's page as the client sees it."""
    response = client.get(menu.url)
    assert response.status_code == 200
    return response.content.decode()


def address(menu: Menu, item: MenuItem | None = None) -> str:
    """Return where the choice of the item (the first one) is posted."""
    return reverse("courses:choose", args=[menu.pk, (item or menu.items.first()).pk])


def way_in(menu: Menu) -> str:
    """Return the address that lets a stranger sign in and come back to the menu."""
    return f"{reverse('members:sign_in')}?{urlencode({'next': menu.url}).replace('%2F', '/')}"


def ticks(html: str) -> list[str]:
    """Return the state of each tick button, in order."""
    return re.findall(r'aria-pressed="(true|false)"', html)


def queries(client: Client, url: str) -> int:
    """Return how many queries the page takes."""
    client.get(url)  # what is loaded once a process does not count
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# --- What stands on the page -------------------------------------------------------------------------


def test_a_stranger_reads_the_menu_and_is_asked_to_sign_in(client: Client, menu: Menu) -> None:
    html = page_of(client, menu)

    assert re.findall(r'class="dish__title" href="[^"]+">([^<]+)<', html) == [
        "白菜怎么种",
        "水稻课程",
        "守渠人",
    ]
    assert re.findall(r'<span class="hours">([\d.]+)', html) == ["2", "1.5"]
    assert "学会防治软腐病" in html
    assert ticks(html) == []
    assert html.count(way_in(menu)) == 1


def test_drafts_withdrawn_and_restricted_offers_never_show(member_client: Client, menu: Menu) -> None:
    hidden = [
        make_lecture("秘密草稿讲", live=False, summary="秘密草稿讲的话"),
        make_course("秘密草稿课", make_lecture("公开讲"), live=False),
        make_exemplar("秘密草稿人", live=False),
        make_lecture("秘密内部讲"),
    ]
    PageViewRestriction.objects.create(page=hidden[-1], restriction_type=PageViewRestriction.LOGIN)
    for place, page in enumerate(hidden, start=10):
        MenuItem.objects.create(menu=menu, page=page, sort_order=place, note="秘密的话")
    withdrawn = menu.items.first().page
    withdrawn.unpublish()

    html = page_of(member_client, menu)

    assert re.findall(r'class="dish__title" href="[^"]+">([^<]+)<', html) == ["水稻课程", "守渠人"]
    assert "秘密" not in html


def test_a_hidden_lecture_adds_no_hours_to_its_course(client: Client, branch: object) -> None:
    course = make_course(
        "课", make_lecture("公开", credit_minutes=45), make_lecture("草稿", credit_minutes=45, live=False)
    )

    assert '<span class="hours">1 ' in page_of(client, make_menu("菜单", YEAR, course))


def test_credited_items_are_marked_with_word_and_shape(
    member_client: Client, member: Member, menu: Menu
) -> None:
    for lecture in (menu.items.all()[0].page.specific, make_lecture("别的讲")):
        credit(
            member,
            lecture_key=lecture.lesson_key,
            title=lecture.title,
            minutes=45,
            delivery_kind="online",
            earned_on=timezone.localdate(),
            basis={},
        )

    html = page_of(member_client, menu)

    assert html.count("dish--credited") == 1
    assert html.count("#badge-check") == 1


def test_the_page_takes_the_same_queries_for_any_number_of_items(
    member_client: Client, member: Member
) -> None:
    def laid(count: int) -> Menu:
        offers = [
            offer
            for n in range(count)
            for offer in (
                make_lecture(f"讲{n}", credit_minutes=45),
                make_course(f"课{n}", *(make_lecture(f"{n}之{m}", credit_minutes=45) for m in range(count))),
                make_exemplar(f"人{n}"),
            )
        ]
        return make_menu(f"菜单{count}", YEAR, *offers, categories=("rural",))

    one, four = laid(1), laid(4)

    assert queries(member_client, one.url) == queries(member_client, four.url)


def test_scripts_and_styles_are_files(member_client: Client, menu: Menu) -> None:
    html = page_of(member_client, menu)

    assert "style=" not in html
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []
    assert re.findall(r'href="([^"]*menu_print\.css)" media="print"', html) == [
        "/static/courses/menu_print.css"
    ]


def test_the_qr_code_holds_the_address_by_which_the_reader_came(client: Client, menu: Menu) -> None:
    client.defaults["SERVER_NAME"] = "127.0.0.1"
    html = page_of(client, menu)

    assert len(re.findall(r'class="share__code"[^>]*>\s*<svg [^>]*viewBox', html)) == 1
    assert re.findall(r'id="share-address">([^<]+)<', html) == [uri_to_iri(f"http://127.0.0.1{menu.url}")]


# --- The tick ----------------------------------------------------------------------------------------


def test_a_tick_chooses_and_a_second_takes_it_back(member_client: Client, member: Member, menu: Menu) -> None:
    item = menu.items.first()

    chosen = member_client.post(address(menu), {"take": "1"})
    assert (chosen.status_code, chosen["Location"]) == (302, f"{menu.url}#item-{item.pk}")
    member_client.post(address(menu), {"take": "1"})
    assert Enrolment.objects.filter(member=member).count() == 1
    assert ticks(page_of(member_client, menu)) == ["true", "false", "false"]

    member_client.post(address(menu), {"take_back": "1"})
    assert ticks(page_of(member_client, menu)) == ["false", "false", "false"]


def test_htmx_gets_the_line_and_the_bar(member_client: Client, menu: Menu) -> None:
    response = member_client.post(address(menu), {"take": "1"}, headers={"HX-Request": "true"})
    html = response.content.decode()

    assert response.status_code == 200
    assert re.findall(r'<li class="dish" id="item-(\d+)"', html) == [str(menu.items.first().pk)]
    assert ticks(html) == ["true"]
    assert html.count('hx-swap-oob="innerHTML:#menu-bar"') == 1
    assert "<html" not in html


def test_a_stranger_who_posts_is_sent_to_sign_in_and_back_to_the_menu(client: Client, menu: Menu) -> None:
    plain = client.post(address(menu), {"take": "1"})
    swapped = client.post(address(menu), {"take": "1"}, headers={"HX-Request": "true"})

    assert (plain.status_code, plain["Location"]) == (302, way_in(menu))
    assert swapped["HX-Redirect"] == way_in(menu)
    assert Enrolment.objects.count() == 0


def test_opening_the_address_by_hand_changes_nothing(member_client: Client, menu: Menu) -> None:
    response = member_client.get(address(menu), {"take": "1"})

    assert (response.status_code, response["Location"]) == (302, menu.url)
    assert Enrolment.objects.count() == 0


def test_when_the_window_is_shut_ticks_are_disabled_and_posts_refused(
    member_client: Client, menu: Menu
) -> None:
    menu.closes_at = timezone.now() - timedelta(minutes=1)
    menu.save()

    html = page_of(member_client, menu)
    assert html.count('disabled aria-describedby="window"') == len(ticks(html)) == 3
    assert html.count('id="window"') == 1

    response = member_client.post(address(menu), {"take": "1"}, follow=True)
    assert len(response.context["messages"]) == 1
    swapped = member_client.post(address(menu), {"take": "1"}, headers={"HX-Request": "true"})
    assert swapped.content.decode().count('role="alert"') == 1
    assert Enrolment.objects.count() == 0


def test_a_stranger_is_not_asked_to_sign_in_for_a_menu_that_is_shut(client: Client, menu: Menu) -> None:
    menu.closes_at = timezone.now() - timedelta(minutes=1)
    menu.save()

    html = page_of(client, menu)

    assert html.count('id="window"') == 1
    assert html.count(way_in(menu)) == 0


def test_an_item_that_left_the_menu_is_refused_with_a_sentence(member_client: Client, menu: Menu) -> None:
    item = menu.items.first()
    where = address(menu, item)
    item.delete()

    response = member_client.post(where, {"take": "1"}, follow=True)

    assert (response.status_code, len(response.context["messages"])) == (200, 1)
    assert Enrolment.objects.count() == 0


def test_a_hidden_menu_answers_nobody(member_client: Client, menu: Menu) -> None:
    menu.unpublish()

    assert member_client.post(address(menu), {"take": "1"}).status_code == 404
    assert Enrolment.objects.count() == 0


def test_the_way_back_leads_to_no_other_site(member_client: Client, menu: Menu) -> None:
    stays = member_client.post(address(menu), {"take": "1", "back": "/courses/"})
    strays = member_client.post(address(menu), {"take": "1", "back": "https://elsewhere.example/"})

    assert stays["Location"] == "/courses/"
    assert strays["Location"] == f"{menu.url}#item-{menu.items.first().pk}"


# --- The list of menus ---------------------------------------------------------------------------


def listed_titles(client: Client) -> list[str]:
    """Return the titles in the list of menus, in order."""
    html = client.get(MenuIndex.objects.get().url).content.decode()
    return re.findall(r'<h3 class="card__title">([^<]+)</h3>', html)


def test_the_list_shows_mine_first_and_older_years_below(client: Client, member: Member) -> None:
    make_menu("前年的", YEAR - 2, categories=("rural",))
    make_menu("机关", YEAR, categories=("government",))
    make_menu("农村", YEAR, categories=("rural",))
    make_menu("草稿", YEAR, categories=("rural",), live=False)
    make_menu("去年的", YEAR - 1)

    assert sorted(listed_titles(client)[:2]) == sorted(["机关", "农村"])
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    assert listed_titles(client) == ["农村", "机关", "去年的", "前年的"]


def test_the_list_takes_the_same_queries_for_any_number_of_menus(
    member_client: Client, member: Member
) -> None:
    url = MenuIndex.objects.get().url
    make_menu("一", YEAR, categories=("rural", "new"))
    few = queries(member_client, url)
    for n in range(4):
        make_menu(f"菜单{n}", YEAR - n, make_lecture(f"讲{n}"), categories=("rural", "new", "floating"))

    assert queries(member_client, url) == few


def test_choices_of_others_leave_my_page_untouched(client: Client, member: Member, menu: Menu) -> None:
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    client.post(address(menu), {"take": "1"})

    other = Client()
    other.force_login(
        make_member(member.organization), backend="members.accounts.backends.PhoneOrNumberBackend"
    )
    assert ticks(page_of(other, menu)) == ["false", "false", "false"]
