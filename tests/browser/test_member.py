"""A member chooses from the menu, watches, and gets the hours that are due: no more, no fewer."""

import json
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from lectures.watching.sessions import HEAD_START
from site_config.demo.people import DEMO_PASSWORD

from .conftest import RunningSite, sign_in, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HEARTBEAT_SECONDS = 20


@dataclass(frozen=True)
class Lesson:
    """A lecture that a demo member has neither begun nor been credited with."""

    member: str
    menu: str
    url: str
    title: str
    key: str
    hours: str
    seconds: float


FIND = """
import json, datetime
from django.utils import timezone
from courses.models import Menu
from lectures.models import Lecture, WatchProgress
from hours.models import CreditEntry
from members.models import Member
from courses.models import Enrolment
found = []
menu = Menu.objects.live().get(categories__slug="rural", year=timezone.localdate().year)
items = [i.page.specific for i in menu.items.exclude(section="required")]
offered = [p for p in items if isinstance(p, Lecture)]
for p in items:
    for s in getattr(p, "sections", Lecture.objects.none()).all():
        offered += [i.lecture for i in s.items.all()]
for number in {numbers}:
    m = Member.objects.get(number=number)
    done = set(CreditEntry.objects.filter(member=m).values_list("lecture_key", flat=True))
    done |= set(WatchProgress.objects.filter(member=m).values_list("lecture_key", flat=True))
    for l in offered:
        if l.lesson_key not in done:
            found.append(dict(member=number, menu=menu.url, url=l.url, title=l.title,
                key=str(l.lesson_key), hours=str(l.hours), seconds=l.film_seconds or 0))
print(json.dumps(found))
"""

RURAL = """
from members.models import Member
rural = Member.objects.filter(categories__slug="rural", roles=None)
print(",".join(rural.order_by("number").values_list("number", flat=True)))
"""


@pytest.fixture(scope="session")
def lessons(site: RunningSite) -> list[Lesson]:
    """One fresh lesson for each of five members, each with a film that is ready."""
    numbers = site.run(RURAL).split(",")[:8]
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        rows = json.loads(site.run(FIND.replace("{numbers}", repr(numbers))))
        ready: dict[str, Lesson] = {}
        for row in rows:
            if row["seconds"]:
                ready.setdefault(row["member"], Lesson(**row))
        if len(ready) >= 5:
            return list(ready.values())
        time.sleep(5)
    pytest.fail("No five members with a fresh lesson whose film is ready.")


def hours_of(page: Page) -> dict[str, str]:
    """Return title → hours of the statement in "my learning"."""
    page.goto("/my-learning/")
    rows = page.locator("table.statement tbody tr")
    return {
        row.locator(".statement__title").inner_text(): row.locator("td").last.inner_text()
        for row in rows.all()
    }


def progress_of(site: RunningSite, lesson: Lesson) -> float:
    """Return the distinct seconds that the server has accepted."""
    return float(
        site.ask(
            "sum(WatchProgress.objects.filter("
            f"member__number='{lesson.member}', lecture_key='{lesson.key}')"
            ".values_list('seconds_seen', flat=True))"
        )
    )


def start(page: Page, speed: str = "1") -> None:
    """Begin to play at `speed`, through the player's own controls."""
    page.locator("[data-player] select[data-speed]").select_option(speed)
    page.locator("[data-player] button[data-do=play]:visible").first.click()
    until(page, "document.querySelector('[data-player] video').currentTime > 0")


def test_a_lesson_from_the_menu_watched_to_its_end_earns_its_hours(page: Page, lessons: list[Lesson]) -> None:
    lesson = lessons[0]
    sign_in(page, lesson.member, DEMO_PASSWORD)
    assert lesson.title not in hours_of(page)

    page.goto("/")
    page.get_by_role("link", name="学习菜单").first.click()
    page.goto(lesson.menu)
    tick = page.locator(".dish button.tick-mark[aria-pressed=false]").first
    line = tick.evaluate("button => button.closest('.dish').id")
    dish = page.locator(f"#{line}")
    tick.click()
    expect(dish.locator("button.tick-mark")).to_have_attribute("aria-pressed", "true")

    page.goto(lesson.url)
    start(page)
    until(page, "document.querySelector('[data-player] video').ended", seconds=60)
    expect(page.locator(".watching__sentence")).to_have_attribute(
        "data-state", "credited", timeout=HEARTBEAT_SECONDS * 1000
    )
    assert hours_of(page)[lesson.title].startswith(lesson.hours.rstrip("0").rstrip("."))

    # Watching again earns nothing more.
    page.goto(lesson.url)
    expect(page.locator(".watching__sentence")).to_have_attribute("data-state", "credited")


def test_who_leaves_goes_on_at_the_same_place_on_another_device(
    browser: Browser, site: RunningSite, page: Page, lessons: list[Lesson]
) -> None:
    lesson = lessons[1]
    sign_in(page, lesson.member, DEMO_PASSWORD)
    page.goto(lesson.url)
    start(page)
    until(page, "document.querySelector('[data-player] video').currentTime > 2.5")
    left = float(page.evaluate("document.querySelector('[data-player] video').currentTime"))
    page.goto("/")
    phone = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}).new_page()
    sign_in(phone, lesson.member, DEMO_PASSWORD)
    phone.goto(lesson.url)
    start_at = float(phone.locator("[data-player]").get_attribute("data-start") or 0)
    assert start_at == pytest.approx(left, abs=1.4)
    assert progress_of(site, lesson) == pytest.approx(left, abs=1.4)
    phone.context.close()


def test_dragging_to_the_end_earns_nothing(site: RunningSite, page: Page, lessons: list[Lesson]) -> None:
    lesson = lessons[2]
    sign_in(page, lesson.member, DEMO_PASSWORD)
    page.goto(lesson.url)
    start(page)
    slider = page.locator("[data-player] input[type=range]")
    slider.focus()
    slider.press("End")
    until(page, "document.querySelector('[data-player] video').ended", seconds=30)
    page.wait_for_timeout(1500)
    expect(page.locator(".watching__sentence")).to_have_attribute("data-state", "in_progress")
    assert lesson.title not in hours_of(page)
    assert progress_of(site, lesson) < lesson.seconds * 0.6


def test_two_tabs_at_double_speed_get_no_more_than_the_clock_allows(
    site: RunningSite, page: Page, lessons: list[Lesson]
) -> None:
    lesson = lessons[3]
    # The demo's films are shorter than what a session may have on beginning; so is no lesson.
    site.run(f"LocalVideo.objects.filter(lectures__lesson_key='{lesson.key}').update(duration=600)")
    sign_in(page, lesson.member, DEMO_PASSWORD)
    began = time.monotonic()
    page.goto(lesson.url)
    other = page.context.new_page()
    other.goto(lesson.url)
    for tab in (page, other):
        tab.evaluate(
            """() => {
                var box = document.querySelector('[data-watching]');
                function ask(name, said) {
                    var request = new XMLHttpRequest();
                    request.open('POST', box.getAttribute(name), false);
                    request.setRequestHeader('Content-Type', 'application/json');
                    request.send(JSON.stringify(said));
                    return JSON.parse(request.responseText);
                }
                var token = ask('data-begin', {page: box.getAttribute('data-page')}).token;
                ask('data-address', {token: token, number: 1, intervals: [[0, 9999]], position: 5});
            }"""
        )
    claimed = progress_of(site, lesson)
    # A session begins a little before it is asked for, once.
    allowance = HEAD_START.total_seconds()
    assert 0 < claimed <= (time.monotonic() - began + allowance) * 2
    assert claimed < 600 * 0.95
    assert lesson.title not in hours_of(page)

    # Playing honestly in both at once: the first is told to stop.
    page.goto(lesson.url)
    start(page, "2")
    other.goto(lesson.url)
    start(other, "2")
    page.locator("[data-player] button[data-do=play]:visible").first.click()
    page.wait_for_timeout(1500)
    expect(page.locator("[data-watching] [data-notice]")).to_be_visible()
    assert progress_of(site, lesson) <= (time.monotonic() - began + allowance) * 2


PORTAL = "<html><body>请先登录无线网络</body></html>"


def test_what_a_portal_answers_loses_nothing_that_was_watched(
    site: RunningSite, page: Page, lessons: list[Lesson]
) -> None:
    """Only the site's own answer lets the device forget a report: not HTML, not a refusal on the way."""
    lesson, statuses = lessons[4], [200, 403, 404, 408, 410, 413]
    sign_in(page, lesson.member, DEMO_PASSWORD)
    asked: list[int] = []

    def portal(route: Route) -> None:
        asked.append(statuses[len(asked) % len(statuses)])
        route.fulfill(status=asked[-1], content_type="text/html", body=PORTAL)

    page.route("**/watch/heartbeat/", portal)
    page.goto(lesson.url)
    start(page)
    until(page, "document.querySelector('[data-player] video').currentTime > 2.5")
    for _ in statuses:
        # Each round hands everything in; the network coming back asks for one.
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(300)
    page.locator("[data-player] button[data-do=play]:visible").first.click()
    page.wait_for_timeout(500)
    assert set(asked) == set(statuses)
    expect(page.locator("[data-watching] [data-notice]")).to_be_visible()
    watched = float(page.evaluate("document.querySelector('[data-player] video').currentTime"))
    assert progress_of(site, lesson) == 0

    page.unroute("**/watch/heartbeat/")
    page.goto(lesson.url)
    kept = "Object.keys(localStorage).filter(name => name.indexOf('guben.heartbeat.') === 0).length"
    until(page, f"{kept} === 0")
    assert progress_of(site, lesson) == pytest.approx(watched, abs=1.4)
    page.reload()
    page.wait_for_timeout(1000)
    assert progress_of(site, lesson) == pytest.approx(watched, abs=1.4)
