"""Two graphs of filters in a row: one that follows the film, and one that keeps time.

Where the size of the picture, the channels or the sample rate change in the middle of a film, ffmpeg builds
the graph that reads it anew, and every filter in it begins again; one that fills what is missing before the
beginning would fill it once more. So the first graph only makes frames alike, and may be built anew at any
time. What counts frames or seconds stands in the second, which never notices.

ffmpeg 8.1 ends the second graph as soon as the first one ends, whatever its filters would still add or other
streams still hold. So each stream has graphs of its own, and a picture that is held after its end has one.
"""

import re
import subprocess
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

# The first release whose graphs can be joined.
_JOINING = (7, 1)
_VERSION = re.compile(r"ffmpeg version n?(\d+)\.(\d+)")
_LABEL = re.compile(r"\[([^\]]+)\]")


def compiled(
    program: str, output: Any, name: str, alike: Mapping[int, str], *, in_one: Collection[int] = ()
) -> list[str]:
    """Return the command of `output`, a stream of ffmpeg-python, with `alike` before its filters.

    `alike` holds, by the number of a stream of the input called `name`, the filters that make its frames
    alike. `program` is the ffmpeg that is to run it; one that cannot join graphs gets all filters of a stream
    in one, as do the streams `in_one`.
    """
    argv: list[str] = [program, *output.compile()[1:]]
    if "-filter_complex" not in argv:
        return argv
    number = [told for option, told in pairwise(argv) if option == "-i"].index(name)
    place = argv.index("-filter_complex")
    told = []
    for graph in _apart(argv[place + 1]):
        firsts = {stream: f"[{number}:{stream}]" for stream in alike if f"[{number}:{stream}]" in graph}
        second, first = graph, []
        for stream, own in firsts.items():
            first.append(f"{own}{alike[stream]}[alike{stream}]")
            second = second.replace(own, f"[alike{stream}]")
        graphs = [";".join(first), second] if first else [second]
        if not firsts.keys().isdisjoint(in_one) or not joins_graphs(program):
            graphs = [";".join(graphs)]
        told += [part for one in graphs for part in ("-filter_complex", one)]
    return [*argv[:place], *told, *argv[place + 2 :]]


def _apart(graph: str) -> list[str]:
    """Return the parts of a graph that have nothing to do with each other, as graphs of their own."""
    parts: list[tuple[set[str], list[str]]] = []
    for chain in graph.split(";"):
        labels, chains = set(_LABEL.findall(chain)), [chain]
        for part in [part for part in parts if not part[0].isdisjoint(labels)]:
            parts.remove(part)
            labels, chains = labels | part[0], part[1] + chains
        parts.append((labels, chains))
    return [";".join(chains) for _labels, chains in parts]


@lru_cache
def joins_graphs(program: str) -> bool:
    """Return whether this ffmpeg can join graphs, and set the times of packets as they are read (7.1 on)."""
    told = subprocess.run(  # noqa: S603  the path comes from settings or the wheel, never from a user
        [program, "-version"], capture_output=True, text=True, timeout=30, check=False
    )
    found = _VERSION.search(told.stdout)
    # A build from the newest sources names no release.
    return found is None or (int(found[1]), int(found[2])) >= _JOINING
