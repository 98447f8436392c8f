"""The one run of ffmpeg that makes all qualities of a film: its inputs, filters and outputs as arguments.

The film is decoded once; the sound is coded once for all qualities and once, smaller, to be heard alone. Each
quality carries its sound, so that the smallest player plays it.
"""

import os
from math import ceil
from pathlib import Path
from typing import Any

import ffmpeg
from django.conf import settings

from . import loudness, pictures, running
from .copying import Cuts
from .ladder import BITS_OF_SOUND_ALONE, SEGMENT_SECONDS, Rung, frame_rate
from .playlists import PLAYLIST, SOUND_ONLY
from .probing import Probe

STILL = "still.rgb"

_CRF = 24
# A picture that ends this much before its sound stands still until the sound ends.
_RAGGED_SECONDS = 1.0
# Reading goes on this much beyond the length that the file claims, and no further.
_SLACK_SHARE, _SLACK_SECONDS = 0.02, 5
# ffmpeg chooses the first frame at or after a time; this is less than half a frame at 60 a second.
_ROUNDING = 0.005
_AT_EVERY_KEY_FRAME = 0.1
# Pictures that are coded out of order would begin before 0; each quality would be moved by another bit then.
_HEAD_START_SECONDS = 0.5


def arguments(original: Path, film: Probe, rungs: list[Rung], *, gain: float, cuts: Cuts | None) -> list[str]:
    """Return ffmpeg's arguments for one run over `original`, writing into the current folder.

    `gain` is in decibels. With `cuts`, the first rung is the film's own picture. Where the film is decoded,
    frames to choose the poster from are written beside the qualities.
    """
    threads = settings.LOCAL_VIDEOS_FFMPEG_THREADS
    limits = {"threads": threads} if threads else {}
    guards = running.guards(settings.LOCAL_VIDEOS_MAX_PIXELS)
    source = ffmpeg.input(running.input_name(original), **guards, **limits)
    streams, posters = _pictures(source, film, rungs, cuts)
    if film.audio_stream is not None:
        sound = loudness.levelled(loudness.evened(source[str(film.audio_stream)]), gain)
        both = sound.filter_multi_output("asplit", 2)
        streams += [both[0], both[1]]
    output = ffmpeg.output(*streams, _targets(film, rungs, cuts), **_options(film, rungs, cuts), **limits)
    if posters is not None:
        output = ffmpeg.merge_outputs(output, ffmpeg.output(posters, pictures.POSTERS, **pictures.several()))
    told = output.global_args(
        *("-hide_banner", "-nostdin", "-y", "-v", "warning", "-progress", "pipe:1", "-stats_period", "1"),
        *(("-filter_complex_threads", str(threads)) if threads else ()),
    )
    compiled: list[str] = told.compile()
    return compiled[1:]


def _pictures(source: Any, film: Probe, rungs: list[Rung], cuts: Cuts | None) -> tuple[list[Any], Any]:
    """Return one stream of pictures for each rung, and one of posters; None where nothing is decoded."""
    if film.video_stream is None:
        # Drawn by `still`; not from outside, so the guards need not let pictures in.
        size: dict[str, Any] = {"pixel_format": "rgb24", "video_size": (rungs[0].width, rungs[0].height)}
        drawn = ffmpeg.input(f"file:{STILL}", f="rawvideo", framerate=str(frame_rate(film)), **size)
        # One drawn picture, shown for as long as the sound lasts.
        return _stairs(drawn["0"].filter("tpad", stop=-1, stop_mode="clone"), film, rungs), None
    own = source[str(film.video_stream)]
    if cuts and len(rungs) == 1:
        return [own], None
    picture = own
    if film.is_interlaced:
        # One picture of each pair of fields; frames that are whole already pass untouched.
        picture = picture.filter("bwdif", mode="send_frame", parity="auto", deint="interlaced")
    if cuts:
        below, top = _twice(picture.filter("fps", fps=str(frame_rate(film))))
        return [own, *_stairs(below, film, rungs[1:])], _posters(top, film, rungs[0])
    # All qualities share one steady rate and begin at 0, or their segments would not begin together.
    picture = picture.filter("fps", fps=str(frame_rate(film)), start_time=0)
    missing = film.duration - film.picture_seconds if film.picture_seconds else 0
    if missing > _RAGGED_SECONDS:
        picture = picture.filter("tpad", stop_mode="clone", stop_duration=f"{missing:.3f}")
    below, top = _twice(picture)
    return _stairs(below, film, rungs), _posters(top, film, rungs[0])


def _stairs(picture: Any, film: Probe, rungs: list[Rung]) -> list[Any]:
    """Return `picture` in the size of each rung, each made smaller from the one above it.

    That costs a third less than making each from the film itself (1080 lines to 720 and 480), and next to
    none of the likeness (SSIM .9985 instead of .9992). Colours and range of brightness are converted once, at
    the top.
    """
    scaled = _scaled(picture, film, rungs[0])
    streams = []
    for rung in rungs[1:]:
        kept, next_one = _twice(scaled)
        streams.append(kept)
        scaled = next_one.filter("scale", rung.width, rung.height).filter("setsar", 1)
    return [*streams, scaled]


def _twice(picture: Any) -> tuple[Any, Any]:
    both = picture.filter_multi_output("split", 2)
    return both[0], both[1]


def _posters(picture: Any, film: Probe, rung: Rung) -> Any:
    """Return frames from all over the film: what is decoded anyway costs nothing more."""
    return pictures.for_jpeg(_scaled(pictures.chosen(picture, film.duration, frame_rate(film)), film, rung))


def _scaled(picture: Any, film: Probe, rung: Rung) -> Any:
    options: dict[str, Any] = {"out_color_matrix": "bt709", "out_range": "tv"}
    if film.unnamed_matrix:
        options["in_color_matrix"] = film.unnamed_matrix
    if film.is_hdr:
        # White paper stays white and faces keep their brightness; only glare beyond that is cut off. The
        # "perceptual" way keeps the glare and leaves paper at 61 % (PQ) or 68 % (HLG).
        options |= {"out_primaries": "bt709", "out_transfer": "bt709", "intent": "relative_colorimetric"}
    return (
        picture.filter("scale", rung.width, rung.height, **options)
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )


def _options(film: Probe, rungs: list[Rung], cuts: Cuts | None) -> dict[str, Any]:
    """Return the options of the encoders."""
    rate = frame_rate(film)
    keyframes = round(rate * SEGMENT_SECONDS)
    whole = film.video_stream is None
    options: dict[str, Any] = {
        "f": "tee",
        "flags": "+global_header",
        "map_metadata": -1,
        "map_chapters": -1,
        "t": film.duration if whole else film.duration * (1 + _SLACK_SHARE) + _SLACK_SECONDS,
    }
    # The same key frames in every quality, so that a player may change at any segment.
    if cuts:
        times = ",".join(f"{max(0.0, cut - _ROUNDING):.6f}" for cut in cuts.seconds)
        cutting = {"g": keyframes * 4, "keyint_min": 1, "force_key_frames": times}
    else:
        cutting = {"g": keyframes, "keyint_min": keyframes}
    coded = len(rungs) - 1 if cuts else len(rungs)
    for place, rung in enumerate(rungs):
        if cuts and place == 0:
            options["c:v:0"] = "copy"
            continue
        coding = {
            "c": "libx264",
            "profile": "high",
            "crf": _CRF,
            "preset": rung.preset,
            "maxrate": rung.bits,
            "bufsize": rung.bits * 2,
            "sc_threshold": 0,
            "forced-idr": 1,
            # The encoders work side by side: together they take each core once, where each by itself would
            # take all, and spend a twentieth more on waiting for one another.
            "threads": settings.LOCAL_VIDEOS_FFMPEG_THREADS or ceil(len(os.sched_getaffinity(0)) / coded),
            "colorspace": "bt709",
            "color_primaries": "bt709",
            "color_trc": "bt709",
            **cutting,
        }
        options |= {f"{name}:v:{place}": value for name, value in coding.items()}
    if film.has_sound:
        options |= {"c:a": "aac", "b:a:0": rungs[0].bits_of_sound, "b:a:1": BITS_OF_SOUND_ALONE}
    return options


def _targets(film: Probe, rungs: list[Rung], cuts: Cuts | None) -> str:
    """Return the outputs that share the encoders: a playlist with its segments for each quality."""
    rate = frame_rate(film)
    # A little less than the distance of key frames, or rounding would skip every second one.
    steady = float(round(rate * SEGMENT_SECONDS) / rate) - 0.05
    targets = []
    for place, rung in enumerate(rungs):
        streams = f"v:{place},a:0" if film.has_sound else f"v:{place}"
        seconds = steady
        if cuts:
            # What is coded here has key frames only where it shall be cut.
            seconds = cuts.target if place == 0 else _AT_EVERY_KEY_FRAME
        targets.append(_target(rung.name, streams, seconds))
    if film.has_sound:
        targets.append(_target(SOUND_ONLY, "a:1", SEGMENT_SECONDS))
    return "|".join(targets)


def _target(name: str, streams: str, seconds: float) -> str:
    options = {
        "f": "hls",
        "select": f"\\'{streams}\\'",
        "output_ts_offset": _HEAD_START_SECONDS,
        "hls_time": f"{seconds:.3f}",
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        # Named .mp4 because servers know that type and many do not know .m4s.
        "hls_segment_filename": f"{name}/%05d.mp4",
    }
    return f"[{':'.join(f'{key}={value}' for key, value in options.items())}]{name}/{PLAYLIST}"
