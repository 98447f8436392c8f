"""Captions from the files that editors really have."""

from pathlib import Path

import pytest

from local_videos.models import CaptionCue
from local_videos.playback import caption_files
from local_videos.playback.caption_files import CaptionsRefused, Cue, parse
from local_videos.playback.captions import render, replace_captions, write_track

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
    assert parse(text.ljust(caption_files.MOST_BYTES)) == [Cue(1.0, 2.0, "Hello")]
    with pytest.raises(CaptionsRefused, match="5 MB"):
        parse(text.ljust(caption_files.MOST_BYTES + 1))
    monkeypatch.setattr(caption_files, "_MOST_CUES", 2)
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\n一\n2\n00:00:03,000 --> 00:00:04,000\n二\n", ["一", "二"]),
        (SRT.replace("\n", "\r\r\n"), ["大家好，\n今天讲白菜。", "下种"]),
        (SRT.replace("\n", "\r"), ["大家好，\n今天讲白菜。", "下种"]),
        (
            "1\n00:00:01,000 --> 00:00:02,000\n一\n\n又一\n\n2\n00:00:03,000 --> 00:00:04,000\n二",
            ["一\n又一", "二"],
        ),
        ("1\n00:00:01 --> 00:00:02\n一\n\n2\n0:3 --> 0:4\n二", ["一", "二"]),
        ("1\n００：００：０１，０００ --> 00：00：02，500\n一", ["一"]),
        ("1\n00:00:01.000 -> 00:00:02.000\n一\n", ["一"]),
        (
            "1\n00:00:01,000 --> 00:00:02,000\n答案是\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n9\n",
            ["答案是\n42", "9"],
        ),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\n答案是\n42\n\nlast\n00:03.000 --> 00:04.000\n二\n",
            ["答案是\n42", "二"],
        ),
        ("WEBVTT\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000\n一\n\nNOTE 不念\n也不念\n\n", ["一"]),
    ],
)
def test_files_that_people_and_programs_write_are_read_whole(text: str, said: list[str]) -> None:
    assert [cue.text for cue in parse(text.encode())] == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("温度 t<c，压力 p>q", "温度 t<c，压力 p>q"),
        ("写信给 <zhang@example.com>", "写信给 <zhang@example.com>"),
        ("见 <https://example.org/a?b=1>", "见 <https://example.org/a?b=1>"),
        ("a < b > c，{笑}", "a < b > c，{笑}"),
        ("从 A --> B", "从 A --> B"),
        ("x<y 且 <单位>", "x<y 且 <单位>"),
        ("<i>斜</i><b>粗</b><u>线</u><s>删</s>", "斜粗线删"),
        ('<font color="#fff" size=2>白</font>{\\an8}', "白"),
        ("<v 老师>讲<c.red.big>红</c><lang en>hi</lang><00:00:01.500>字", "讲红hi字"),
        ("&lt;不是标签&gt; &amp; 好", "<不是标签> & 好"),
    ],
)
def test_only_known_tags_are_taken_away(line: str, said: str) -> None:
    assert [cue.text for cue in parse(f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n".encode())] == [said]


@pytest.mark.parametrize("line", ["00:00:5x,000 --> 00:00:06,000", "00:00:05,000 --> bald", "1:2:3:4 -> 5"])
def test_times_that_cannot_be_read_are_named_with_their_line(line: str) -> None:
    with pytest.raises(CaptionsRefused, match="3") as refused:
        parse(f"1\n\n{line}\n一\n".encode())
    assert line[:20] in str(refused.value)


@pytest.mark.parametrize("encoding", ["big5", "gb18030"])
def test_old_chinese_encodings_are_told_apart(encoding: str) -> None:
    said = {"big5": "我們學習農業技術，怎樣防治病蟲害", "gb18030": "我们学习农业技术，怎样防治病虫害"}[
        encoding
    ]
    content = f"1\r\n00:00:01,000 --> 00:00:02,000\r\n{said}\r\n".encode(encoding)
    assert [cue.text for cue in parse(content)] == [said]
    short = "1\n00:00:01,000 --> 00:00:02,000\n好的\n"
    assert parse(short.encode("gb18030"))[0].text == "好的"


@pytest.mark.django_db
def test_new_captions_replace_those_of_the_same_language(tmp_path: Path) -> None:
    video = make_ready_film()
    replace_captions(video, "en", [Cue(1, 2, "Hello")])
    first = write_track(replace_captions(video, "zh-Hans", parse(SRT.encode())), tmp_path)
    second = write_track(replace_captions(video, "zh-Hans", parse(VTT.encode())), tmp_path)
    assert first != second
    assert list(video.captions.order_by("language").values_list("language", flat=True)) == ["en", "zh-Hans"]
    assert CaptionCue.objects.filter(caption__language="zh-Hans").count() == 2
    assert video.transcript() == "Hello\n大家好，\n今天讲白菜。\n下种"
