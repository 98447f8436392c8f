"""The one run of ffmpeg that makes all qualities of a film: its inputs, filters and outputs as arguments.

The film is decoded once; the sound is coded once for all qualities and once, smaller, to be heard alone. Each
quality carries its sound, so that the smallest player plays it.
"""

import os
from collections.abc import Iterator
from math import ceil
from typing import Any

import ffmpeg
from django.conf import settings

from . import filter_graphs, loudness, pictures, tools
from .film_input import film_input, global_arguments
from .ladder import BITS_OF_SOUND_ALONE, SEGMENT_SECONDS, Rung
from .output_files import NUMBERED_POSTER, PLAYLIST, SEGMENT, SOUND_ONLY
from .plan import Plan

# The picture of a film that has only sound, as rows of red, green and blue in the folder of the work.
DRAWN_PICTURE = "still.rgb"

_CRF = 24
# ffmpeg chooses the first frame at or after a time; this is less than half a frame at 60 a second.
_ROUNDING = 0.005
_AT_EVERY_KEY_FRAME = 0.1
# Pictures that are coded out of order would begin before 0; each quality would be moved by another bit then.
_HEAD_START_SECONDS = 0.5
_COLOURS = {"out_color_matrix": "bt709", "out_range": "tv"}
# Shapes (width by height) that differ by less than this are the same: sizes are even numbers.
_SAME_SHAPE = 0.03


def command(plan: Plan) -> list[str]:
    """Return the command of the one run of `plan`, which writes into the current folder.

    Where the film is decoded, frames to choose the poster from are written beside the qualities.
    """
    threads = settings.LOCAL_VIDEOS_FFMPEG_THREADS
    limits = {"threads": threads} if threads else {}
    program = tools.ffmpeg_for(plan.film.codec)
    source = film_input(plan.original, plan.measured, program, **limits)
    alike: dict[int, str] = {}
    streams, posters = _pictures(source, plan, alike)
    if plan.film.sound is not None:
        track = plan.film.sound
        alike[track.stream] = loudness.as_stereo(track)
        sound = loudness.with_gain(loudness.without_gaps(source[str(track.stream)]), plan.gain)
        both = sound.filter_multi_output("asplit", 2)
        streams += [both[0], both[1]]
    output = ffmpeg.output(*streams, _targets(plan), **_encoding_options(plan), **limits)
    if posters is not None:
        frames = ffmpeg.output(posters, NUMBERED_POSTER, **pictures.poster_options())
        output = ffmpeg.merge_outputs(output, frames)
    told = output.global_args(
        *("-hide_banner", "-nostdin", "-y", "-v", "warning", "-progress", "pipe:1", "-stats_period", "1"),
        *(("-filter_complex_threads", str(threads)) if threads else ()),
        *global_arguments(plan.measured, program),
    )
    held = [int(plan.film.video_stream or 0)] if plan.measured.picture_ends_early else []
    return filter_graphs.compiled(program, told, tools.input_name(plan.original), alike, in_one=held)


def _pictures(source: Any, plan: Plan, alike: dict[int, str]) -> tuple[list[Any], Any]:
    """Return one stream of pictures for each rung, and one of posters; None where nothing is decoded.

    Adds to `alike` what makes the film's frames alike (see `filter_graphs`).
    """
    film, measured = plan.film, plan.measured
    if measured.picture is None:
        # Drawn by us, not from outside, so the guards need not let pictures in.
        size: dict[str, Any] = {"pixel_format": "rgb24", "video_size": (plan.best.width, plan.best.height)}
        name, rate = tools.input_name(DRAWN_PICTURE), str(plan.frame_rate)
        drawn = ffmpeg.input(name, f="rawvideo", framerate=rate, **size)["0"]
        # One picture, shown for as long as the sound lasts.
        shown = drawn.filter("tpad", stop_mode="clone", stop_duration=f"{measured.seconds:.3f}")
        shown = shown.filter("scale", **_COLOURS).filter("format", "yuv420p")
        return _scaled_renditions(shown, plan.rungs), None
    own = source[str(film.video_stream)]
    if plan.stream_copy and len(plan.rungs) == 1:
        return [own], None
    alike[int(film.video_stream or 0)] = ",".join(_alike(plan))
    picture = own
    if plan.stream_copy:
        below, top = _split(picture)
        return [own, *_scaled_renditions(_smaller(below, plan.rungs[1]), plan.rungs[1:])], _posters(top, plan)
    # All qualities begin at 0, or their segments would not begin together.
    if measured.picture_is_late:
        picture = picture.filter("fps", fps=str(plan.frame_rate), start_time=0)
    if measured.picture_ends_early:
        missing = f"{measured.seconds - measured.picture[1]:.3f}"
        picture = picture.filter("tpad", stop_mode="clone", stop_duration=missing)
    below, top = _split(picture)
    return _scaled_renditions(below, plan.rungs), _posters(top, plan)


def _alike(plan: Plan) -> Iterator[str]:
    """Yield the filters that make all frames of the film alike: whole pictures of the best quality's size."""
    if plan.film.has_fields:
        # One picture of each pair of fields; frames that are whole already pass untouched.
        yield "bwdif=mode=send_frame:parity=auto:deint=interlaced"
    # All qualities share one steady rate. What is not shown need not be made smaller.
    yield f"fps=fps={plan.frame_rate}"
    yield from _scaled(plan)


def _scaled_renditions(picture: Any, rungs: tuple[Rung, ...]) -> list[Any]:
    """Return `picture`, which has the size of the first of `rungs`, in the size of each of them.

    Each is made smaller from the one above it. That costs a third less than making each from the film itself
    (1080 lines to 720 and 480), and next to none of the likeness (SSIM .9985 instead of .9992). Colours and
    range of brightness are converted once, at the top.
    """
    streams = []
    for rung in rungs[1:]:
        kept, next_one = _split(picture)
        streams.append(kept)
        picture = _smaller(next_one, rung)
    return [*streams, picture]


def _smaller(picture: Any, rung: Rung) -> Any:
    return picture.filter("scale", rung.width, rung.height).filter("setsar", 1)


def _split(picture: Any) -> tuple[Any, Any]:
    both = picture.filter_multi_output("split", 2)
    return both[0], both[1]


def _posters(picture: Any, plan: Plan) -> Any:
    """Return frames from all over the film: what is decoded anyway costs nothing more."""
    return pictures.for_jpeg(pictures.poster_frames(picture, plan.film.duration, plan.frame_rate))


def _scaled(plan: Plan) -> Iterator[str]:
    """Yield the filters that bring a picture to the size and the colours of the best quality.

    A picture of another shape, where that changes in the middle of a film, gets black borders.
    """
    film, width, height = plan.film, plan.best.width, plan.best.height
    options: dict[str, Any] = dict(_COLOURS)
    if film.unnamed_matrix:
        options["in_color_matrix"] = film.unnamed_matrix
    if film.is_hdr:
        # White paper stays white and faces keep their brightness; only glare beyond that is cut off. The
        # "perceptual" intent keeps the glare and leaves paper at 61 % (PQ) or 68 % (HLG).
        options |= {"out_primaries": "bt709", "out_transfer": "bt709", "intent": "relative_colorimetric"}
    same_shape = f"lt(abs(dar/{film.width / film.height:.6f}-1),{_SAME_SHAPE})"
    wide = f"if({same_shape},{width},min({width},2*max(1,round({height}*dar/2))))"
    high = f"if({same_shape},{height},min({height},2*max(1,round({width}/dar/2))))"
    others = "".join(f":{name}={value}" for name, value in options.items())
    yield f"scale=w='{wide}':h='{high}'{others}"
    yield f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2"
    yield "setsar=1"
    yield "format=yuv420p"


def _encoding_options(plan: Plan) -> dict[str, Any]:
    """Return the options of the encoders."""
    options: dict[str, Any] = {
        "f": "tee",
        "flags": "+global_header",
        "map_metadata": -1,
        "map_chapters": -1,
        "t": f"{plan.measured.limit:.3f}",
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
