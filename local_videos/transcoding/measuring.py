"""How long a film really is and how fast its pictures come: by reading every packet, decoding none.

Headers lie in both directions. Lengths are estimated from the first packets' bit rate; times begin anew in
the middle of a recording, or jump ahead when a camera sets its clock; streams begin late or end early. What
counts is what is there: the time that the packets of picture and sound cover.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from local_videos import faults

from . import process, tools
from .probing import Probe, command, number

# Reading every packet of a film of several GB from a slow disc.
_LIMITS = process.Limits(wall=600, stall=120, memory=2 * 1024**3, file_size=1024**2)
_PACKET_PARTS = 6
# A longer step ahead is no mere gap, a longer step back no mere disorder.
_STEP_SECONDS, _BACK_SECONDS = 10.0, 0.1
# In these containers it is another clock's beginning (their standards allow it, and players go on without a
# gap). Elsewhere only if picture and sound take it together; nobody shows one picture so long in silence.
_CLOCKS_MAY_CHANGE = ("mpegts", "mpeg", "ogg")
_LONGEST_STILL_SECONDS = 600.0
# A clock is set once or twice, not all the time. Slides step often, but not as often as damaged files.
_MOST_LEAPS, _MOST_STEPS = 50, 5000
# What is missing by less than this at the beginning or at the end, no player and no viewer notices.
_LATE_SECONDS, _RAGGED_SECONDS = 0.1, 1.0
# Reading goes on this much beyond the length that was measured, and no further.
_SLACK_SHARE, _SLACK_SECONDS = 0.02, 5
_DEFAULT_FPS = Fraction(25)
_MIN_FPS, _MAX_FPS = 1, 240
# A camera that drops frames in the dark still means its nominal rate, if it comes this near to it.
_NEAR_NOMINAL = Fraction(4, 5)
_NEAR_USUAL = Fraction(3, 100)
_USUAL_FPS = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60")
)
_WINDOW_SECONDS = 1.0


@dataclass(frozen=True)
class Leap:
    """From the packet with this number on, from 0, the clock of a stream is ahead by `seconds` more.

    Fewer than none where the clock begins anew.
    """

    packet: int
    seconds: float


@dataclass(frozen=True)
class Frames:
    """The packets of the picture in the order of the file: when shown (seconds), flags, bytes."""

    times: "array[float]" = field(default_factory=lambda: array("d"))
    flags: list[str] = field(default_factory=list)
    sizes: "array[int]" = field(default_factory=lambda: array("l"))


@dataclass(frozen=True)
class Measured:
    """A film as it is, in seconds from the first that it shows or plays.

    `picture` and `sound` are beginning and end of each, None where there is none. `leaps` are to be taken out
    of the times of each stream, by its number. `fps` is the rate of the densest stretch. `has_unshown` tells
    that the file holds packets that it says not to show.
    """

    seconds: float
    picture: tuple[float, float] | None
    sound: tuple[float, float] | None
    fps: Fraction
    leaps: Mapping[int, tuple[Leap, ...]] = field(default_factory=dict)
    frames: Frames = field(default_factory=Frames)
    has_unshown: bool = False

    @property
    def limit(self) -> float:
        """The second after which ffmpeg reads no further, should it not come to an end."""
        return self.seconds * (1 + _SLACK_SHARE) + _SLACK_SECONDS

    @property
    def picture_is_late(self) -> bool:
        """Whether the picture begins noticeably after the sound."""
        return self.picture is not None and self.picture[0] > _LATE_SECONDS

    @property
    def picture_ends_early(self) -> bool:
        """Whether the picture ends noticeably before the sound."""
        return self.picture is not None and self.picture[1] < self.seconds - _RAGGED_SECONDS


def measure(path: Path, film: Probe, on_tick: Callable[[], None] | None = None) -> Measured:
    """Read the packets of the picture and the sound that are taken, and return what they come to.

    Reads the whole file. `on_tick` may raise to end the work. Raises `FilmFault` if times make no sense.
    """
    tracks = {
        stream: _Track(keeps_frames=stream == film.video_stream)
        for stream in (film.video_stream, film.audio_stream)
        if stream is not None
    }

    def note(line: str) -> bool:
        parts = line.split(",")
        if len(parts) >= _PACKET_PARTS and parts[0].isdigit() and int(parts[0]) in tracks:
            tracks[int(parts[0])].add(*parts[1:_PACKET_PARTS])
        return True

    process.run(
        [
            *command(),
            *("-of", "csv=p=0"),
            *("-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,size,flags"),
            *("-i", tools.input_name(path)),
        ],
        _LIMITS,
        on_line=note,
        on_tick=on_tick,
    )
    picture = tracks.get(film.video_stream) if film.video_stream is not None else None
    sound = tracks.get(film.audio_stream) if film.audio_stream is not None else None
    return _together(film, picture, sound)


def put_right(film: Probe, measured: Measured) -> Probe:
    """Return what a file says of itself with the length, rate, sound and chapters that it really has."""
    return replace(
        film,
        duration=measured.seconds,
        fps=measured.fps,
        audio_stream=film.audio_stream if measured.sound else None,
        chapters=tuple(mark for mark in film.chapters if mark.start < measured.seconds),
    )


@dataclass(frozen=True)
class _Step:
    """Where a stream does not go on as it went: from `first` to `last`, both on the file's own clock."""

    packet: int
    frame: int
    first: float
    last: float

    @property
    def seconds(self) -> float:
        return self.last - self.first


class _Track:
    """Adds up one stream, packet by packet, as if it had no steps."""

    def __init__(self, *, keeps_frames: bool) -> None:
        self.frames = Frames()
        self.begins = self.ends = 0.0
        self.count = self.unshown = 0
        self.steps: list[_Step] = []
        self._keeps_frames = keeps_frames
        self._has_read = False
        self._next = self._stepped = self._usual = self._stands_until = 0.0

    def add(self, pts: str, dts: str, duration: str, size: str, flags: str) -> None:
        """Take the next packet: its times in seconds, "N/A" where it names none."""
        packet, self.count = self.count, self.count + 1
        if "D" in flags:
            self.unshown += 1
            return
        shown, read = _time(pts), _time(dts)
        if not self._has_read and read is not None:
            # Pictures that are shown out of order may come before the first that says when it is read.
            self._has_read, self._next = True, read
        # Without such a time it follows what came before.
        moment = read if read is not None else self._next
        if packet == self.unshown:
            self.begins = self.ends = shown if shown is not None else moment
        step = moment - self._next
        if not -_BACK_SECONDS - self._usual <= step <= _STEP_SECONDS:
            if len(self.steps) == _MOST_STEPS:
                raise faults.FilmFault(faults.UNREADABLE, f"stream out of step {_MOST_STEPS} times")
            self.steps.append(_Step(packet, packet - self.unshown, self._next, moment))
            self._stepped += step
        lasts = number(duration) or self._usual
        at = (shown if shown is not None else moment) - self._stepped
        # The last picture may stand for long, a piece of sound never: its time reaches over a step.
        self._stands_until = at + lasts if self._keeps_frames else 0.0
        if lasts > _STEP_SECONDS:
            lasts = self._usual
        self._usual = lasts
        self._next = moment + lasts
        self.begins, self.ends = min(self.begins, at), max(self.ends, at + lasts)
        if self._keeps_frames:
            self.frames.times.append(shown if shown is not None else moment)
            self.frames.flags.append(flags)
            self.frames.sizes.append(int(number(size)))

    def span(self, cut: "Sequence[Leap]") -> tuple[float, float]:
        """Return where the stream begins and ends once the leaps `cut` are taken out."""
        counted = sum(step.seconds for step in self.steps) - sum(leap.seconds for leap in cut)
        return self.begins, max(self.ends, self._stands_until) + counted

    def take_out(self, cut: "Sequence[Leap]") -> None:
        """Take the leaps `cut` out of the times of the pictures."""
        frames = {step.packet: step.frame for step in self.steps}
        for leap in cut:
            for place in range(frames[leap.packet], len(self.frames.times)):
                self.frames.times[place] -= leap.seconds

    def leaps(self, others: "Sequence[_Step] | None", *, clock_may_change: bool) -> list[_Step]:
        """Return which steps are the clock's. `others` are those of the other stream, None without one.

        The rest are pictures that stand still, or sound that is left out while pictures go on.
        """
        return [
            step
            for step in self.steps
            if clock_may_change
            or step.seconds < 0
            or (others is None and step.seconds > _LONGEST_STILL_SECONDS)
            or (others is not None and any(_overlap(step, other) > _STEP_SECONDS for other in others))
        ]


def _overlap(one: _Step, other: _Step) -> float:
    return min(one.last, other.last) - max(one.first, other.first)


def _together(film: Probe, picture: _Track | None, sound: _Track | None) -> Measured:
    tracks = {
        stream: track
        for stream, track in ((film.video_stream, picture), (film.audio_stream, sound))
        if stream is not None and track is not None and track.count > track.unshown
    }
    if not tracks:
        return Measured(0.0, None, None, _DEFAULT_FPS)
    begins = min(track.begins for track in tracks.values())
    lead = begins - film.start if begins - film.start > _LATE_SECONDS else 0.0
    spans: dict[int, tuple[float, float]] = {}
    leaps: dict[int, tuple[Leap, ...]] = {}
    cuts = _cuts(list(tracks.values()), any(name in film.container for name in _CLOCKS_MAY_CHANGE))
    for (stream, track), cut in zip(tracks.items(), cuts, strict=True):
        first, last = track.span(cut)
        spans[stream] = (first - begins, last - begins)
        leaps[stream] = (*([Leap(0, lead)] if lead else []), *cut)
        if len(cut) > _MOST_LEAPS:
            raise faults.FilmFault(faults.UNREADABLE, f"the clock leaps {len(cut)} times")
        if track is picture:
            track.take_out(cut)
    return Measured(
        seconds=max(span[1] for span in spans.values()),
        picture=spans.get(-1 if film.video_stream is None else film.video_stream),
        sound=spans.get(-1 if film.audio_stream is None else film.audio_stream),
        fps=_fps(film, picture.frames.times if picture else ()),
        leaps={stream: found for stream, found in leaps.items() if found},
        frames=picture.frames if picture else Frames(),
        has_unshown=bool(picture and picture.unshown),
    )


def _cuts(tracks: "Sequence[_Track]", clock_may_change: bool) -> list[list[Leap]]:
    """Return for each of the one or two tracks what of its clock is to be taken out, and from where on."""
    steps = [
        track.leaps(
            next((other.steps for other in tracks if other is not track), None),
            clock_may_change=clock_may_change,
        )
        for track in tracks
    ]
    if len({len(found) for found in steps}) == 1:
        # Both follow one clock: taking out the same of both keeps sound and picture together.
        common = [min(step.seconds for step in pair) for pair in zip(*steps, strict=True)]
        steps_cut = [zip(found, common, strict=True) for found in steps]
        return [[Leap(step.packet, seconds) for step, seconds in found] for found in steps_cut]
    return [[Leap(step.packet, step.seconds) for step in found] for found in steps]


def _fps(film: Probe, times: Iterable[float]) -> Fraction:
    """Return the film's rate: the nominal one where frames were only dropped now and then, or for a while.

    A screen that stands still sends few frames; when it moves, it moves at the rate of its densest stretch.
    """
    nominal, average = film.fps, film.average_fps
    if not _MIN_FPS <= nominal <= _MAX_FPS:
        nominal = Fraction(0)
    if nominal and nominal * _NEAR_NOMINAL <= average <= nominal:
        return nominal
    densest = _densest(times)
    if nominal and densest >= nominal * _NEAR_NOMINAL:
        return nominal
    for fps in (densest, average, nominal):
        if _MIN_FPS <= fps <= _MAX_FPS:
            usual = min(_USUAL_FPS, key=lambda rate: abs(rate - fps))
            return usual if abs(usual - fps) <= usual * _NEAR_USUAL else fps.limit_denominator(1001)
    return _DEFAULT_FPS


def _densest(times: Iterable[float]) -> Fraction:
    """Return the most frames a second that any whole second of `times` holds; 0 if there is none."""
    shown = sorted(times)
    best, last = 0.0, 0
    for first, moment in enumerate(shown):
        while last < len(shown) and shown[last] - moment < _WINDOW_SECONDS:
            last += 1
        if last == len(shown):
            break
        best = max(best, (last - first) / (shown[last] - moment))
    return Fraction(best).limit_denominator(1001)


def _time(text: str) -> float | None:
    return None if text == "N/A" else number(text)
