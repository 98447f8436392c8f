"""Searching as a reader does, in a real browser: pinyin, the list below the box, a line of a film."""

import re

import pytest
from playwright.sync_api import Page, expect

from site_config.demo.people import DEMO_PASSWORD, sign_ins

from .conftest import INDEXED, RunningSite, sign_in, until, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(autouse=True, scope="module")
def index_is_whole(site: RunningSite) -> None:
    """Ask nothing before the demo's pages have been indexed."""
    wait_until(site, INDEXED)


def test_initials_of_pinyin_find_a_lecture(page: Page, site: RunningSite) -> None:
    """Results change while one types; arrow keys walk the list, Esc closes it, Enter goes there."""
    page.goto("/search/")
    box = page.get_by_role("combobox")
    box.press_sequentially("gxy", delay=30)
    results = page.locator(".search__results .list__title")
    expect(results.first).to_contain_text("高血压")
    expect(page).to_have_url(re.compile(r"/search/\?q=gxy$"))
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Escape")
    expect(options.first).to_be_hidden()
    assert box.input_value() == "gxy"
    box.press("y")
    box.press("Backspace")
    expect(options.last).to_be_visible()
    box.press("ArrowUp")
    box.press("Enter")
    page.wait_for_url("**/lectures/blood-pressure/")


def test_a_line_of_a_film_plays_from_its_second(page: Page, site: RunningSite) -> None:
    """What is said in a film is found; the hit names its minute and opens the player there."""
    cues = "CaptionCue.objects.filter(caption__video__lectures__slug='blood-pressure', start__gte=2)"
    told = site.ask(f"'%d|%s' % {cues}.order_by('start').values_list('start', 'text')[0]")
    start, _, line = told.partition("|")
    sign_in(page, sign_ins()["member"], DEMO_PASSWORD)
    page.goto(f"/search/?q={line}")
    hit = page.locator(".search__results li", has=page.locator("a[href*='/blood-pressure/?t=']"))
    expect(hit.locator("mark").first).to_be_visible()
    hit.locator(".search__moment").click()
    page.wait_for_url(f"**/lectures/blood-pressure/?t={start}")
    page.locator("[data-player] button[data-do=play]:visible").first.click()
    until(page, "document.querySelector('[data-player] video').currentTime > 0")
    assert page.evaluate("document.querySelector('[data-player] video').currentTime") >= int(start)
