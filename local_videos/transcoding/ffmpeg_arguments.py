"""The one run of ffmpeg that makes all qualities of a film: its inputs, filters and outputs as arguments.

The film is decoded once; the sound is coded once for all qualities and once, smaller, to be heard alone. Each
quality carries its sound, so that the smallest player plays it.
"""

import os
from math import ceil
from typing import Any

import ffmpeg
from django.conf import settings

from . import loudness, pictures, tools
from .ladder import BITS_OF_SOUND_ALONE, SEGMENT_SECONDS, Rung
from .output_files import NUMBERED_POSTER, PLAYLIST, SEGMENT, SOUND_ONLY
from .plan import Plan

# The picture of a film that has only sound, as rows of red, green and blue in the folder of the work.
DRAWN_PICTURE = "still.rgb"

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


def arguments(plan: Plan) -> list[str]:
    """Return ffmpeg's arguments for the one run of `plan`, which writes into the current folder.

    Where the film is decoded, frames to choose the poster from are written beside the qualities.
    """
    threads = settings.LOCAL_VIDEOS_FFMPEG_THREADS
    limits = {"threads": threads} if threads else {}
    guards = tools.input_guards(settings.LOCAL_VIDEOS_MAX_PIXELS)
    source = ffmpeg.input(tools.input_name(plan.original), **guards, **limits)
    streams, posters = _pictures(source, plan)
    if plan.film.has_sound:
        sound = loudness.normalised(source[str(plan.film.audio_stream)])
        both = loudness.with_gain(sound, plan.gain).filter_multi_output("asplit", 2)
        streams += [both[0], both[1]]
    output = ffmpeg.output(*streams, _targets(plan), **_encoding_options(plan), **limits)
    if posters is not None:
        frames = ffmpeg.output(posters, NUMBERED_POSTER, **pictures.poster_options())
        output = ffmpeg.merge_outputs(output, frames)
    told = output.global_args(
        *("-hide_banner", "-nostdin", "-y", "-v", "warning", "-progress", "pipe:1", "-stats_period", "1"),
        *(("-filter_complex_threads", str(threads)) if threads else ()),
    )
    compiled: list[str] = told.compile()
    return compiled[1:]


def _pictures(source: Any, plan: Plan) -> tuple[list[Any], Any]:
    """Return one stream of pictures for each rung, and one of posters; None where nothing is decoded."""
    film, rate = plan.film, str(plan.frame_rate)
    if not plan.has_picture:
        # Drawn by us, not from outside, so the guards need not let pictures in.
        size: dict[str, Any] = {"pixel_format": "rgb24", "video_size": (plan.best.width, plan.best.height)}
        drawn = ffmpeg.input(tools.input_name(DRAWN_PICTURE), f="rawvideo", framerate=rate, **size)
        # One drawn picture, shown for as long as the sound lasts.
        return _scaled_renditions(
            drawn["0"].filter("tpad", stop=-1, stop_mode="clone"), plan, plan.rungs
        ), None
    own = source[str(film.video_stream)]
    if plan.stream_copy and len(plan.rungs) == 1:
        return [own], None
    picture = own
    if film.is_interlaced:
        # One picture of each pair of fields; frames that are whole already pass untouched.
        picture = picture.filter("bwdif", mode="send_frame", parity="auto", deint="interlaced")
    if plan.stream_copy:
        below, top = _split(picture.filter("fps", fps=rate))
        return [own, *_scaled_renditions(below, plan, plan.rungs[1:])], _posters(top, plan)
    # All qualities share one steady rate and begin at 0, or their segments would not begin together.
    picture = picture.filter("fps", fps=rate, start_time=0)
    missing = film.duration - film.picture_seconds if film.picture_seconds else 0
    if missing > _RAGGED_SECONDS:
        picture = picture.filter("tpad", stop_mode="clone", stop_duration=f"{missing:.3f}")
    below, top = _split(picture)
    return _scaled_renditions(below, plan, plan.rungs), _posters(top, plan)


def _scaled_renditions(picture: Any, plan: Plan, rungs: tuple[Rung, ...]) -> list[Any]:
    """Return `picture` in the size of each of `rungs`, each made smaller from the one above it.

    That costs a third less than making each from the film itself (1080 lines to 720 and 480), and next to
    none of the likeness (SSIM .9985 instead of .9992). Colours and range of brightness are converted once, at
    the top.
    """
    scaled = _scaled(picture, plan, rungs[0])
    streams = []
    for rung in rungs[1:]:
        kept, next_one = _split(scaled)
        streams.append(kept)
        scaled = next_one.filter("scale", rung.width, rung.height).filter("setsar", 1)
    return [*streams, scaled]


def _split(picture: Any) -> tuple[Any, Any]:
    both = picture.filter_multi_output("split", 2)
    return both[0], both[1]


def _posters(picture: Any, plan: Plan) -> Any:
    """Return frames from all over the film: what is decoded anyway costs nothing more."""
    frames = pictures.poster_frames(picture, plan.film.duration, plan.frame_rate)
    return pictures.for_jpeg(_scaled(frames, plan, plan.best))


def _scaled(picture: Any, plan: Plan, rung: Rung) -> Any:
    film = plan.film
    options: dict[str, Any] = {"out_color_matrix": "bt709", "out_range": "tv"}
    if film.unnamed_matrix:
        options["in_color_matrix"] = film.unnamed_matrix
    if film.is_hdr:
        # White paper stays white and faces keep their brightness; only glare beyond that is cut off. The
        # "perceptual" intent keeps the glare and leaves paper at 61 % (PQ) or 68 % (HLG).
        options |= {"out_primaries": "bt709", "out_transfer": "bt709", "intent": "relative_colorimetric"}
    return (
        picture.filter("scale", rung.width, rung.height, **options)
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )


def _encoding_options(plan: Plan) -> dict[str, Any]:
    """Return the options of the encoders."""
    seconds = plan.film.duration
    options: dict[str, Any] = {
        "f": "tee",
        "flags": "+global_header",
        "map_metadata": -1,
        "map_chapters": -1,
        "t": seconds * (1 + _SLACK_SHARE) + _SLACK_SECONDS if plan.has_picture else seconds,
    }
    # The same key frames in every quality, so that a player may change at any segment.
    keyframes = round(plan.frame_rate * SEGMENT_SECONDS)
    if plan.stream_copy:
        times = ",".join(f"{max(0.0, start - _ROUNDING):.6f}" for start in plan.stream_copy.starts)
        cutting = {"g": keyframes * 4, "keyint_min": 1, "force_key_frames": times}
    else:
        cutting = {"g": keyframes, "keyint_min": keyframes}
    coded = len(plan.rungs) - 1 if plan.stream_copy else len(plan.rungs)
    for place, rung in enumerate(plan.rungs):
        if plan.stream_copy and place == 0:
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
    if plan.film.has_sound:
        options |= {"c:a": "aac", "b:a:0": plan.best.bits_of_sound, "b:a:1": BITS_OF_SOUND_ALONE}
    return options


def _targets(plan: Plan) -> str:
    """Return the outputs that share the encoders: a playlist with its segments for each quality."""
    rate, has_sound = plan.frame_rate, plan.film.has_sound
    # A little less than the distance of key frames, or rounding would skip every second one.
    steady = float(round(rate * SEGMENT_SECONDS) / rate) - 0.05
    targets = []
    for place, rung in enumerate(plan.rungs):
        streams = f"v:{place},a:0" if has_sound else f"v:{place}"
        seconds = steady
        if plan.stream_copy:
            # What is coded here has key frames only where it shall be cut.
            seconds = plan.stream_copy.hls_time if place == 0 else _AT_EVERY_KEY_FRAME
        targets.append(_target(rung.name, streams, seconds))
    if has_sound:
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
        "hls_segment_filename": f"{name}/{SEGMENT}",
    }
    return f"[{':'.join(f'{key}={value}' for key, value in options.items())}]{name}/{PLAYLIST}"
