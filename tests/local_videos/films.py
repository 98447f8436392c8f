"""Films for tests: made by the real ffmpeg, a second or two long."""

import json
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files import File

from local_videos import storage
from local_videos.models import LocalVideo, TranscodeJob
from local_videos.transcoding import ladder, output_files, tools
from local_videos.transcoding.changes import Change
from local_videos.transcoding.probing import Mark
from local_videos.transcoding.transcode import Made, transcode
from tests.made_once import made_once


def shoot(
    path: Path,
    *,
    seconds: float = 2,
    size: str = "320x240",
    sound: bool = True,
    fps: str = "25",
    options: str = "",
) -> Path:
    """Make a film of moving bars at `path`; its ending chooses the container."""
    sources = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={fps}:duration={seconds}"]
    if sound:
        sources += ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]
    arguments = [*sources, "-pix_fmt", "yuv420p", "-preset", "ultrafast", *options.split()]
    name = f"film{path.suffix}"
    made = made_once(repr([name, arguments]), lambda place: call("-y", *arguments, str(place / name)))
    shutil.copyfile(made / name, path)
    return path


def transcode_once(original: Path, folder: Path, on_percent: Callable[[int], None]) -> Made:
    """Do what `transcode` does; copy the result where this run of the suite prepared the same film alike.

    For tests of what happens around the preparation of a film.
    """
    how = {name: getattr(settings, name) for name in dir(settings) if name.startswith("LOCAL_VIDEOS_")}
    places = ("LOCAL_VIDEOS_ROOT", "LOCAL_VIDEOS_STREAMS_ROOT")
    how = {name: value for name, value in how.items() if name not in places}
    what = f"{sha256(original.read_bytes()).hexdigest()} {sorted(how.items())}"
    on_percent(0)
    kept = made_once(what, lambda place: transcode(original, place, on_percent))
    on_percent(99)
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    made = json.loads((kept / output_files.MANIFEST).read_text())
    parts = {"rungs": ladder.Rung, "chapters": Mark, "changes": Change}
    return Made(**made | {name: tuple(of(**one) for one in made[name]) for name, of in parts.items()})


def shoot_long(path: Path, *, times: int, seconds: float, size: str) -> Path:
    """Make a film that shows the same seconds many times: to copy them costs next to nothing."""
    once = shoot(path.with_name(f"once-{path.name}"), seconds=seconds, size=size)
    call("-y", "-stream_loop", str(times - 1), "-i", str(once), "-c", "copy", str(path))
    once.unlink()
    return path


def call(*arguments: str) -> None:
    """Run ffmpeg."""
    subprocess.run([tools.ffmpeg(), "-v", "error", "-nostdin", *arguments], check=True, timeout=60)


def prepare(film: Path, folder: Path) -> Made:
    """Prepare `film` in `folder`, and see that what plays is as long as what the film holds when decoded."""
    made = transcode(film, folder, lambda percent: None)
    begins, ends = decoded_span(film)
    slack = max(0.3, 0.02 * (ends - begins))
    assert abs(made.duration - (ends - begins)) <= slack, f"{made.duration} s of {ends - begins} s"
    return made


def decoded_span(film: Path) -> tuple[float, float]:
    """Return when the first of all decoded frames of picture and sound begins, and when the last one ends."""
    told = subprocess.run(
        [
            *(tools.ffprobe(), "-v", "error", "-of", "json", "-show_entries"),
            *("frame=media_type,pts_time,best_effort_timestamp_time,duration_time,nb_samples", str(film)),
        ],
        capture_output=True,
        check=True,
        timeout=60,
    )
    spans = [
        (begins, begins + float(frame.get("duration_time", 0)))
        for frame in json.loads(told.stdout)["frames"]
        if frame.get("media_type") in ("video", "audio")
        for begins in [float(frame.get("pts_time", frame.get("best_effort_timestamp_time", 0)))]
    ]
    return min(span[0] for span in spans), max(span[1] for span in spans)


def upload_of(path: Path, name: str | None = None) -> File:
    """Return a copy of the film at `path` as an uploaded file."""
    copy = path.with_name(f"{uuid4().hex}{path.suffix}")
    shutil.copy(path, copy)
    return File(copy.open("rb"), name=name or path.name)


def make_ready_film(title: str = "白菜怎么种", *, duration: float = 60.0, **fields: object) -> LocalVideo:
    """Return a film that can be streamed, with empty files in the place of pictures and sound; no ffmpeg."""
    video = LocalVideo.objects.create(
        title=title, original=uuid4().hex, duration=duration, state=LocalVideo.State.READY, **fields
    )
    video.current_job = TranscodeJob.objects.create(video=video, state=TranscodeJob.State.DONE, percent=100)
    video.save()
    folder = storage.job_folder(video.pk, video.current_job.pk)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (output_files.MASTER, output_files.PROGRESSIVE, output_files.POSTER, output_files.MANIFEST):
        (folder / name).touch()
    return video
