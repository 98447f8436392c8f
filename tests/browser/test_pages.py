"""Every page on a phone, a desk and a TV: it fits, can be read, is whole, and stays on its own host."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from site_config.demo.people import DEMO_PASSWORD, sign_ins
from stations.devices import COOKIE

from .conftest import RunningSite, sign_in, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE, DESK, TV = (360, 740), (1280, 900), (1920, 1080)
SMALLEST_TEXT = 18  # px, docs/look.md
SMALLEST_TEXT_ON_TV = 39.9  # 40 less what rounding takes
LECTURE = "/lectures/blood-pressure/"
MENU = f"/menus/{timezone.localdate().year}-rural/"

PUBLIC = {
    "home": "/",
    "menus": "/menus/",
    "menu": MENU,
    "courses": "/courses/",
    "course": "/courses/village-affairs/",
    "lectures": "/lectures/",
    "lecture": LECTURE,
    "exemplars": "/exemplars/",
    "exemplar": "/exemplars/canal-keeper/",
    "search": "/search/",
    "search with hits": "/search/?q=血压",
    "search without hits": "/search/?q=qwertzuiop",
    "sign-in": "/sign-in/",
    "not found": "/no-such-page/",
}
MEMBERS = {
    "home": "/",
    "menu": MENU,
    "course": "/courses/village-affairs/",
    "lecture": LECTURE,
    "exemplar": "/exemplars/canal-keeper/",
    "my learning": "/my-learning/",
    "change password": "/change-password/",
}
KEEPERS = {"pair": "/station/pair/", "rolls": "/station/roll/", "roll": "/station/roll/{screening}/"}

CASES = [
    *((None, name, address, size) for name, address in PUBLIC.items() for size in (PHONE, DESK)),
    *(("member", name, address, size) for name, address in MEMBERS.items() for size in (PHONE, DESK)),
    *(("administrator", name, address, size) for name, address in KEEPERS.items() for size in (PHONE, DESK)),
]

# A screen that the administrator paired, and a film begun on it.
SEED = """
import json
from django.utils import timezone
from lectures.models import Lecture
from members.models import Member
from stations import pairing, screenings
from stations.models import Station
now = timezone.now()
station = Station.objects.get(code="yuanshan")
invitation = pairing.issue_code(now)
pairing.pair(Member.objects.get(number="{number}"), invitation.device.pairing_code, station, now)
screening = screenings.start_screening(station, Lecture.objects.get(slug="blood-pressure"), now)
print(json.dumps({{"token": invitation.token, "screening": screening.pk}}))
"""

SMALL_TEXT = """smallest => {
    const small = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const holder = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !holder.checkVisibility({visibilityProperty: true})) continue;
        if (holder.closest('script, style, noscript, .visually-hidden, .skip-link')) continue;
        const size = parseFloat(getComputedStyle(holder).fontSize);
        if (size < smallest) small.add(`${size}px: ${walker.currentNode.data.trim().slice(0, 30)}`);
    }
    for (const field of document.querySelectorAll('input, select, textarea, button')) {
        const size = parseFloat(getComputedStyle(field).fontSize);
        if (!field.checkVisibility() || size >= smallest) continue;
        small.add(`${size}px: <${field.tagName} ${field.name}>`);
    }
    return [...small];
}"""

WIDER_THAN_THE_PAGE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
        .filter(one => one.getBoundingClientRect().right > width + 1)
        .map(one => `${one.tagName}.${one.className}`).slice(0, 8);
}"""

LATE_CONTROLS = 8

FOCUSABLE = """() => {
    window.waiting = new Set([...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, video[controls], [tabindex]')].filter(one =>
        one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0
        && one.type !== 'hidden' && one.getClientRects().length));
    return window.waiting.size;
}"""

FOCUSED = """() => {
    const one = document.activeElement;
    window.waiting.delete(one);
    if (one === document.body) return null;
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const box = one.getBoundingClientRect();
    return {
        name: `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)}`,
        marked: outlined || style.boxShadow !== 'none',
        onScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    };
}"""


@dataclass(frozen=True)
class Visits:
    """Opens pages as one of the demo's people, or as a stranger, on a screen of some size."""

    open: Callable[..., "Watched"]
    screening: int
    token: str


class Watched:
    """What a page says and asks for while it is open."""

    def __init__(self, page: Page, host: str) -> None:
        self.page, self.host = page, host
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda fault: self.errors.append(str(fault)))
        page.on("request", self._asked)

    def forget(self) -> None:
        """Leave the page and what it said: a film that goes on would take the machine's time."""
        self.page.goto("about:blank")
        self.errors.clear()
        self.foreign.clear()

    def _heard(self, message: Any) -> None:
        # The answer 404 to the page itself is what that page is about.
        address = message.location.get("url")
        if message.type == "error" and address != self.page.url:
            self.errors.append(f"{message.text} ({address})")

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.foreign.append(request.url)


@pytest.fixture(scope="module")
def visits(site: RunningSite, browser: Browser) -> Iterator[Visits]:
    """Pages that are ready to be looked at: films are prepared, people are signed in."""
    wait_until(
        site,
        "Lecture.objects.filter(slug='blood-pressure', video__current_job__isnull=False).count()"
        " + Exemplar.objects.filter(slug='canal-keeper', video__current_job__isnull=False).count() == 2",
    )
    seeded = json.loads(site.run(SEED.format(number=sign_ins()["administrator"])))
    signed_in: dict[str | None, Any] = {None: None}
    for who in ("member", "administrator"):
        context = browser.new_context(base_url=site.url)
        sign_in(context.new_page(), sign_ins()[who], DEMO_PASSWORD)
        signed_in[who] = context.storage_state()
        context.close()
    # One page for each kind of visitor: windows take long to open, and so do pages with unknown styles.
    pages: dict[tuple[Any, ...], Watched] = {}
    contexts: list[BrowserContext] = []
    opened: list[Watched] = []

    def open_page(who: str | None, size: tuple[int, int], cookie: str = "") -> Watched:
        for watched in opened:
            watched.forget()
        visitor = (who, size, cookie)
        if visitor not in pages:
            context = browser.new_context(
                base_url=site.url,
                locale="zh-CN",
                viewport={"width": size[0], "height": size[1]},
                storage_state=signed_in[who],
            )
            if cookie:
                context.add_cookies([{"name": COOKIE, "value": cookie, "url": site.url}])
            contexts.append(context)
            pages[visitor] = Watched(context.new_page(), urlsplit(site.url).netloc)
        opened[:] = [pages[visitor]]
        return pages[visitor]

    yield Visits(open_page, seeded["screening"], seeded["token"])
    for context in contexts:
        context.close()


def look_at(watched: Watched, smallest: float = SMALLEST_TEXT) -> None:
    """Hold the open page to everything that is asked of every page."""
    page = watched.page
    page.wait_for_load_state("load")
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []
    assert page.evaluate(SMALL_TEXT, smallest) == []
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    grave = [
        f"{one['id']}: {[node['target'] for node in one['nodes'][:4]]}"
        for one in found.response["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    assert grave == []
    assert watched.errors == []
    assert watched.foreign == []


@pytest.mark.parametrize(
    ("who", "address", "size"),
    [
        pytest.param(who, at, size, id=f"{who or 'stranger'}-{name}-{size[0]}")
        for who, name, at, size in CASES
    ],
)
def test_a_page_fits_and_is_readable_and_whole(
    who: str | None, address: str, size: tuple[int, int], visits: Visits
) -> None:
    watched = visits.open(who, size)
    watched.page.goto(address.format(screening=visits.screening))
    assert urlsplit(watched.page.url).path == urlsplit(address.format(screening=visits.screening)).path
    look_at(watched)


@pytest.mark.parametrize("paired", [False, True], ids=["pairing", "programme"])
def test_the_tv_fits_and_is_readable_and_whole(paired: bool, visits: Visits) -> None:
    watched = visits.open(None, TV, visits.token if paired else "")
    watched.page.goto("/station/")
    assert watched.page.locator("[data-tile]").count() > 0 if paired else True
    look_at(watched, SMALLEST_TEXT_ON_TV)


@pytest.mark.parametrize(
    ("who", "address"),
    [(None, "/"), ("member", "/"), ("member", MENU), ("member", LECTURE)],
    ids=["home of a stranger", "home", "menu", "lecture"],
)
def test_everything_is_reached_by_tab_and_shows_its_focus(
    who: str | None, address: str, visits: Visits
) -> None:
    page = visits.open(who, DESK).page
    page.goto(address)
    page.wait_for_load_state("load")
    count = page.evaluate(FOCUSABLE)
    unmarked = []
    # Some controls of the player come up only while the film's list is being read.
    for _ in range(count + LATE_CONTROLS):
        if page.evaluate("window.waiting.size") == 0:
            break
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused and not (focused["marked"] and focused["onScreen"]):
            unmarked.append(focused["name"])
    assert page.evaluate("[...window.waiting].map(one => one.outerHTML.slice(0, 120))") == []
    assert unmarked == []
