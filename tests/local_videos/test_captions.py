"""Captions from the files that editors really have."""

from pathlib import Path

import pytest

from local_videos.models import CaptionCue
from local_videos.playback import captions
from local_videos.playback.captions import CaptionsRefused, Cue, parse, render, replace_captions, write_track

from .films import make_ready_film

SRT = (
    "1\n00:00:01,500 --> 00:00:03,000\n大家好，\n今天讲白菜。\n\n"
    "2\n00:00:04,000 --> 00:00:05,250\n<i>下种</i>\n"
)
VTT = (
    "WEBVTT - 课\n\nNOTE 不念\n\nintro\n00:01.500 --> 00:03.000 align:start\n"
    "<v 老师>大家好，\n今天讲白菜。\n\n"
    "00:04.000 --> 00:05.250\n下种\n"
)
CUES = [Cue(1.5, 3.0, "大家好，\n今天讲白菜。"), Cue(4.0, 5.25, "下种")]


@pytest.mark.parametrize("text", [SRT, SRT.replace("\n", "\r\n"), VTT])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_reads_the_same(text: str, encoding: str) -> None:
    assert parse(text.encode(encoding)) == CUES


@pytest.mark.parametrize("content", [b"", b"  \n", b"no captions", b"\xff\xfe\x00", b"\x80\x80\xff"])
def test_what_holds_no_captions_is_refused(content: bytes) -> None:
    with pytest.raises(CaptionsRefused):
        parse(content)


def test_what_is_too_large_for_captions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"00:01.000 --> 00:02.000\nHello\n\n"
    assert parse(text.ljust(captions.MOST_BYTES)) == [Cue(1.0, 2.0, "Hello")]
    with pytest.raises(CaptionsRefused, match="5 MB"):
        parse(text.ljust(captions.MOST_BYTES + 1))
    monkeypatch.setattr(captions, "_MOST_CUES", 2)
    assert len(parse(text * 2)) == 2
    with pytest.raises(CaptionsRefused):
        parse(text * 3)


def test_lines_come_in_the_order_of_the_film_and_without_what_no_database_takes() -> None:
    text = "NOTE " + "x" * 80 + "\n\n00:05.000 --> 00:06.000\n后\x00来\n\n00:01.000 --> 00:02.000\n先\n"
    assert parse(text.encode()) == [Cue(1.0, 2.0, "先"), Cue(5.0, 6.0, "后来")]


def test_lines_that_run_backwards_are_left_out() -> None:
    text = "00:05.000 --> 00:04.000\n错\n\n00:01.000 --> 00:02.000\n对\n"
    assert parse(text.encode()) == [Cue(1.0, 2.0, "对")]


def test_what_is_rendered_reads_the_same_and_is_no_markup() -> None:
    cues = [Cue(3661.5, 3662.0, "1 < 2 & <b>粗</b>")]
    assert "01:01:01.500 --> 01:01:02.000\n1 &lt; 2 &amp; &lt;b&gt;粗&lt;/b&gt;\n" in render(cues)


@pytest.mark.django_db
def test_new_captions_replace_those_of_the_same_language(tmp_path: Path) -> None:
    video = make_ready_film()
    replace_captions(video, "en", b"00:01.000 --> 00:02.000\nHello\n")
    first = write_track(replace_captions(video, "zh-Hans", SRT.encode()), tmp_path)
    second = write_track(replace_captions(video, "zh-Hans", VTT.encode()), tmp_path)
    assert first != second
    assert list(video.captions.order_by("language").values_list("language", flat=True)) == ["en", "zh-Hans"]
    assert CaptionCue.objects.filter(caption__language="zh-Hans").count() == 2
    with pytest.raises(CaptionsRefused):
        replace_captions(video, "zh-Hans", b"nothing")
    assert CaptionCue.objects.filter(caption__language="zh-Hans").count() == 2
    assert video.transcript() == "Hello\n大家好，\n今天讲白菜。\n下种"
