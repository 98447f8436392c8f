"""The frame around every page: navigation, language, text size, faults."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults

from courses.models import MenuIndex
from members.models import Member, Organization
from tests.builders import make_member, make_menu, make_role


def ways_in(html: str) -> list[tuple[str, str | None]]:
    """Return address and `aria-current` of the entries of the main navigation."""
    nav = html[html.index('<nav class="site-nav"') : html.index("</nav>")]
    return re.findall(r'<a href="([^"]+)"(?: aria-current="(\w+)")?', nav)


def test_a_stranger_is_led_to_the_libraries_and_to_sign_in(client: Client, db: None) -> None:
    html = client.get("/").content.decode()
    assert ways_in(html) == [
        ("/", "page"),
        ("/menus/", ""),
        ("/courses/", ""),
        ("/exemplars/", ""),
        ("/sign-in/", ""),
    ]


def test_a_member_is_led_to_their_learning(member_client: Client) -> None:
    html = member_client.get("/my-learning/").content.decode()
    assert ways_in(html)[-1] == ("/my-learning/", "page")
    assert 'action="/sign-out/"' in html


def test_a_page_below_a_library_marks_the_library(client: Client, db: None) -> None:
    menu = make_menu("农村菜单", 2026)
    html = client.get(menu.url).content.decode()
    assert ("/menus/", "true") in ways_in(html)


def test_a_library_that_was_taken_down_is_not_offered(client: Client, db: None) -> None:
    MenuIndex.objects.get().unpublish()
    assert "/menus/" not in [url for url, _ in ways_in(client.get("/").content.decode())]


def test_the_page_says_its_language_and_the_reader_can_change_it(client: Client, db: None) -> None:
    assert '<html lang="zh-Hans"' in client.get("/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    html = client.get("/").content.decode()
    assert '<html lang="en"' in html
    assert "Go to the content" in html


def test_the_skip_link_comes_first_and_leads_to_the_content(client: Client, db: None) -> None:
    html = client.get("/").content.decode()
    body = html[html.index("<body") :]
    assert re.findall(r'<a [^>]*href="([^"]+)"', body)[0] == "#content"
    assert '<main id="content"' in body


def test_no_page_of_the_shell_needs_inline_script_or_style(client: Client, member_client: Client) -> None:
    for html in (client.get("/").content.decode(), member_client.get("/my-learning/").content.decode()):
        assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", html) == []


def test_larger_text_is_kept_in_a_cookie_and_works_without_script(client: Client, db: None) -> None:
    assert 'data-size="normal"' in client.get("/").content.decode()
    response = client.post("/text-size/", {"size": "large", "next": "/menus/"})
    assert (response.status_code, response["Location"]) == (302, "/menus/")
    assert 'data-size="large"' in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)", ""])
def test_the_text_size_form_leads_nowhere_else(client: Client, db: None, elsewhere: str) -> None:
    response = client.post("/text-size/", {"size": "large", "next": elsewhere})
    assert response["Location"] == "/"


def test_an_unknown_text_size_is_not_kept(client: Client, db: None) -> None:
    response = client.post("/text-size/", {"size": "</script>", "next": "/"})
    assert dict(response.cookies) == {}
    assert client.get("/text-size/").status_code == 405


def test_personal_pages_are_stored_nowhere(member_client: Client) -> None:
    for address in ("/", "/my-learning/", "/menus/"):
        assert member_client.get(address)["Cache-Control"] == "private, no-store"


def test_pages_for_strangers_may_be_kept(client: Client, member: Member) -> None:
    assert not client.get("/").has_header("Cache-Control")


def test_a_page_that_is_not_there_says_what_to_do(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "<h1>没有找到这一页</h1>" in response.content.decode()
    assert 'class="site-nav"' in response.content.decode()


def test_a_closed_page_says_so(rf: RequestFactory, db: None) -> None:
    response = defaults.permission_denied(rf.get("/"), Exception())
    assert response.status_code == 403
    assert "<h1>这一页没有对您开放</h1>" in response.content.decode()


def test_a_fault_of_ours_is_told_without_database_and_reader(rf: RequestFactory) -> None:
    # No `db` fixture: a query would fail this test.
    for answer in (defaults.server_error(rf.get("/")), defaults.bad_request(rf.get("/"), Exception())):
        html = answer.content.decode()
        assert re.findall(r'<link rel="stylesheet" href="[^"]*/(\w+)\.css', html) == [
            "tokens",
            "base",
            "components",
            "shell",
        ]
    assert "网站出了问题" in defaults.server_error(rf.get("/")).content.decode()


def test_a_form_from_an_old_page_is_refused_with_advice(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/text-size/", {"size": "large"})
    assert response.status_code == 403
    assert "<h1>这一页放得太久了</h1>" in response.content.decode()
    assert "guben_size" not in response.cookies


def test_a_page_with_a_password_asks_in_our_own_look(client: Client, db: None) -> None:
    menu = make_menu("内部菜单", 2026, summary="不给外人看的一句话")
    menu.view_restrictions.create(restriction_type="password", password="quhe")
    html = client.get(menu.url).content.decode()
    assert 'class="site-nav"' in html
    assert "不给外人看的一句话" not in html


def test_the_mark_of_a_member_type_is_shape_and_word() -> None:
    class Category:
        slug, name, icon = "rural", "农村党员", "leaf"

    html = render_to_string("site_config/category_chip.html", {"category": Category()})
    assert 'data-category="rural"' in html
    assert "#leaf" in html
    assert "农村党员" in html


def test_style_sheets_ask_no_other_host() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    for sheet in root.glob("*/static/**/*.css"):
        assert re.findall(r"@import|url\(\s*['\"]?(?:https?:)?//", sheet.read_text()) == [], sheet


def test_nul_in_an_address_is_passed_over(client: Client, district: Organization) -> None:
    head = make_member(district)
    make_role(head, district, "administrator")
    client.force_login(head, backend="members.accounts.backends.PhoneOrNumberBackend")
    for asked in (f"/hours/statistics/?unit={district.code}%00", "/hours/certificates/people/?q=%00"):
        assert client.get(asked).status_code == HTTPStatus.OK
