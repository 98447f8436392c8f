"""An editor puts a film, a lecture and a menu on the site through the admin; members find and watch it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from site_config.demo.people import DEMO_PASSWORD, sign_ins
from tests.local_videos.films import shoot

from .conftest import RunningSite, sign_in, until

pytestmark = [pytest.mark.browser, pytest.mark.media, pytest.mark.xdist_group("browser")]

FILM_IS_READY = 90_000  # milliseconds; three seconds of film after whatever waits before it
TEXT_BLOCK = "文字"
PLAYS = "document.querySelector('[data-player] video').currentTime > 0.5"


@pytest.fixture
def editor(page: Page) -> Page:
    """A browser in which the editor is signed in."""
    sign_in(page, sign_ins()["editor"], DEMO_PASSWORD)
    return page


@pytest.fixture
def stranger(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """Another browser, on a phone, that nobody is signed in to."""
    context = browser.new_context(base_url=site.url, locale="zh-CN", viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def film_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of moving bars."""
    return shoot(tmp_path_factory.mktemp("shot") / "bars.mp4", seconds=3, size="640x360")


def upload(editor: Page, title: str, file: Path) -> None:
    """Send a film through the library's form."""
    editor.goto("/admin/films/new/")
    editor.fill("input[name=title]", title)
    editor.set_input_files("input[name=film]", file)
    editor.locator("main form button[type=submit]").last.click()


def begin_page(editor: Page, site: RunningSite, parent: str, kind: str, title: str) -> None:
    """Open the editor of a new page below the `parent` model's only page, and give it a title."""
    number = site.ask(f"{parent}.objects.get().pk")
    editor.goto(f"/admin/pages/add/{kind.replace('.', '/')}/{number}/")
    editor.fill("input[name=title]", title)


def choose(editor: Page, field: Locator, title: str) -> None:
    """Choose what is called `title` through the field's chooser."""
    dialogue = editor.locator(".modal")
    for _ in range(10):
        # The button stands there a moment before the script that listens to it.
        with suppress(TimeoutError):
            field.locator("button[data-chooser-action-choose]").first.click(timeout=5_000)
        with suppress(TimeoutError):
            dialogue.wait_for(timeout=5_000)
            break
    choices = dialogue.locator("a[data-chooser-modal-choice], a.choose-page", has_text=title)
    dialogue.locator("input[name=q]").fill(title)
    choices.click()
    expect(field.locator("[data-chooser-title]")).to_have_text(title)


def write_lecture(editor: Page, site: RunningSite, title: str, text: str, film: str) -> None:
    """Fill in a new lecture: title, one block of text, a film from the chooser."""
    begin_page(editor, site, "LectureIndex", "lectures.lecture", title)
    choose(editor, editor.locator("[data-contentpath=video]"), film)
    body = editor.locator("[data-contentpath=body]")
    body.locator("button.c-sf-add-button").first.click()
    editor.locator(".w-combobox__option", has_text=TEXT_BLOCK).first.click()
    body.locator(".public-DraftEditor-content").click()
    editor.keyboard.insert_text(text)
    # The rich text editor hands its text to the form a moment after the last key.
    expect(editor.locator("input[name=body-0-value]")).to_have_value(re.compile(text))
    # Whoever publishes while Wagtail saves the new page by itself for the first time would make it twice.
    expect(editor.locator(".w-autosave-indicator__state--saved")).to_be_visible()


def publish(editor: Page) -> None:
    """Choose "publish" from the footer's menu."""
    editor.locator("footer .w-dropdown__toggle, footer [data-w-dropdown-target=toggle]").first.click()
    editor.locator("footer button[name=action-publish]").click()
    expect(editor.locator(".messages .success")).to_be_visible(timeout=15_000)


def save_draft(editor: Page) -> None:
    """Press the footer's main button."""
    editor.locator("footer button.action-save").first.click()
    expect(editor.locator(".messages .success")).to_be_visible(timeout=15_000)


def found(page: Page, words: str) -> list[str]:
    """Return the titles that the public search finds. Where it finds none it shows what is new."""
    page.goto(f"/search/?q={words}")
    if page.locator("[data-empty]").count():
        return []
    return [title.strip() for title in page.locator(".search__results .list__title").all_inner_texts()]


def wait_until_found(page: Page, words: str, title: str) -> None:
    """Search until the index's worker has written the page down."""
    for _ in range(60):
        if title in found(page, words):
            return
        page.wait_for_timeout(500)
    pytest.fail(f"The search does not find {title} by {words}.")


def test_from_the_camera_to_the_member(
    editor: Page, stranger: Page, site: RunningSite, film_file: Path
) -> None:
    mark = uuid4().hex[:6]
    film, title = f"芋头地里 {mark}", f"芋头窖藏的四道关 {mark}"
    menu, draft = f"芋头菜单 {mark}", f"芋头窖藏草稿 {mark}"

    upload(editor, film, film_file)
    expect(editor.locator("[data-film-state]")).not_to_have_attribute(
        "data-state", "busy", timeout=FILM_IS_READY
    )
    expect(editor.locator(".film-state .w-status--primary")).to_be_visible()

    write_lecture(editor, site, title, "窖温十二度最好。", film)
    publish(editor)
    write_lecture(editor, site, draft, "还没有写完。", film)
    save_draft(editor)

    # Whoever searches finds what is published, and not a word of what is not.
    wait_until_found(stranger, f"窖藏 {mark}", title)
    assert found(stranger, f"草稿 {mark}") == found(stranger, mark)
    assert draft not in found(stranger, mark)
    stranger.goto("/lectures/")
    expect(stranger.get_by_role("link", name=title).first).to_be_visible()
    expect(stranger.get_by_text(draft)).to_have_count(0)
    slug = site.ask(f"Lecture.objects.get(title='{draft}').slug")
    answer = stranger.goto(f"/lectures/{slug}/")
    assert answer is not None
    assert answer.status == 404

    begin_page(editor, site, "MenuIndex", "courses.menu", menu)
    editor.locator("#id_items-ADD").click()
    choose(editor, editor.locator("#inline_child_items-0"), title)
    publish(editor)

    # A member on a phone: the menu, its line, the film.
    sign_in(stranger, sign_ins()["member"], DEMO_PASSWORD)
    stranger.goto("/menus/")
    stranger.get_by_role("link", name=menu).first.click()
    expect(stranger.locator(".dish__title")).to_have_text([title])
    stranger.locator(".dish__title").click()
    expect(stranger.locator("h1")).to_have_text(title)
    expect(stranger.locator(".lecture__text")).to_contain_text("窖温十二度最好。")
    stranger.locator("[data-player] button[data-do=play]:visible").first.click()
    until(stranger, PLAYS)


@pytest.mark.parametrize("content", [b"minutes of a meeting\n" * 99, b""], ids=["text", "empty"])
def test_a_file_that_is_no_film_is_refused_in_a_sentence(
    content: bytes, editor: Page, site: RunningSite, tmp_path: Path
) -> None:
    title = f"渠水 {uuid4().hex[:6]}"
    file = tmp_path / "village.mp4"
    file.write_bytes(content)
    upload(editor, title, file)
    fault = editor.locator(".film-upload .error-message")
    expect(fault).to_be_visible()
    assert re.search(r"[\u4e00-\u9fff].*。", fault.inner_text())
    expect(editor.locator("input[name=title]")).to_have_value(title)
    assert site.ask(f"LocalVideo.objects.filter(title='{title}').count()") == "0"
