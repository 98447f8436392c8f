"""What a result's line shows: which text, which second, and how little has to be read for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from foundation import chinese_text
from local_videos.models import Caption, CaptionCue, LocalVideo
from search.engine import documents
from search.engine.query import MOST_UNITS
from search.page import highlighting
from search.page.forms import SearchForm
from search.page.highlighting import Highlighter
from search.page.hits import describe
from tests import builders

pytestmark = pytest.mark.django_db


def film_with(*lines: str) -> LocalVideo:
    """Return a film in which `lines` are spoken, one a minute."""
    film = LocalVideo.objects.create(title="片", original="films/any.mp4", duration=600)
    caption = Caption.objects.create(video=film)
    for minute, text in enumerate(lines):
        CaptionCue.objects.create(caption=caption, start=minute * 60, end=minute * 60 + 5, text=text)
    return film


def test_a_written_text_comes_before_a_spoken_line_and_the_first_line_counts() -> None:
    film = film_with("大家好", "先说白菜", "再说白菜")
    lecture = builders.make_lecture("菜园", summary="白菜要多浇水", video=film)
    [one] = describe([lecture], "白菜")
    assert (one.snippet, one.second, one.line) == (
        "<mark>白菜</mark>要多浇水",
        60,
        "先说<mark>白菜</mark>",
    )


def test_a_title_or_a_name_is_no_snippet() -> None:
    story = builders.make_exemplar("白菜大王", name="田有禾", summary="他带全村人种菜，三年里收入翻了一番。")
    assert [one.snippet for one in describe([story], "白菜")] == ["他带全村人种菜，三年里收入翻了一番。"]


def test_only_so_many_lines_of_a_film_are_looked_at() -> None:
    lecture = builders.make_lecture("菜园", video=film_with(*["说白菜"] * 40, "说白菜和萝卜"))
    [one] = describe([lecture], "白菜 萝卜")
    assert (one.second, one.snippet) == (0, "说<mark>白菜</mark>")


def test_pictures_of_a_text_are_not_read_from_the_database() -> None:
    def queries(pictures: int) -> int:
        image = Image.objects.create(title="菜园", file=get_test_image_file())
        picture = {"type": "image", "value": {"image": image.pk, "decorative": True, "alt_text": ""}}
        lecture = builders.make_lecture("菜园", body=[("text", "<p>白菜</p>")])
        lecture.body = lecture.body.stream_block.to_python([picture] * pictures)
        lecture.save()
        lecture.refresh_from_db()
        with CaptureQueriesContext(connection) as asked:
            describe([lecture], "白菜")
        return len(asked)

    assert queries(0) == queries(3)


def test_of_long_texts_and_queries_only_so_much_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(Highlighter("a b c d e f g h i j k l m n o p q r s t u v w x y z").words) == MOST_UNITS
    assert chinese_text.runs("x" * 100) == ["x" * chinese_text.LONGEST_LATIN_WORD]
    for module in (highlighting, documents):
        monkeypatch.setattr(module, "LONGEST_TEXT", 4)
    assert Highlighter("白菜").passage("一二三四白菜").words == 0
    lecture = builders.make_lecture("一二三四白菜")
    assert documents.document_of(lecture)["texts"]["title"] == "一二三四\n"


def test_a_query_is_one_line_of_visible_characters() -> None:
    parameters = SearchForm({"q": " 白\x00菜\u202e\n萝卜 ", "place": "\x00"}).parameters()
    assert (parameters.query, parameters.choices) == ("白 菜 萝卜", {})
