"""Films come in over lines that break, and play by keyboard: the editor's desk and the viewer's."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, TimeoutError, expect

from local_videos.upload import content_hash
from site_config.demo.people import DEMO_PASSWORD, sign_ins
from tests.local_videos.films import shoot

from .conftest import RunningSite, sign_in, until, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.media, pytest.mark.xdist_group("browser")]

FILM_SECONDS = 15
PIECE_BYTES = 64 * 1024
BYTES_A_SECOND = 400 * 1024
PADDING_BYTES = 3 * 1024**2
TIME = "document.querySelector('[data-player] video').currentTime"
PLAYING = "!document.querySelector('[data-player] video').paused"
SHOWN = """
Array.from(document.querySelector('[data-player] video').textTracks)
    .filter(function (track) { return track.mode === 'showing'; })
    .map(function (track) { return track.language; }).join()
"""

LESSON = """
from django.core.files import File
from lectures.models import Lecture, LectureIndex
from local_videos.playback import captions, chapters
from local_videos.playback.caption_files import parse
from local_videos.upload import intake
film = intake.take_in(file=File(open({path!r}, "rb"), name="bars.mp4"), title={title!r}, uploaded_by=None)
lines = "".join(f"00:{{s:02}}.000 --> 00:{{s:02}}.900\\n{{s}}\\n\\n" for s in range({seconds}))
captions.replace_captions(film, "zh-Hans", parse(lines.encode()))
captions.replace_captions(film, "en", parse(lines.encode()))
chapters.replace_chapters(film, [(0.0, "开头"), (5.0, "<b>怎样播种</b>")])
lecture = LectureIndex.objects.get().add_child(instance=Lecture(title={title!r}, video=film))
print(film.pk, lecture.url)
"""


def film_file(folder: Path) -> Path:
    """A film of a second that nobody uploaded yet, large enough to be interrupted."""
    path = shoot(folder / f"{uuid4().hex}.mp4", seconds=1)
    box = PADDING_BYTES.to_bytes(4, "big") + b"free" + uuid4().bytes
    with path.open("ab") as file:
        file.write(box.ljust(PADDING_BYTES, b"\0"))
    return path


@pytest.fixture
def desk(context: BrowserContext, page: Page) -> Page:
    """A browser in which the editor is signed in."""
    sign_in(page, sign_ins()["editor"], DEMO_PASSWORD)
    return page


class Line:
    """The line between the editor's browser and the site, slow from the beginning."""

    def __init__(self, desk: Page) -> None:
        self._session = desk.context.new_cdp_session(desk)
        self._session.send("Network.enable")
        self.cut(cut=False)

    def cut(self, *, cut: bool) -> None:
        """Cut the line, or mend it."""
        conditions = {"latency": 10, "downloadThroughput": -1, "uploadThroughput": BYTES_A_SECOND}
        self._session.send("Network.emulateNetworkConditions", {"offline": cut, **conditions})


def begin(desk: Page, file: Path, title: str) -> tuple[Locator, Line]:
    """Start an upload in small pieces over a slow line; return its row and the line."""
    desk.goto("/admin/films/new/")
    line = Line(desk)
    desk.evaluate(
        "size => document.querySelector('[data-film-uploads]').setAttribute('data-chunk', size)", PIECE_BYTES
    )
    desk.set_input_files("input[name=film]", file)
    desk.fill("input[name=title]", title)
    desk.locator("footer button[type=submit]").click()
    return desk.locator(f'[data-upload-row][data-name="{file.name}"]'), line


def wait_for_percent(row: Locator, least: int) -> None:
    """Wait until so much has arrived; nothing may be whole yet."""
    for _ in range(300):
        percent = int(row.locator("progress").get_attribute("value") or 0)
        if percent >= least:
            assert percent < 90
            return
        row.page.wait_for_timeout(50)
    pytest.fail(f"Less than {least} % arrived.")


def asked_for(page: Page) -> list[tuple[str, str]]:
    """Collect method and offset of what the page sends from now on."""
    sent: list[tuple[str, str]] = []
    page.on(
        "request",
        lambda request: (
            sent.append((request.method, request.headers.get("upload-offset", "")))
            if "/films/uploads/" in request.url
            else None
        ),
    )
    return sent


def test_an_upload_goes_on_after_its_page_was_closed(
    desk: Page, context: BrowserContext, site: RunningSite, tmp_path: Path
) -> None:
    file, title = film_file(tmp_path), f"修渠 {uuid4().hex[:6]}"
    wait_for_percent(begin(desk, file, title)[0], 20)
    desk.close()
    begun = f"Upload.objects.get(name='{file.name}')"
    arrived = int(site.ask(f"{begun}.offset"))
    assert 0 < arrived < file.stat().st_size

    again = context.new_page()
    again.goto("/admin/films/new/")
    row = again.locator(f'[data-upload-row][data-name="{file.name}"]')
    expect(row).to_have_attribute("data-state", "arriving")
    sent = asked_for(again)
    again.set_input_files("input[name=film]", file)
    again.locator("footer button[type=submit]").click()
    expect(again.locator("[data-film-state]")).to_be_visible(timeout=60_000)
    # It asked how much had arrived, sent the rest from there on, and opened no second upload.
    pieces = [int(offset) for method, offset in sent if method == "PATCH"]
    assert [method for method, _offset in sent if method == "POST"] == []
    assert min(pieces) >= arrived
    number = re.search(r"/edit/(\d+)/", again.url)
    assert number is not None
    film = f"LocalVideo.objects.get(pk={number[1]})"
    assert site.ask(f"({film}.content_hash, {film}.title, {film}.original_name)") == str(
        (content_hash.of(file), title, file.name)
    )
    wait_until(site, f"{film}.state == 'ready'")

    # The same film once more: it is recognised, and nothing is kept twice.
    row, _line = begin(again, file, "又一次")
    expect(row).to_have_attribute("data-state", "known", timeout=60_000)
    expect(row.locator("[data-part=film] a")).to_have_text(title)
    row.locator("[data-act=use]").click()
    again.wait_for_url(f"**/edit/{number[1]}/")
    assert site.ask(f"LocalVideo.objects.filter(original_name='{file.name}').count()") == "1"


def test_an_upload_pauses_and_outlives_a_broken_line(desk: Page, site: RunningSite, tmp_path: Path) -> None:
    file, title = film_file(tmp_path), f"断线 {uuid4().hex[:6]}"
    row, line = begin(desk, file, title)
    wait_for_percent(row, 10)
    expect(row.locator("[data-part=words]")).to_contain_text("每秒")
    row.locator("[data-act=pause]").click()
    expect(row).to_have_attribute("data-state", "paused")
    expect(row.locator("[data-act=pause]")).to_be_hidden()
    row.locator("[data-act=continue]").click()
    wait_for_percent(row, 30)
    line.cut(cut=True)
    expect(row).to_have_attribute("data-state", "line", timeout=20_000)
    # The network comes back, at first to a portal: nothing that it says ends the upload.
    answers = [404, 410, 413, 200]

    def answer_as_a_portal(route: Route) -> None:
        if not answers:
            route.continue_()
            return
        route.fulfill(status=answers.pop(), content_type="text/html", body="<html>请先登录无线网络</html>")

    desk.route("**/films/uploads/**", answer_as_a_portal)
    line.cut(cut=False)
    while answers:
        expect(row).to_have_attribute("data-state", "line", timeout=20_000)
        row.locator("[data-act=continue]").click()
        expect(row).to_have_attribute("data-state", re.compile("running|line"))
    expect(desk.locator("[data-film-state]")).to_be_visible(timeout=60_000)
    assert site.ask(f"LocalVideo.objects.get(title='{title}').content_hash") == content_hash.of(file)


def test_what_cannot_be_taken_is_said_in_the_row(desk: Page, site: RunningSite, tmp_path: Path) -> None:
    bad, empty = tmp_path / f"{uuid4().hex}.mp4", tmp_path / f"{uuid4().hex}.mp4"
    bad.write_bytes(b"minutes of a meeting\n" * 99)
    empty.touch()
    desk.goto("/admin/films/new/")
    desk.set_input_files("input[name=film]", [bad, empty])
    desk.locator("footer button[type=submit]").click()
    for file in (bad, empty):
        row = desk.locator(f'[data-upload-row][data-name="{file.name}"]')
        expect(row).to_have_attribute("data-state", "refused", timeout=20_000)
        expect(row.locator("[data-part=words]")).to_have_text(re.compile(r"[\u4e00-\u9fff].*。"))
        row.locator("[data-act=discard]").click()
        expect(row).to_have_count(0)
    # A file beyond the limit is not even chosen.
    desk.evaluate("document.querySelector('[data-film-limit]').setAttribute('data-film-limit', 100)")
    desk.set_input_files("input[name=film]", bad)
    assert desk.locator("input[name=film]").evaluate("input => input.files.length") == 0
    assert site.ask(f"LocalVideo.objects.filter(original_name='{bad.name}').count()") == "0"


def test_a_film_is_uploaded_in_the_chooser_of_a_page(desk: Page, site: RunningSite, tmp_path: Path) -> None:
    file, title = film_file(tmp_path), f"现拍 {uuid4().hex[:6]}"
    desk.goto(f"/admin/pages/add/lectures/lecture/{site.ask('LectureIndex.objects.get().pk')}/")
    desk.fill("input[name=title]", "还没有存的课")
    field, dialogue = desk.locator("[data-contentpath=video]"), desk.locator(".modal")
    open_chooser(field, dialogue)
    dialogue.locator("[role=tab]").last.click()
    dialogue.locator("input[name$=film]").set_input_files(file)
    dialogue.locator("input[name$=title]").fill(title)
    dialogue.locator("form button[type=submit]:visible").last.click()
    # The dialogue closes with the new film chosen, and nothing that was typed in the page is lost.
    expect(field.locator("[data-chooser-title]")).to_have_text(title, timeout=60_000)
    expect(dialogue).to_have_count(0)
    expect(desk.locator("input[name=title]")).to_have_value("还没有存的课")
    film = f"LocalVideo.objects.get(title='{title}')"
    assert site.ask(f"({film}.content_hash, {film}.size)") == str(
        (content_hash.of(file), file.stat().st_size)
    )


def open_chooser(field: Locator, dialogue: Locator) -> None:
    """Open the dialogue of a field; its button stands there a moment before the script that listens to it."""
    for _ in range(10):
        with suppress(TimeoutError):
            field.locator("button[data-chooser-action-choose]").first.click(timeout=5_000)
        with suppress(TimeoutError):
            dialogue.wait_for(timeout=5_000)
            return


@pytest.fixture(scope="module")
def lesson(site: RunningSite, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a lecture whose film has two caption languages and two chapters."""
    path = shoot(tmp_path_factory.mktemp("lesson") / "bars.mp4", seconds=FILM_SECONDS, size="640x360")
    code = LESSON.format(path=str(path), title=f"播种 {uuid4().hex[:6]}", seconds=FILM_SECONDS)
    number, url = site.run(code).splitlines()[-1].split()
    wait_until(site, f"LocalVideo.objects.get(pk={number}).state == 'ready'")
    return url


@pytest.fixture
def viewer(page: Page, lesson: str) -> Page:
    """A member on the page of the lesson."""
    sign_in(page, sign_ins()["member"], DEMO_PASSWORD)
    page.goto(lesson)
    expect(page.locator(".player__controls")).to_be_visible()
    return page


def at(viewer: Page) -> float:
    """Where the film is, in seconds."""
    found: Any = viewer.evaluate(TIME)
    return float(found)


def test_the_player_obeys_the_keyboard(viewer: Page) -> None:
    viewer.keyboard.press("Space")
    until(viewer, f"{PLAYING} && {TIME} > 0.3")
    viewer.keyboard.press("ArrowRight")
    until(viewer, f"{TIME} >= 10")
    viewer.keyboard.press("Space")
    until(viewer, f"!({PLAYING})")
    stopped = at(viewer)
    viewer.keyboard.press("ArrowLeft")
    until(viewer, f"{TIME} < {stopped - 9}")
    viewer.keyboard.press(">")
    expect(viewer.locator("select[data-speed]")).to_have_value("1.25")
    viewer.locator("[data-chapter]").nth(1).focus()
    viewer.keyboard.press("Enter")
    until(viewer, f"{TIME} >= 5 && {PLAYING}")
    expect(viewer.locator("[data-chapter][aria-current]")).to_contain_text("<b>怎样播种</b>")


def test_a_copied_address_ends_and_the_viewer_gets_another(
    viewer: Page, browser: Browser, site: RunningSite
) -> None:
    asked: list[str] = []
    viewer.on("request", lambda request: asked.append(request.url) if "/streams/" in request.url else None)
    viewer.keyboard.press("Space")
    until(viewer, f"{PLAYING} && {TIME} > 0.5")
    copied = [next(url for url in asked if re.search(end, url)) for end in (r"\d\.mp4$", r"/index\.m3u8$")]
    stranger = browser.new_context()
    try:
        assert [stranger.request.get(url).status for url in copied] == [200, 200]
        # What the timekeeper does when the address has ended, some hours later.
        code = (
            "from local_videos.playback.streaming import *; sweep_expired_streams(time.time() + 24 * 60 * 60)"
        )
        site.run(code)
        answers = [stranger.request.get(url) for url in copied]
        assert [answer.status for answer in answers] == [404, 404]
        assert not any(b"ftyp" in answer.body() or b"EXTM3U" in answer.body() for answer in answers)
    finally:
        stranger.close()
    # A page that is opened anew gives who may watch a new address.
    viewer.reload()
    expect(viewer.locator(".player__controls")).to_be_visible()
    viewer.keyboard.press("Space")
    until(viewer, f"{PLAYING} && {TIME} > 0.5")


def test_captions_go_on_off_and_change_their_language(viewer: Page) -> None:
    assert viewer.evaluate(SHOWN) == "zh-Hans"
    viewer.keyboard.press("c")
    assert viewer.evaluate(SHOWN) == ""
    viewer.keyboard.press("c")
    assert viewer.evaluate(SHOWN) == "zh-Hans"
    viewer.locator("select[data-captions]").select_option("en")
    assert viewer.evaluate(SHOWN) == "en"
    # The choice outlives the page.
    viewer.reload()
    until(viewer, f"({SHOWN}) === 'en'")
    expect(viewer.locator("select[data-captions]")).to_have_value("en")


def test_the_transcript_follows_and_leads(viewer: Page) -> None:
    lines = viewer.locator(".transcript li")
    expect(lines).to_have_count(FILM_SECONDS)
    lines.nth(12).locator("span").last.click()
    until(viewer, f"{TIME} >= 12")
    expect(lines.nth(12)).to_have_attribute("aria-current", "true")
    until(viewer, "document.querySelector('.transcript').scrollTop > 0")
    frame, line = viewer.locator(".transcript").bounding_box(), lines.nth(12).bounding_box()
    assert frame is not None
    assert line is not None
    assert frame["y"] <= line["y"] <= frame["y"] + frame["height"]


def test_the_line_shows_what_stands_where(viewer: Page) -> None:
    bar = viewer.locator("[data-seek-bar]").bounding_box()
    assert bar is not None
    for share in (0.5, 0.55):
        viewer.mouse.move(bar["x"] + bar["width"] * share, bar["y"] + bar["height"] / 2)
        viewer.wait_for_timeout(500)
    expect(viewer.locator("[data-preview]")).to_be_visible()
    expect(viewer.locator("[data-preview-words]")).to_have_text(re.compile(r"^0:08 <b>怎样播种</b>$"))
    expect(viewer.locator("[data-thumbnail] image")).to_have_count(1)
    viewer.mouse.move(1, 1)
    expect(viewer.locator("[data-preview]")).to_be_hidden()
