"""A TV is paired by a phone, walked by a remote control, and the roll of the room ends in hours, once."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from site_config.demo.people import DEMO_PASSWORD, sign_ins

from .conftest import RunningSite, sign_in, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STATION = "上禾村远程教育站点"
HEARTBEAT = "**/heartbeat/"
MOST_STEPS = 60
# What portals and proxies on the way answer in the place of the site.
PORTAL_SAYS = [200, 403, 404, 408, 410, 413]

# Who of the branch has no hours yet for each lecture that the station can show.
WITHOUT_HOURS = """
import json
from hours.ledger import credited_lectures
from django.utils import timezone
from members.models import Member
from stations.programme import playable
people = Member.objects.filter(organization__code="shanghe").order_by("number")
year = timezone.localdate().year
had = {m.number: credited_lectures(m, year) for m in people}
print(json.dumps({str(l.translation_key): {"title": l.title, "hours": f"{l.hours.normalize():f}",
    "without": [m.name for m in people if l.lesson_key not in had[m.number]],
    "numbers": [m.number for m in people if l.lesson_key not in had[m.number]]}
    for l in playable() if l.hours}))
"""


@pytest.fixture
def tv(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A TV's browser, which nobody is signed in to."""
    yield from _page(
        browser.new_context(base_url=site.url, viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    )


@pytest.fixture
def phone(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """The operator's phone, signed in."""
    for page in _page(
        browser.new_context(
            base_url=site.url, viewport={"width": 360, "height": 740}, has_touch=True, locale="zh-CN"
        )
    ):
        sign_in(page, sign_ins()["operator"], DEMO_PASSWORD)
        yield page


def _page(context: BrowserContext) -> Iterator[Page]:
    yield context.new_page()
    context.close()


def pair(tv: Page, phone: Page) -> None:
    """Confirm on the phone what the TV shows."""
    tv.goto("/station/")
    code = tv.locator(".pairing__code").inner_text()
    assert re.fullmatch(r"\d{4}\s*\d{4}", code)
    phone.goto("/station/pair/")
    phone.get_by_label(re.compile("TV|电视")).fill(code)
    phone.locator("select[name=station]").select_option(label=STATION)
    phone.locator("form.pair button").tap()
    expect(phone.locator(".messages .notice--done")).to_contain_text(STATION)
    # The TV is told nothing by hand: it asks by itself.
    expect(tv.locator("h1")).to_have_text(STATION, timeout=20_000)


def walk_to(tv: Page, lecture: str) -> None:
    """Bring the focus to a lecture's tile by the arrow keys alone."""
    tiles = (
        "[...document.querySelectorAll('[data-row]')].map(row => [...row.querySelectorAll('[data-tile]')])"
    )
    for _ in range(MOST_STEPS):
        here, target = tv.evaluate(
            f"""wanted => {{
                const rows = {tiles};
                const place = test => {{
                    for (let row = 0; row < rows.length; row += 1) {{
                        const tile = rows[row].findIndex(test);
                        if (tile >= 0) return [row, tile];
                    }}
                    return null;
                }};
                return [place(one => one === document.activeElement), place(one => one.value === wanted)];
            }}""",
            lecture,
        )
        assert here is not None, "the TV's focus is lost"
        if here == target:
            return
        if here[0] != target[0]:
            tv.keyboard.press("ArrowDown" if here[0] < target[0] else "ArrowUp")
        else:
            tv.keyboard.press("ArrowRight" if here[1] < target[1] else "ArrowLeft")
    pytest.fail("The arrow keys do not lead to the lecture.")


def hours_of(browser: Browser, site: RunningSite, number: str, title: str) -> list[str]:
    """Return the hours of each line that a member's own statement has for a lesson."""
    context = browser.new_context(base_url=site.url, locale="zh-CN")
    page = context.new_page()
    sign_in(page, number, DEMO_PASSWORD)
    page.goto("/my-learning/")
    rows = page.locator("table.statement tbody tr", has=page.get_by_text(title, exact=True))
    found = [row.locator(".statement__hours").inner_text() for row in rows.all()]
    context.close()
    return found


def test_a_lesson_on_the_tv_gives_everybody_in_the_room_their_hours_once(
    tv: Page, phone: Page, browser: Browser, site: RunningSite
) -> None:
    wait_until(
        site,
        "Lecture.objects.filter(slug__in=['blood-pressure', 'cpr'], video__state='ready').count() == 2",
    )
    pair(tv, phone)

    offered = tv.eval_on_selector_all("button[data-tile]", "tiles => tiles.map(one => one.value)")
    lessons = json.loads(site.run(WITHOUT_HOURS))
    # Another test's lecture may be too short to earn any.
    key = max((one for one in offered if one in lessons), key=lambda one: len(lessons[one]["without"]))
    title, without = lessons[key]["title"], lessons[key]["without"]
    assert len(without) >= 2
    assert hours_of(browser, site, lessons[key]["numbers"][0], title) == []

    # Arrows and Enter alone; nobody touches a mouse in front of a TV.
    walk_to(tv, key)
    tv.keyboard.press("Enter")
    expect(tv).to_have_url(re.compile(r"/station/playing/\d+/"))
    portal: list[int] = []

    def answer_as_a_portal(route: Route) -> None:
        portal.append(PORTAL_SAYS[len(portal) % len(PORTAL_SAYS)])
        route.fulfill(status=portal[-1], content_type="text/html", body="<html>请先登录无线网络</html>")

    tv.route(HEARTBEAT, answer_as_a_portal)

    # One is ticked while the film runs, and waits for its end.
    phone.goto("/station/roll/")
    phone.get_by_role("link", name=title).first.tap()
    roll = phone.locator("[data-roll]")
    roll.get_by_label(re.compile(without[0])).check()
    roll.get_by_role("button").last.tap()
    expect(phone.locator(".messages .notice--done")).to_be_visible()

    # The line ends at a portal: the TV stays, keeps what it showed and claims nothing of its own.
    expect(tv.locator("[data-over]")).to_be_visible(timeout=60_000)
    while len(portal) < len(PORTAL_SAYS):
        tv.keyboard.press("Enter")
        tv.wait_for_timeout(300)
    expect(tv.locator("[data-outcome]:visible")).to_have_attribute("data-outcome", "reporting")
    assert "/station/playing/" in tv.url
    phone.reload()
    expect(phone.locator("#roll-state")).to_have_class(re.compile("notice--info"))
    tv.unroute(HEARTBEAT)
    tv.keyboard.press("Enter")
    expect(tv.locator("[data-outcome]:visible")).to_have_attribute("data-outcome", "complete", timeout=20_000)

    # All others are ticked after it.
    phone.reload()
    expect(phone.locator("#roll-state")).to_have_class(re.compile("notice--done"))
    for name in without[1:]:
        roll.get_by_label(re.compile(name)).check()
    roll.get_by_role("button").last.tap()
    credited = phone.locator("[data-outcome=credited]")
    expect(credited).to_have_count(len(without))
    outcomes = {
        str(row.get_attribute("data-roll-name")): row.locator(".roll__outcome .hours").inner_text()
        for row in phone.locator("[data-roll-name]", has=credited).all()
    }
    assert sorted(outcomes) == sorted(without)

    # Saving the roll once more changes nothing; who came early and who came late have the same, once.
    before = site.ask("CreditEntry.objects.count()")
    with phone.expect_navigation():
        roll.get_by_role("button").last.tap()
    expect(credited).to_have_count(len(without))
    assert site.ask("CreditEntry.objects.count()") == before
    for number in (lessons[key]["numbers"][0], lessons[key]["numbers"][-1]):
        assert hours_of(browser, site, number, title) == [lessons[key]["hours"]]

    # OK leads back to the programme.
    tv.keyboard.press("Enter")
    expect(tv.locator("h1")).to_have_text(STATION)


def test_a_wrong_number_is_refused_beside_its_field_and_the_tv_waits_on(tv: Page, phone: Page) -> None:
    tv.goto("/station/")
    code = re.sub(r"\D", "", tv.locator(".pairing__code").inner_text())
    wrong = code[:-1] + ("3" if code[-1] == "2" else "2")
    phone.goto("/station/pair/")
    phone.locator("input[name=code]").fill(wrong)
    phone.locator("form.pair button").tap()
    expect(phone.locator("#id_code_error")).to_be_visible()
    expect(phone.locator("input[name=code]")).to_have_value(wrong)
    tv.wait_for_timeout(4000)
    expect(tv.locator(".pairing__code")).to_be_visible()
