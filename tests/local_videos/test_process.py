"""What a program that reads films may use, and how it ends. Ordinary programs stand in for ffmpeg."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from local_videos import faults
from local_videos.transcoding.process import Finished, Limits, run

MIB = 1024**2
SMALL = Limits(wall=10, stall=10)


def run_shell(
    text: str, limits: Limits = SMALL, *, progress: bool = True, place: Path | None = None
) -> Finished:
    """Run a line of shell in the folder `place`; its number is then in the file "pid"."""
    pid_file = place / "pid" if place else None
    return run(["/bin/sh", "-c", text], limits, on_line=lambda line: progress, cwd=place, pid_file=pid_file)


def is_gone(pid: int) -> bool:
    """Whether the program has ended, be it that nobody has asked for its end yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def ends(pid: int) -> bool:
    """Whether the program ends within seconds."""
    for _ in range(100):
        if is_gone(pid):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("text", "limits", "progress", "code"),
    [
        ("timeout 5 yes", Limits(wall=0.2, stall=10), True, faults.TOO_SLOW),
        ("timeout 5 yes", Limits(wall=10, stall=0.2), False, faults.STALLED),
        # Says that it has ended, and has not.
        ("exec >&-; sleep 30", Limits(wall=10, stall=0.2), True, faults.STALLED),
        ("kill -9 $$", SMALL, True, faults.KILLED),
        ("kill -15 $$", SMALL, True, faults.KILLED),
    ],
)
def test_what_does_not_end_by_itself_is_ended(
    text: str, limits: Limits, progress: bool, code: str, tmp_path: Path
) -> None:
    with pytest.raises(faults.FilmFault) as fault:
        run_shell(f"echo waiting >&2; {text}", limits, progress=progress, place=tmp_path)
    assert (fault.value.code, fault.value.details) == (code, "waiting")
    assert ends(int((tmp_path / "pid").read_text()))


def test_no_more_memory_than_allowed() -> None:
    text = "sleep 0.2; dd if=/dev/zero of=/dev/null bs=200M count=1"
    assert run_shell(text, replace(SMALL, memory=400 * MIB)).code == 0
    assert run_shell(text, replace(SMALL, memory=100 * MIB)).code != 0


def test_no_larger_file_than_allowed(tmp_path: Path) -> None:
    text = "sleep 0.2; head -c 3000000 /dev/zero > large"
    done = run_shell(text, replace(SMALL, file_size=MIB), place=tmp_path)
    assert (done.code != 0, (tmp_path / "large").stat().st_size) == (True, MIB)


def test_what_it_started_ends_with_it() -> None:
    told: list[str] = []

    def note(line: str) -> bool:
        told.append(line)
        return True

    done = run(["/bin/sh", "-c", "sleep 60 >&- 2>&- & echo $!"], SMALL, on_line=note)
    assert (done.code, len(told)) == (0, 1)
    assert ends(int(told[0]))


def test_whoever_asked_can_end_it(tmp_path: Path) -> None:
    def stop() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(["/usr/bin/yes"], SMALL, on_line=lambda line: True, on_tick=stop, pid_file=tmp_path / "pid")
    assert ends(int((tmp_path / "pid").read_text()))


def test_its_last_words_are_kept_and_it_hears_nothing() -> None:
    done = run_shell("cat; seq 1 5000 >&2; exit 3")
    assert (done.code, len(done.details) <= 4000, done.details.endswith("4999\n5000")) == (3, True, True)


@pytest.mark.parametrize("moves", [True, False])
def test_what_moves_on_without_saying_so_does_not_stand_still(moves: bool) -> None:
    argv, limits = ["/bin/sleep", "2.5"], Limits(wall=10, stall=1.5)
    if moves:
        assert run(argv, limits, on_line=lambda line: False, on_tick=lambda: True).code == 0
    else:
        with pytest.raises(faults.FilmFault) as fault:
            run(argv, limits, on_line=lambda line: False, on_tick=lambda: False)
        assert fault.value.code == faults.STALLED
