"""What preparing a film costs in processor time, against plain ffmpeg on the same film.

    make bench NAME=transcode                      a film made for the purpose, as a 4K camera would
    make bench NAME=transcode FILM=path ROUNDS=3   a film of yours

Compared are, in turns, on the same film (a short one repeated to at least 16 seconds, a long one cut after
24, so that a run takes some four minutes on two cores):

* our job, whole, as the site does it: taking the file in (copying, probing, hashing), one ffmpeg that decodes
  once and makes every quality and the sound alone, measuring and levelling the loudness, the one MP4 for
  simple boxes, five posters, the thumbnails of the line, the rows of the database;
* bare: one ffmpeg command that decodes once and makes the same qualities with the same encoders, presets,
  limits and key frames, with the sound coded for each of them and once more alone. It measures no loudness
  and makes no MP4, posters or thumbnails;
* per rung: the same by one ffmpeg process for each quality and one for the sound alone; each decodes anew.

The first and the last are measured once more on a film that an editor's program exported small enough: our
job keeps its picture as the best quality (`local_videos.transcoding.stream_copy`), one process for each
quality codes all.

What one process for each quality wastes is reading the film again: much where the film is larger than what is
made of it or hard to decode (4K, HEVC), little where a film of the best quality's own size is hard to code,
nothing where only one quality is made. So decoding alone is measured too, and the last line says beside the
ratios what sparing it all but once could bring at best.

Processor time is user + system of this process and its children. Every other round goes the other way about;
medians count.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

_DATA = tempfile.mkdtemp(prefix="guben-bench-")
os.environ["GUBEN_DATA"] = _DATA
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.base")

import django  # noqa: E402  the data directory must be known first

django.setup()

from django.core.files import File  # noqa: E402  as above
from django.core.management import call_command  # noqa: E402

from local_videos import storage  # noqa: E402
from local_videos.jobs import worker  # noqa: E402
from local_videos.models import LocalVideo  # noqa: E402
from local_videos.transcoding import stream_copy, tools  # noqa: E402
from local_videos.transcoding.ladder import SEGMENT_SECONDS, Rung, frame_rate_for, ladder_for  # noqa: E402
from local_videos.transcoding.measuring import measure, put_right  # noqa: E402  as above
from local_videos.transcoding.probing import Probe, probe  # noqa: E402
from local_videos.upload.intake import take_in  # noqa: E402

LEAST_SECONDS, MOST_SECONDS = 16, 24
_MADE_SECONDS = 8
TARGETS = {
    "cpu_vs_bare_ffmpeg": 1.05,
    "cpu_vs_one_run_per_rung": 0.70,
    "cpu_vs_one_run_per_rung_copied_top": 0.50,
}


def main() -> int:
    """Measure, print a table and the ratios; return 1 if one misses its target."""
    rounds = int(os.environ.get("ROUNDS", "2"))
    folder = Path(_DATA)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        film = _fit_to_measure(_chosen(folder), folder)
        fitting = _fitting(film, folder)
        print(_said("film", film))
        print(_said("the same, small enough to be copied", fitting))
        fits = film == fitting
        contenders: dict[str, Callable[[], None]] = {
            "our job": lambda: _our_job(film),
            "bare ffmpeg, one command": lambda: _bare(film, folder, copy_top=fits),
            "one ffmpeg per rung": lambda: _per_rung(film, folder),
            "our job, top copied": lambda: _our_job(fitting),
            "one ffmpeg per rung, small film": lambda: _per_rung(fitting, folder),
            "decoding alone": lambda: _decode(film, folder),
        }
        spared = len(ladder_for(probe(film))) - 1
        spent = _measure(contenders, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _report(spent, spared)


def _measure(contenders: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds):
        # Every other round the other way about, so that a busy neighbour hits all alike.
        for name in list(contenders)[:: 1 if turn % 2 == 0 else -1]:
            before = _cpu()
            contenders[name]()
            spent[name].append(_cpu() - before)
    return spent


def _report(spent: dict[str, list[float]], spared: int) -> int:
    print(f"{'':34}{'CPU s, median':>14}{'least':>9}{'most':>9}")
    for name, times in spent.items():
        print(f"{name:34}{statistics.median(times):14.2f}{min(times):9.2f}{max(times):9.2f}")
    cost = {name: statistics.median(times) for name, times in spent.items()}
    ratios = {
        "cpu_vs_bare_ffmpeg": cost["our job"] / cost["bare ffmpeg, one command"],
        "cpu_vs_one_run_per_rung": cost["our job"] / cost["one ffmpeg per rung"],
        "cpu_vs_one_run_per_rung_copied_top": cost["our job, top copied"]
        / cost["one ffmpeg per rung, small film"],
        "cpu_vs_one_run_per_rung_at_best": 1 - spared * cost["decoding alone"] / cost["one ffmpeg per rung"],
    }
    ratios = {name: round(ratio, 3) for name, ratio in ratios.items()}
    missed = [name for name, target in TARGETS.items() if ratios[name] > target]
    print(f"missed: {', '.join(missed) or 'nothing'}")
    print(json.dumps(ratios))
    return 1 if missed else 0


def _our_job(film: Path) -> None:
    with film.open("rb") as file:
        video = take_in(file=File(file, name=film.name), title=film.stem, uploaded_by=None)
    worker.run_job(video.jobs.get().pk)
    video.refresh_from_db()
    assert video.state == LocalVideo.State.READY, video.fault()
    shutil.rmtree(storage.root() / str(video.pk))


def _bare(film: Path, folder: Path, *, copy_top: bool) -> None:
    facts = probe(film)
    rungs = ladder_for(facts)
    coded = list(enumerate(rungs))[1 if copy_top else 0 :]
    graph = f"[0:v:0]fps={frame_rate_for(facts)},split={len(coded)}"
    graph += "".join(f"[p{place}]" for place, _ in coded)
    for place, rung in coded:
        graph += f";[p{place}]{_scale(rung)}[v{place}]"
    maps = ["-filter_complex", graph] if coded else []
    maps += ["-map", "0:v:0"] if copy_top else []
    maps += [part for place, _ in coded for part in ("-map", f"[v{place}]")]
    groups = [f"v:{place}" for place in range(len(rungs))]
    if facts.has_sound:
        maps += ["-map", "0:a:0"] * (len(rungs) + 1)
        groups = [f"v:{place},a:{place}" for place in range(len(rungs))] + [f"a:{len(rungs)}"]
    coding = [part for place, rung in coded for part in _coding(facts, rung, place)]
    coding += ["-c:v:0", "copy"] if copy_top else []
    sound = ["-c:a", "aac", "-ac", "2", "-ar", "48000", "-b:a", "96k"] if facts.has_sound else []
    made = _emptied(folder / "bare")
    _ffmpeg(
        *("-i", str(film), *maps, *coding, *sound, *_hls("%v")),
        *("-master_pl_name", "master.m3u8", "-var_stream_map", " ".join(groups), "%v/index.m3u8"),
        cwd=made,
    )


def _per_rung(film: Path, folder: Path) -> None:
    facts = probe(film)
    made = _emptied(folder / "per-rung")
    sound = ["-map", "0:a:0", "-c:a", "aac", "-ac", "2", "-ar", "48000"] if facts.has_sound else []
    for rung in ladder_for(facts):
        (made / rung.name).mkdir()
        picture = ["-vf", f"fps={frame_rate_for(facts)},{_scale(rung)}", *_coding(facts, rung, 0)]
        aac = [*sound, "-b:a", "96k"] if sound else []
        output = [*_hls(rung.name), f"{rung.name}/index.m3u8"]
        _ffmpeg("-i", str(film), "-map", "0:v:0", *picture, *aac, *output, cwd=made)
    if sound:
        (made / "sound").mkdir()
        _ffmpeg("-i", str(film), *sound, "-b:a", "48k", *_hls("sound"), "sound/index.m3u8", cwd=made)


def _decode(film: Path, folder: Path) -> None:
    _ffmpeg("-i", str(film), "-map", "0:v:0", "-f", "null", "-", cwd=folder)


def _scale(rung: Rung) -> str:
    return f"scale={rung.width}:{rung.height}:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p"


def _coding(facts: Probe, rung: Rung, place: int) -> list[str]:
    keyframes = str(round(frame_rate_for(facts) * SEGMENT_SECONDS))
    options = {
        "c": "libx264",
        "profile": "high",
        "crf": "24",
        "preset": rung.preset,
        "maxrate": str(rung.bits),
        "bufsize": str(rung.bits * 2),
        "g": keyframes,
        "keyint_min": keyframes,
        "sc_threshold": "0",
    }
    return [part for name, value in options.items() for part in (f"-{name}:v:{place}", value)]


def _hls(name: str) -> list[str]:
    return [
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS - 0.05), "-hls_playlist_type", "vod"),
        *("-hls_segment_type", "fmp4", "-hls_flags", "independent_segments"),
        *("-hls_segment_filename", f"{name}/%05d.mp4"),
    ]


def _chosen(folder: Path) -> Path:
    """The film named by FILM or on the command line; else one as cameras make them: large and noisy."""
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FILM", "")
    if named:
        return Path(named).resolve()
    place = folder / "made.mp4"
    scene = f"testsrc2=size=3840x2160:rate=30:duration={_MADE_SECONDS},noise=alls=8:allf=t"
    tone = f"anoisesrc=color=pink:duration={_MADE_SECONDS}:amplitude=0.2"
    picture = {"preset": "superfast", "b:v": "45M", "maxrate": "50M", "bufsize": "50M"}
    _ffmpeg(
        *("-f", "lavfi", "-i", scene, "-f", "lavfi", "-i", tone, "-pix_fmt", "yuv420p", "-c:v", "libx264"),
        *(part for name, value in picture.items() for part in (f"-{name}", value)),
        *("-c:a", "aac", str(place)),
        cwd=folder,
    )
    return place


def _fit_to_measure(film: Path, folder: Path) -> Path:
    """Repeat a short film, or starting programs would be what is measured; cut a long one. No coding."""
    facts = probe(film)
    if LEAST_SECONDS <= facts.duration <= MOST_SECONDS:
        return film
    place = folder / f"measured{film.suffix}"
    again = ["-stream_loop", str(max(0, int(LEAST_SECONDS / facts.duration)))]
    whole = ["-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-t", str(MOST_SECONDS)]
    _ffmpeg(*again, "-i", str(film), *whole, str(place), cwd=folder)
    return place


def _fitting(film: Path, folder: Path) -> Path:
    """Return the film as an editor's program would export it: the size and bits of the best quality."""
    facts = probe(film)
    rung = ladder_for(facts)[0]
    if _can_be_copied(film):
        return film
    place = folder / "fitting.mp4"
    keep = ["-map", "0:v:0", "-map", "0:a:0?", "-c:a", "aac"]
    picture = f"fps={frame_rate_for(facts)},{_scale(rung)}"
    _ffmpeg("-i", str(film), *keep, "-vf", picture, *_coding(facts, rung, 0), str(place), cwd=folder)
    assert _can_be_copied(place), "the film cannot be copied"
    return place


def _can_be_copied(film: Path) -> bool:
    measured = measure(film, probe(film))
    facts = put_right(probe(film), measured)
    return stream_copy.find(facts, measured, ladder_for(facts)[0]) is not None


def _said(name: str, film: Path) -> str:
    facts = probe(film)
    bits = facts.size * 8 / facts.duration / 1_000_000
    rungs = ", ".join(rung.name for rung in ladder_for(facts))
    shape = f"{facts.width}x{facts.height}, {facts.duration:.1f} s, {bits:.1f} Mbit/s"
    return f"{name}: {shape}; made of it: {rungs}"


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _ffmpeg(*arguments: str, cwd: Path) -> None:
    command = [tools.ffmpeg(), "-hide_banner", "-nostdin", "-y", "-v", "error", *arguments]
    subprocess.run(command, cwd=cwd, check=True)


def _cpu() -> float:
    """Seconds that this process and all its ended children have computed."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    sys.exit(main())
