"""What cameras, phones and recorders make comes out upright, steady, equally loud and playable everywhere."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from local_videos import faults
from local_videos.transcoding import output_files, playlists, stream_copy, tools
from local_videos.transcoding.ladder import ladder_for
from local_videos.transcoding.measuring import measure, put_right
from local_videos.transcoding.probing import Mark, probe

from .films import call, prepare, shoot

pytestmark = pytest.mark.media

QUICK = [(180, 300_000, "ultrafast"), (120, 200_000, "veryfast")]


@pytest.fixture(autouse=True)
def quick_ladder(settings: Settings) -> None:
    """Two small qualities are enough to see what matters here."""
    settings.LOCAL_VIDEOS_LADDER = QUICK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the film is made."""
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


def _streams(path: Path) -> list[dict[str, Any]]:
    told = subprocess.run(
        [tools.ffprobe(), "-v", "error", "-of", "json", "-show_streams", str(path)],
        capture_output=True,
        check=True,
    )
    streams: list[dict[str, Any]] = json.loads(told.stdout)["streams"]
    return streams


def _loudness(path: Path) -> float:
    heard = subprocess.run(
        [tools.ffmpeg(), "-nostdin", "-i", str(path), "-af", "ebur128=framelog=quiet", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", heard.stderr)[-1])


def _brightness(film: Path) -> float:
    """Return the mean of the picture's brightness, 0 to 255."""
    told = subprocess.run(
        [
            *(tools.ffmpeg(), "-nostdin", "-v", "error", "-i", str(film)),
            *("-vf", "scale=1:1,format=gray", "-frames:v", "1", "-f", "rawvideo", "-"),
        ],
        capture_output=True,
        check=True,
    )
    return float(told.stdout[0])


def _begins(folder: Path) -> str:
    """Return the second at which the picture in a folder of segments begins."""
    told = subprocess.run(
        [
            *(tools.ffprobe(), "-v", "error", "-allowed_extensions", "ALL", "-select_streams", "v:0"),
            *("-show_entries", "packet=pts_time", "-of", "csv=p=0", str(folder / "index.m3u8")),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.split()[0].strip(",")


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("mpg", "-c:v mpeg2video -r 25 -c:a mp2 -ar 48000"),
        ("wmv", "-c:v wmv2 -c:a wmav2"),
        ("avi", "-c:v mpeg4 -c:a libmp3lame"),
        ("mkv", "-c:v libx265 -x265-params log-level=error -pix_fmt yuv420p10le -c:a flac"),
        ("mov", "-c:v prores_ks -pix_fmt yuv422p10le -c:a pcm_s16le"),
        ("webm", "-c:v libvpx-vp9 -deadline realtime -c:a libopus"),
        ("ts", "-c:v libx264 -preset ultrafast -c:a aac"),
        ("flv", "-c:v flv -c:a libmp3lame -ar 44100"),
    ],
)
def test_every_container_and_coding_is_taken(ending: str, options: str, tmp_path: Path, folder: Path) -> None:
    made = prepare(shoot(tmp_path / f"f.{ending}", size="320x180", options=options), folder)
    assert made.duration == pytest.approx(2, abs=0.2)
    picture, sound = _streams(folder / output_files.PROGRESSIVE)
    assert (picture["codec_name"], picture["pix_fmt"], picture["height"]) == ("h264", "yuv420p", 120)
    assert (sound["codec_name"], sound["channels"], sound["sample_rate"]) == ("aac", 2, "48000")
    assert playlists.are_aligned([folder / rung.name for rung in made.rungs], 0.04)


@pytest.mark.parametrize("volume", [-20, 4])
def test_films_come_out_equally_loud(volume: int, tmp_path: Path, folder: Path) -> None:
    film = tmp_path / "f.mp4"
    tone = f"anoisesrc=color=pink:seed=1:duration=6,volume={volume}dB"
    picture = "testsrc2=size=160x120:rate=10:duration=6"
    call("-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, "-c:a", "aac", str(film))
    assert abs(_loudness(film) + 16) > 3
    prepare(film, folder)
    assert _loudness(folder / output_files.PROGRESSIVE) == pytest.approx(-16, abs=1)


def test_silence_stays_silent(tmp_path: Path, folder: Path) -> None:
    film = tmp_path / "f.mp4"
    picture = "testsrc2=size=160x120:rate=10:duration=2"
    hum = "anoisesrc=duration=2,volume=-60dB"
    call("-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", hum, "-c:a", "aac", str(film))
    prepare(film, folder)
    assert _loudness(folder / output_files.PROGRESSIVE) < -50


def test_six_channels_become_two_and_the_usual_track_is_taken(tmp_path: Path, folder: Path) -> None:
    film = tmp_path / "f.mkv"
    tones = [
        part
        for seconds, channels in ((2, 1), (2, 6))
        for part in ("-f", "lavfi", "-i", f"anoisesrc=duration={seconds}:amplitude=0.{channels}")
    ]
    call(
        *(
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=160x120:rate=10:duration=2",
            *tones,
            "-map",
            "0",
            "-map",
            "1",
        ),
        *("-map", "2", "-c:a", "ac3", "-ac:a:0", "1", "-ac:a:1", "6"),
        *("-disposition:a:0", "0", "-disposition:a:1", "default", str(film)),
    )
    assert probe(film).audio_stream == 2
    prepare(film, folder)
    assert [stream["channels"] for stream in _streams(folder / output_files.SOUND_ONLY / "init.mp4")] == [2]


def test_combs_of_interlaced_films_are_removed(tmp_path: Path, folder: Path) -> None:
    film = shoot(
        tmp_path / "f.mpg",
        size="320x240",
        fps="50",
        sound=False,
        options="-vf interlace,fieldorder=tff -c:v mpeg2video -flags +ilme+ildct -top 1 -r 25 -b:v 4M",
    )
    prepare(film, folder)
    assert [stream["field_order"] for stream in _streams(folder / output_files.PROGRESSIVE)] == [
        "progressive"
    ]


def test_films_of_high_brightness_range_look_right_on_ordinary_screens(tmp_path: Path, folder: Path) -> None:
    film = tmp_path / "f.mkv"
    colours = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=error"
    marks = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
    # 203 candela, the white of a page, is 58 % of the signal; shown unchanged it would be a dull grey.
    call(
        *("-y", "-f", "lavfi", "-i", "color=c=0x949494:size=160x120:rate=10:duration=1"),
        *("-vf", f"format=yuv420p10le,{marks}", "-c:v", "libx265", "-x265-params", colours, str(film)),
    )
    assert probe(film).is_hdr
    prepare(film, folder)
    picture = _streams(folder / output_files.PROGRESSIVE)[0]
    assert (picture["color_transfer"], picture["pix_fmt"]) == ("bt709", "yuv420p")
    assert _brightness(folder / output_files.PROGRESSIVE) > 230


RED = (177, 36, 28)


@pytest.mark.parametrize(
    ("size", "matrix", "named"),
    [
        pytest.param("1280x720", "bt709", True, id="hd"),
        pytest.param("1280x720", "bt709", False, id="hd-unnamed"),
        pytest.param("320x240", "bt601", False, id="sd-unnamed"),
        pytest.param("160x120", "bt601", False, id="sd-unnamed-copied"),
        pytest.param("960x720", "bt709", False, id="hd-unnamed-copied"),
    ],
)
def test_red_stays_the_same_red(
    size: str, matrix: str, named: bool, *, tmp_path: Path, folder: Path, settings: Settings
) -> None:
    if size == "960x720":
        settings.LOCAL_VIDEOS_LADDER = [(720, 900_000, "ultrafast")]
    film = tmp_path / "f.mp4"
    red = f"color=c=0x{bytes(RED).hex()}:size={size}:rate=10:duration=5,format=rgb24"
    said = f"setparams=colorspace={matrix if named else 'unknown'}"
    coding = f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p,{said}"
    call(*("-y", "-f", "lavfi", "-i", red, "-vf", coding), *("-preset", "ultrafast", "-g", "40", str(film)))
    assert bool(probe(film).unnamed_matrix) != named
    made = prepare(film, folder)
    assert made.copied == (size in {"160x120", "960x720"})
    coded_by = matrix if made.copied else "bt709"
    shown = tmp_path / "shown.bmp"
    look = f"scale=in_color_matrix={coded_by}"
    call("-y", "-i", str(folder / output_files.PROGRESSIVE), "-vf", look, "-frames:v", "1", str(shown))
    for picture in (shown, folder / output_files.POSTER, folder / output_files.THUMBNAILS):
        with Image.open(picture) as opened:
            assert opened.convert("RGB").getpixel((20, 20)) == pytest.approx(RED, abs=8), picture.name


def test_an_unsteady_rate_becomes_steady(tmp_path: Path, folder: Path) -> None:
    film = shoot(
        tmp_path / "f.mp4", seconds=9, size="320x180", fps="30", options="-vf select=mod(n\\,7)+lt(n\\,60)"
    )
    made = prepare(film, folder)
    assert made.duration == pytest.approx(9, abs=0.2)
    assert playlists.are_aligned([folder / rung.name for rung in made.rungs], 0.04)


def test_a_lesson_that_is_only_heard_gets_a_picture(tmp_path: Path, folder: Path) -> None:
    song = tmp_path / "song.mp3"
    call("-y", "-f", "lavfi", "-i", "sine=duration=5", "-c:a", "libmp3lame", str(song))
    made = prepare(song, folder)
    assert made.duration == pytest.approx(5, abs=0.2)
    kinds = {stream["codec_type"] for stream in _streams(folder / output_files.PROGRESSIVE)}
    assert kinds == {"video", "audio"}
    assert (folder / output_files.POSTER).is_file()
    left = {place.name for place in folder.iterdir()}
    assert left == {
        *("180", "120", "sound", output_files.MASTER, output_files.PROGRESSIVE, output_files.POSTER),
        *(output_files.POSTER_CHOICES[0], output_files.MANIFEST),
    }


def test_a_picture_that_ends_early_stands_still_until_the_sound_ends(tmp_path: Path, folder: Path) -> None:
    film = tmp_path / "f.mp4"
    call(
        *("-y", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10:duration=1"),
        *("-f", "lavfi", "-i", "sine=duration=6", "-c:a", "aac", str(film)),
    )
    assert prepare(film, folder).duration == pytest.approx(6, abs=0.2)


def test_pictures_to_choose_from_and_to_seek_by(tmp_path: Path, folder: Path) -> None:
    prepare(shoot(tmp_path / "f.mp4", seconds=30, size="320x180", fps="10"), folder)
    choices = [folder / name for name in output_files.POSTER_CHOICES]
    assert len({place.read_bytes() for place in choices}) == 5
    assert (folder / output_files.POSTER).read_bytes() in [place.read_bytes() for place in choices]
    assert [(s["width"], s["height"]) for s in _streams(choices[0])] == [(320, 180)]
    track = (folder / output_files.THUMBNAILS_TRACK).read_text()
    shown = re.findall(r"([\d:.]+) --> ([\d:.]+)\nthumbs\.jpg#xywh=(\d+),(\d+),160,90", track)
    assert len(shown) == 8
    assert [one[0] for one in shown[1:]] == [one[1] for one in shown[:-1]]
    assert (shown[0][0], shown[-1][1]) == ("00:00:00.000", "00:00:30.000")
    assert [(s["width"], s["height"]) for s in _streams(folder / output_files.THUMBNAILS)] == [(1600, 90)]


def test_chapters_are_read_as_plain_text(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text(
        ";FFMETADATA1\n"
        "[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=<b>整地</b>\n"
        "[CHAPTER]\nTIMEBASE=1/1\nSTART=1\nEND=2\ntitle=  播种\n"
        "[CHAPTER]\nTIMEBASE=1/1\nSTART=90\nEND=95\ntitle=不存在\n"
    )
    film, marked = shoot(tmp_path / "f.mp4"), tmp_path / "marked.mkv"
    call("-y", "-i", str(film), "-i", str(notes), "-map_chapters", "1", "-c", "copy", str(marked))
    chapters = put_right(probe(marked), measure(marked, probe(marked))).chapters
    assert chapters == (Mark(0, "<b>整地</b>"), Mark(1, "播种"))


FITTING = "-g 25 -b:v 150k -maxrate 200k -bufsize 200k"


@pytest.mark.parametrize("options", [FITTING, FITTING + " -force_key_frames 0.4,2.2,3.6,5.2,7 -bf 2"])
def test_a_film_that_fits_keeps_its_picture(options: str, tmp_path: Path, folder: Path) -> None:
    film = shoot(tmp_path / "f.mp4", seconds=14, size="320x180", options=options)
    made = prepare(film, folder)
    assert made.copied
    assert [rung.name for rung in made.rungs] == ["180", "120"]
    lengths = [playlists.segments_of(folder / rung.name) for rung in made.rungs]
    assert [round(length, 2) for length in lengths[0]] == [round(length, 2) for length in lengths[1]]
    assert len(lengths[0]) >= 3
    assert len({_begins(folder / rung.name) for rung in made.rungs}) == 1
    assert made.duration == pytest.approx(14, abs=0.1)


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ({}, "-g 250 -b:v 150k -maxrate 200k -bufsize 200k"),
        ({}, "-g 25 -b:v 2M -qmax 10"),
        ({"size": "640x360"}, FITTING),
        ({"fps": "60"}, FITTING),
        ({}, FITTING + " -pix_fmt yuv444p"),
        ({}, FITTING + " -vf setsar=4/3"),
        ({"seconds": 10}, FITTING + " -vf select=mod(n\\,7)"),
    ],
)
def test_a_film_that_does_not_fit_is_coded(change: dict[str, Any], options: str, tmp_path: Path) -> None:
    shape: dict[str, Any] = {"seconds": 8, "size": "320x180", "options": options}
    film = shoot(tmp_path / "f.mp4", **(shape | change))
    measured = measure(film, probe(film))
    facts = put_right(probe(film), measured)
    assert stream_copy.find(facts, measured, ladder_for(facts)[0]) is None


def test_a_film_whose_sound_is_damaged_has_a_reason(tmp_path: Path, folder: Path) -> None:
    film = shoot(tmp_path / "f.mp4", seconds=8, options="-movflags +faststart")
    content = film.read_bytes()
    film.write_bytes(content[: len(content) // 3])
    with pytest.raises(faults.FilmFault) as fault:
        prepare(film, folder)
    assert fault.value.code == faults.CUT_OFF
