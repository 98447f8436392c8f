"""Real films of odd shapes through the real ffmpeg."""

import os
import re
import subprocess
from math import ceil
from pathlib import Path

import pytest
from pytest_django import Settings

from local_videos import faults
from local_videos.transcoding import ladder, output_files, tools
from local_videos.transcoding.probing import probe
from local_videos.transcoding.transcode import Made

from .films import call, prepare, shoot

pytestmark = pytest.mark.media


def _transcode(film: Path, tmp_path: Path) -> tuple[Made, Path]:
    folder = tmp_path / "made"
    folder.mkdir()
    return prepare(film, folder), folder


def _segments(playlist: Path) -> list[str]:
    return re.findall(r"#EXTINF:([\d.]+)", playlist.read_text())


def test_the_site_makes_every_quality_up_to_the_films_own_size(tmp_path: Path) -> None:
    facts = probe(shoot(tmp_path / "f.mp4", seconds=0.2, size="1280x720", sound=False))
    lower = [step for step in ladder.steps() if step.short_side <= 720]
    assert len(ladder.steps()) > len(lower) > 1
    rungs = ladder.ladder_for(facts)
    assert [(rung.height, rung.bits, rung.preset) for rung in rungs] == lower
    assert [(rung.width, rung.height) for rung in rungs] == [(1280, 720), (854, 480)]


def test_the_ladder_shares_its_key_frames_and_carries_sound(tmp_path: Path, settings: Settings) -> None:
    settings.LOCAL_VIDEOS_LADDER = [(240, 500_000, "veryfast"), (160, 300_000, "medium")]
    film = shoot(tmp_path / "f.mov", seconds=9, size="428x240", fps="2500/83")
    made, folder = _transcode(film, tmp_path)
    assert [rung.name for rung in made.rungs] == ["240", "160"]
    assert [(rung.width, rung.height) for rung in made.rungs] == [(428, 240), (286, 160)]
    assert _segments(folder / "240/index.m3u8") == _segments(folder / "160/index.m3u8")
    assert len(_segments(folder / "240/index.m3u8")) == 3
    for playlist in ("240/index.m3u8", "160/index.m3u8"):
        assert probe_streams(folder / playlist) == ["video", "audio"]
    assert probe_streams(folder / "sound/index.m3u8") == ["audio"]
    assert probe_streams(folder / output_files.PROGRESSIVE) == ["video", "audio"]
    head = (folder / output_files.PROGRESSIVE).read_bytes()[:4096]
    assert b"moov" in head
    assert (folder / output_files.POSTER).stat().st_size > 1000
    assert made.duration == pytest.approx(9, abs=0.1)
    # x264 notes in the first picture how it worked: both encoders together take each core once.
    for rung in ("240", "160"):
        told = re.findall(rb" threads=(\d+) ", (folder / rung / "00000.mp4").read_bytes())
        assert told == [str(ceil(len(os.sched_getaffinity(0)) / 2)).encode()]


@pytest.mark.parametrize(
    ("size", "expected"),
    [("240x320", (240, 320)), ("321x243", (320, 242)), ("64x64", (64, 64)), ("1000x500", (960, 480))],
)
def test_odd_sizes_keep_their_shape(size: str, expected: tuple[int, int], tmp_path: Path) -> None:
    film = shoot(tmp_path / "f.mkv", seconds=1, size=size, sound=False, options="-pix_fmt yuv444p")
    made, folder = _transcode(film, tmp_path)
    assert (made.width, made.height) == expected
    assert not made.has_sound
    assert probe_streams(folder / output_files.PROGRESSIVE) == ["video"]


def test_a_phone_held_upright_gives_an_upright_film(tmp_path: Path) -> None:
    lying = shoot(tmp_path / "lying.mp4", seconds=1)
    call("-y", "-display_rotation", "90", "-i", str(lying), "-c", "copy", str(tmp_path / "f.mp4"))
    made, folder = _transcode(tmp_path / "f.mp4", tmp_path)
    assert (made.width, made.height) == (240, 320)
    assert (probe(folder / output_files.PROGRESSIVE).width, made.rungs[0].name) == (240, "240")


def test_a_film_cut_off_after_its_index_is_not_passed_off_as_whole(tmp_path: Path) -> None:
    film = shoot(tmp_path / "f.mp4", seconds=8, options="-movflags +faststart")
    content = film.read_bytes()
    film.write_bytes(content[: len(content) // 2])
    with pytest.raises(faults.FilmFault) as fault:
        _transcode(film, tmp_path)
    assert fault.value.code == faults.CUT_OFF


def test_the_ladder_is_a_setting(settings: Settings, tmp_path: Path) -> None:
    settings.LOCAL_VIDEOS_LADDER = [(180, 300_000, "ultrafast"), (120, 200_000, "ultrafast")]
    made, _folder = _transcode(shoot(tmp_path / "f.mp4", seconds=1), tmp_path)
    assert [rung.name for rung in made.rungs] == ["180", "120"]


def probe_streams(path: Path) -> list[str]:
    """Return the kinds of streams in something that we made ourselves."""
    command = [tools.ffprobe(), "-v", "error", "-allowed_extensions", "ALL"]
    if path.suffix != ".m3u8":
        command = command[:3]
    told = subprocess.run(
        [*command, "-show_entries", "stream=codec_type", "-of", "csv=p=0", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    # A playlist lists its streams twice, once as a programme.
    return list(dict.fromkeys(line.strip(",") for line in told.stdout.split()))
