"""The demo's films: slides, quiet music and captions, made on this machine and taken in like any upload."""

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from PIL import Image

from exemplars.models import Exemplar
from lectures.models import Lecture, WatchProgress
from local_videos.models import LocalVideo
from local_videos.playback import captions
from local_videos.playback.caption_files import Cue
from local_videos.transcoding import tools
from local_videos.upload import intake

from . import content, stations
from .library import FEATURED
from .slides import Slide, draw
from .sound import write_music
from .stored_images import keep_image

LANGUAGE = "zh-Hans"
# Slides stand still: more frames would only cost time.
FRAMES_A_SECOND = 5
# An easy pace: letters that are read in a second, and a breath after each sentence.
_LETTERS_A_SECOND = 5.0
_BREATH = 0.6
_SHORTEST = 2.5

Filmed = Lecture | Exemplar


@dataclass(frozen=True)
class Spoken:
    """A sentence and the slide that it is said over, in seconds of the film."""

    start: float
    end: float
    text: str
    slide: int


def pages_without_film(limit: int | None = None) -> Iterator[Filmed]:
    """Yield the demo's lectures and exemplars that have no film yet, among the first `limit` of them."""
    slugs = [(folder, slug) for folder in ("lectures", "exemplars") for slug in content.read_all(folder)]
    # What stands on the home page shall play first, then what the stations show today.
    shown_today = stations.shown_today()
    slugs.sort(key=lambda entry: (entry[1] != FEATURED, entry[1] not in shown_today))
    models: dict[str, type[Filmed]] = {"lectures": Lecture, "exemplars": Exemplar}
    for folder, slug in slugs[:limit]:
        page = models[folder].objects.filter(slug=slug, video__isnull=True).first()
        if page is not None:
            yield page


def make_film(page: Filmed, seconds: float | None = None) -> LocalVideo:
    """Make the film of `page`, take it in, and give it to the page; it is prepared by the films' worker.

    `seconds` is how long the film shall be; None: as long as its sentences take. Raises
    `palette.FontMissingError` and `local_videos.faults.FilmFault`.
    """
    folder = "lectures" if isinstance(page, Lecture) else "exemplars"
    slides = slides_of(content.read_all(folder)[page.slug])
    spoken = timed(slides, seconds)
    with tempfile.TemporaryDirectory(prefix="guben-demo-") as scratch:
        place = Path(scratch)
        pictures = [draw(slide, number, len(slides)) for number, slide in enumerate(slides)]
        path = _encode(place, pictures, _lengths(spoken, len(slides)), page.slug)
        with path.open("rb") as file:
            video = intake.take_in(
                file=File(file, name=f"{page.slug}.mp4"), title=page.title, uploaded_by=None
            )
        captions.replace_captions(video, LANGUAGE, [Cue(one.start, one.end, one.text) for one in spoken])
        # As if an editor had brought it: it stays when the film is ready, for those who have the page open.
        video.poster, video.poster_is_own = keep_image(pictures[0], page.title), False
        video.save(update_fields=["poster", "poster_is_own"])
    page.video = video
    page.save()
    page.save_revision().publish()
    if isinstance(page, Lecture):
        # The demo's members watched it before it was made; it will play what was taken in.
        records = WatchProgress.objects.filter(lecture_key=page.lesson_key, version=None)
        records.update(version=LocalVideo(pk=video.pk, playing_hash=video.content_hash).playing_version)
    return video


def slides_of(text: dict[str, Any]) -> list[Slide]:
    """Return the slides that a lecture's or exemplar's text describes, the opening one first."""
    opening = Slide(
        title=text["title"],
        lines=(text["summary"],),
        picture=text.get("picture") or text["slides"][0]["picture"],
        say=(f"{text['title']}。", text["summary"]),
        opening=True,
    )
    rest = [
        Slide(slide["title"], tuple(slide["lines"]), slide["picture"], tuple(slide["say"]))
        for slide in text["slides"]
    ]
    return [opening, *rest]


def timed(slides: list[Slide], seconds: float | None = None) -> list[Spoken]:
    """Return all sentences with their times; stretched or pressed to `seconds` if given."""
    natural = [
        (max(_SHORTEST, len(text) / _LETTERS_A_SECOND + _BREATH), text, number)
        for number, slide in enumerate(slides)
        for text in slide.say
    ]
    scale = seconds / sum(length for length, _, _ in natural) if seconds else 1.0
    spoken, now = [], 0.0
    for length, text, number in natural:
        spoken.append(Spoken(now, now + length * scale, text, number))
        now += length * scale
    return spoken


def seconds_of(slug: str, seconds: float | None = None) -> float:
    """Return how long the film of the lecture `slug` is, or will be."""
    return round(timed(slides_of(content.read_all("lectures")[slug]), seconds)[-1].end, 1)


def _lengths(spoken: list[Spoken], count: int) -> list[float]:
    """Return how many seconds each slide stands."""
    return [sum(one.end - one.start for one in spoken if one.slide == number) for number in range(count)]


def _encode(place: Path, pictures: list[Image.Image], lengths: list[float], seed: str) -> Path:
    """Write pictures and music as one MP4 file below `place` and return its path."""
    listed = []
    for number, (image, length) in enumerate(zip(pictures, lengths, strict=True)):
        # Not every ffmpeg reads PNG: the one of the wheel does not.
        image.save(place / f"{number}.bmp")
        listed += [f"file '{number}.bmp'", f"duration {length:.3f}"]
    # ffmpeg passes over the length of the last picture unless the picture is named again.
    (place / "slides.txt").write_text("\n".join([*listed, f"file '{len(pictures) - 1}.bmp'"]))
    write_music(place / "music.wav", sum(lengths), seed)
    made = place / "film.mp4"
    subprocess.run(  # noqa: S603  our own program on our own files
        [
            *[tools.ffmpeg(), "-nostdin", "-y", "-v", "error"],
            *["-f", "concat", "-safe", "0", "-i", str(place / "slides.txt"), "-i", str(place / "music.wav")],
            *["-vf", f"fps={FRAMES_A_SECOND},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"],
            *["-t", f"{sum(lengths):.3f}", "-colorspace", "bt709", "-color_primaries", "bt709"],
            *["-color_trc", "bt709", "-color_range", "tv"],
            *["-c:v", "libx264", "-preset", "ultrafast", "-tune", "stillimage", "-crf", "20", "-g", "100"],
            *["-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", str(made)],
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return made
