"""Films whose headers, clocks and tracks mislead come out whole; their editor is told what was changed."""

import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from local_videos import faults, film_changes
from local_videos.jobs import worker
from local_videos.models import LocalVideo
from local_videos.transcoding import loudness, output_files, playlists, tools
from local_videos.transcoding.measuring import measure, put_right
from local_videos.transcoding.probing import probe
from local_videos.transcoding.transcode import Made, transcode
from local_videos.upload.intake import IntakeRefused, take_in

from .films import call, decoded_span, shoot
from .odd_films import ODD_FILMS

pytestmark = pytest.mark.media


# When the sound of some begins and ends, in seconds.
HEARD = {"sound-late.mp4": (12, 16), "picture-late.mp4": (0, 5), "clock-jumps.mkv": (0, 6)}


@pytest.fixture(autouse=True)
def quick_ladder(settings: Settings) -> None:
    """Two small qualities: their segments must begin together."""
    settings.LOCAL_VIDEOS_LADDER = [(120, 300_000, "ultrafast"), (60, 200_000, "ultrafast")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the film is made."""
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


def _make(film: Path, folder: Path) -> Made:
    return transcode(film, folder, lambda percent: None)


def _loudness(folder: Path) -> float:
    film = folder / output_files.PROGRESSIVE
    facts = probe(film)
    return loudness.measure_tracks(film, facts, measure(film, facts), lambda: None)[1]


@pytest.mark.parametrize("name", ODD_FILMS)
def test_what_plays_is_as_long_as_what_the_file_holds(name: str, tmp_path: Path, folder: Path) -> None:
    film = tmp_path / name
    seconds = ODD_FILMS[name](film)
    made = _make(film, folder)
    assert made.duration == pytest.approx(seconds, abs=0.3)
    begins, ends = decoded_span(folder / output_files.PROGRESSIVE)
    assert ends - begins == pytest.approx(seconds, abs=0.3)
    assert playlists.are_aligned([folder / rung.name for rung in made.rungs], 0.1)
    if name in HEARD:
        assert _heard(folder) == pytest.approx(HEARD[name], abs=0.3)


def _heard(folder: Path) -> tuple[float, float]:
    """Return when the sound begins, and when it ends, in seconds."""
    silence = ("-af", "silencedetect=noise=-50dB:d=1", "-f", "null", "-")
    told = subprocess.run(
        [tools.ffmpeg(), "-nostdin", "-i", str(folder / output_files.PROGRESSIVE), *silence],
        capture_output=True,
        text=True,
        check=True,
    )
    silences = [float(end) for end in re.findall(r"silence_end: ([\d.]+)", told.stderr)]
    return (silences or [0.0])[0], sum(playlists.segments_of(folder / output_files.SOUND_ONLY))


@pytest.mark.parametrize(
    ("options", "fps"),
    [
        ("-vf select=eq(n\\,0)+gt(n\\,149) -fps_mode vfr", 25),
        ("-vf select=lt(n\\,100)+not(mod(n\\,25)) -fps_mode vfr", 25),
        ("-r 25", 25),
        ("-vf fps=5", 5),
    ],
)
def test_the_rate_is_that_of_the_densest_stretch(options: str, fps: int, tmp_path: Path) -> None:
    film = shoot(tmp_path / "screen.mp4", seconds=9, sound=False, options=options)
    assert measure(film, probe(film)).fps == Fraction(fps)


def test_fields_are_joined_where_the_frames_say_so(tmp_path: Path, folder: Path, settings: Settings) -> None:
    settings.LOCAL_VIDEOS_LADDER = [(480, 900_000, "ultrafast")]
    tape = tmp_path / "tape.dv"
    call(
        *("-y", "-f", "lavfi", "-i", "color=white:size=360x576:rate=50:duration=1", "-f", "lavfi", "-i"),
        *("color=black:size=720x576:rate=50:duration=1", "-filter_complex"),
        "[1][0]overlay=x=mod(n*60\\,360),interlace=scan=bff:lowpass=off,setsar=16/15,format=yuv420p",
        *("-c:v", "dvvideo", "-f", "dv", str(tape)),
    )
    _make(tape, folder)
    lines = subprocess.run(
        [
            *(tools.ffmpeg(), "-nostdin", "-v", "error", "-ss", "0.4"),
            *("-i", str(folder / output_files.PROGRESSIVE), "-frames:v", "1"),
            *("-vf", "format=gray", "-f", "rawvideo", "-"),
        ],
        capture_output=True,
        check=True,
    ).stdout
    width = len(lines) // 480
    combs = sum(
        abs(lines[row * width + column] - lines[(row + 1) * width + column]) > 100
        for row in range(100, 380)
        for column in range(0, width, 4)
    )
    assert combs < 280


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("flac", "-c:a flac"),
        ("ac3", "-c:a ac3"),
        ("aiff", "-c:a pcm_s16be"),
        ("mka", "-af pan=ambisonic1|c0=c0|c1=c0|c2=c0|c3=c0 -c:a libopus -mapping_family 2"),
        ("mov", "-af pan=9C|c0=c0|c8=c0 -c:a pcm_s16le"),
    ],
)
def test_every_usual_kind_of_sound_is_taken(ending: str, options: str, tmp_path: Path, folder: Path) -> None:
    sound = tmp_path / f"lesson.{ending}"
    options = options.replace("ambisonic1", "ambisonic 1")
    filters = options.split(" -c:a")[0].removeprefix("-af ") if "-af" in options else "anull"
    coding = f"-c:a{options.split('-c:a')[1]}".split()
    call("-y", "-f", "lavfi", "-i", "sine=duration=3", "-af", filters, *coding, str(sound))
    made = _make(sound, folder)
    assert made.duration == pytest.approx(3, abs=0.2)
    assert _loudness(folder) == pytest.approx(-16, abs=2)


def test_the_track_that_speaks_is_taken_and_said(tmp_path: Path, folder: Path) -> None:
    film = tmp_path / "f.mov"
    call(
        *("-y", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=3"),
        *("-f", "lavfi", "-i", "anullsrc=cl=mono,atrim=duration=3", "-f", "lavfi", "-i", "sine=duration=3"),
        *("-map", "0", "-map", "1", "-map", "2", "-c:a", "pcm_s16le"),
        *("-disposition:a:0", "default", "-disposition:a:1", "0", str(film)),
    )
    assert probe(film).audio_stream == 1
    made = _make(film, folder)
    assert [(change.what, change.said, change.made) for change in made.changes] == [("track", 1, 2)]
    assert _loudness(folder) == pytest.approx(-16, abs=2)


@pytest.mark.django_db
def test_an_editor_reads_what_was_changed(tmp_path: Path) -> None:
    film = tmp_path / "f.mkv"
    call(
        *("-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=60:duration=2"),
        *("-f", "lavfi", "-i", "anoisesrc=duration=2", "-ac", "6", "-c:a", "ac3", "-preset", "ultrafast"),
        str(film),
    )
    video = take_in(file=ContentFile(film.read_bytes(), name="f.mkv"), title="", uploaded_by=None)
    worker.run_job(video.jobs.get().pk)
    video.refresh_from_db()
    assert video.changes == [
        {"what": "rate", "said": 60, "made": 30},
        {"what": "size", "said": 240, "made": 120},
        {"what": "channels", "said": 6, "made": 2},
    ]
    assert len(video.told_changes()) == 3
    assert "60" in video.told_changes()[0]
    assert set(film_changes._SENTENCES) == {"length", "rate", "size", "channels", "track"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with its index at the end, and the same in other containers."""
    place = tmp_path_factory.mktemp("whole")
    film = shoot(place / "f.mp4", seconds=8)
    call("-y", "-i", str(film), "-c", "copy", str(place / "f.mkv"))
    call("-y", "-i", str(film), "-c", "copy", "-movflags", "+faststart", str(place / "index-first.mp4"))
    call("-y", "-i", str(film), "-c:v", "copy", "-c:a", "pcm_s16le", str(place / "f.nut"))
    return place


def _end(content: bytes) -> str:
    try:
        video = take_in(file=ContentFile(content, name="f.mp4"), title="", uploaded_by=None)
    except IntakeRefused as refused:
        return refused.code
    worker.run_job(video.jobs.get().pk)
    video.refresh_from_db()
    return "ready" if video.state == LocalVideo.State.READY else video.jobs.get().reason


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "share", "code"),
    [
        ("f.mp4", 1, "ready"),
        ("f.mp4", 0.5, faults.CUT_OFF),
        ("index-first.mp4", 0.5, faults.CUT_OFF),
        ("f.mkv", 0.5, faults.CUT_OFF),
        ("f.mkv", 0.001, faults.CUT_OFF),
        ("f.nut", 1, faults.KIND),
    ],
)
def test_each_cause_of_a_refusal_is_named(name: str, share: float, code: str, whole: Path) -> None:
    content = (whole / name).read_bytes()
    assert _end(content[: max(200, int(len(content) * share))]) == code


@pytest.mark.django_db
def test_a_damaged_index_and_a_sheet_of_pictures_are_told_apart(whole: Path) -> None:
    content = bytearray((whole / "index-first.mp4").read_bytes())
    place = content.index(b"stsd")
    content[place : place + 80] = b"\xff" * 80
    assert _end(bytes(content)) in {faults.UNREADABLE, faults.KIND}
    assert _end(b"1\n00:00:01,000 --> 00:00:02,000\nhello\n\n" * 50) == faults.NOT_A_FILM


@pytest.mark.django_db
def test_a_length_that_would_refuse_a_film_is_not_believed(tmp_path: Path, settings: Settings) -> None:
    film = tmp_path / "f.aac"
    assert ODD_FILMS["quiet-loud.aac"](film) == 20
    assert probe(film).duration > 60
    settings.LOCAL_VIDEOS_MAX_SECONDS = 60
    assert _end(film.read_bytes()) == "ready"
    settings.LOCAL_VIDEOS_MAX_SECONDS = 15
    assert _end(film.read_bytes()) == faults.TOO_LONG


def test_what_is_put_right_is_what_was_measured(tmp_path: Path) -> None:
    film = shoot(tmp_path / "f.mp4")
    assert put_right(probe(film), measure(film, probe(film))).duration == pytest.approx(2, abs=0.1)
