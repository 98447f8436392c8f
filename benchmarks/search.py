"""What searching costs and how well it finds, against other engines on the same documents.

    make bench NAME=search CORPUS=<folder>               10 000 and 100 000 documents, then the site's page
    make bench NAME=search CORPUS=<folder> SIZE=10000    another number of documents
    make bench NAME=search CORPUS=<folder> PART=site     the page alone, or the engines alone (PART=engines)

Compared are our backend, Whoosh's own matchers over the same index, SQLite's FTS5 and tantivy over text that
we have cut into words, and Wagtail's own search in SQLite. A search is one to three words, any of which may
occur; it is answered with the ten best, snippets and one facet. Warm: asked before; cold: nothing decoded is
kept. Times are processor time, all threads together; of each search the median of some rounds counts.

The page is asked for whole, with its database, by our backend and by Wagtail's, with the same searches.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_DATA = tempfile.mkdtemp(prefix="guben-bench-")
os.environ["GUBEN_DATA"] = _DATA
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.base")

import django  # noqa: E402  the data directory must be known first

django.setup()

from django.core.management import call_command  # noqa: E402  as above

from benchmarks.searching.corpus import BenchmarkQuery, Document  # noqa: E402  as above

from .searching import corpus, engines, site  # noqa: E402  as above

SMALL, LARGE = 10_000, 100_000
SEARCHES = 200
ROUNDS = 3
# Slow engines are asked fewer: whole runs must end in minutes.
FEW, VERY_FEW = 40, 3
TARGETS: dict[str, tuple[str, float]] = {
    "p95_vs_tantivy_100k": ("<=", 3),
    "p95_ms_100k_cold": ("<=", 20),
    "p95_vs_whoosh_matchers_100k": ("<=", 0.05),
    "recall10_10k": (">=", 0.98),
    "site_p95_vs_wagtail_sqlite_10k": ("<=", 0.1),
}
_COLUMNS = ("docs/s", "MB on disk", "MB memory", "p50 ms", "p95 ms", "update ms")


def main() -> int:
    """Measure, print tables and figures; return 1 if one misses its target."""
    sizes = [int(os.environ["SIZE"])] if os.environ.get("SIZE") else [SMALL, LARGE]
    part = os.environ.get("PART", "")
    if part not in ("", "engines", "site"):
        sys.exit("PART is engines or site.")
    figures: dict[str, float] = {}
    corpus.folder()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        for size in [] if part == "site" else sizes:
            figures |= _side_by_side(corpus.documents(size), _name(size))
        if part != "engines":
            figures |= _through_the_site(corpus.documents(min(sizes)), _name(min(sizes)))
    finally:
        shutil.rmtree(_DATA, ignore_errors=True)
    missed = [
        name
        for name, (relation, target) in TARGETS.items()
        if name in figures and not (figures[name] <= target if relation == "<=" else figures[name] >= target)
    ]
    print(f"missed: {', '.join(missed) or 'nothing'}")
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
    return 1 if missed else 0


def _name(size: int) -> str:
    """Return what the figures of a size are called: 10k."""
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)


def _side_by_side(documents: list[Document], size: str) -> dict[str, float]:
    place = Path(_DATA) / size
    place.mkdir()
    length = statistics.mean(len(one.body) for one in documents)
    print(f"\n{len(documents)} documents of {length:.0f} characters")
    print(f"{'':34}" + "".join(f"{column:>12}" for column in _COLUMNS), flush=True)
    cutting = corpus.cut(documents)
    searches = corpus.searches(documents, SEARCHES)
    queries = corpus.queries()
    p95: dict[str, float] = {}

    ours = engines.Ours(place)
    p95["ours"] = _line(ours, documents, searches, 0)
    cold = _times(ours.search, searches, 1, before_each=ours.forget)
    _say("ours, cold", "", "", "", *_percentiles(cold))
    asked = queries[:: len(queries) // SEARCHES]
    _times(ours.search_as_the_page, asked, 1)
    _say("ours, whole queries", "", "", "", *_percentiles(_times(ours.search_as_the_page, asked, ROUNDS)))
    cold_queries = _times(ours.search_as_the_page, asked, 1, before_each=ours.forget)
    _say("ours, whole queries, cold", "", "", "", *_percentiles(cold_queries))
    matchers = engines.WhooshMatchers(ours)
    times = _times(matchers.search, searches[:FEW], 1)
    p95["whoosh"] = _percentiles(times)[1]
    _say(f"{matchers.name} ({matchers.given_up} given up)", "", "", "", *_percentiles(times))

    figures = {
        f"p95_vs_whoosh_matchers_{size}": p95["ours"] / p95["whoosh"],
        f"p95_ms_{size}_cold": _percentiles(cold)[1],
    }
    figures[f"p95_ms_{size}_warm"] = p95["ours"]
    found = [ours.search_as_the_page(one) for one in queries]
    figures |= _quality("ours", found, queries, documents, size)
    del ours, matchers
    for engine in (engines.Fts5(place), engines.Tantivy(place)):
        p95[engine.name] = _line(engine, documents, searches[: FEW if size == "100k" else SEARCHES], cutting)
        few = queries[:: 4 if isinstance(engine, engines.Tantivy) else 20]
        _quality(engine.name, [engine.search(one) for one in few], few, documents, size)
    p95["tantivy"] = p95[engines.Tantivy.name]
    figures[f"p95_vs_tantivy_{size}"] = p95["ours"] / p95["tantivy"]
    engines.remove(place)
    with site.wagtails_backend():
        site.fill_pictures(documents)
        wagtails = site.WagtailsSqlite(place)
        _line(wagtails, documents, searches[:VERY_FEW], 0, rounds=1)
        few = queries[:: len(queries) // (50 if size == "10k" else VERY_FEW)]
        found = [wagtails.search(one) for one in few]
        quality = _quality(wagtails.name, found, few, documents, size)
        figures[f"recall10_wagtail_sqlite_{size}"] = quality[f"recall10_{size}"]
    return figures


def _through_the_site(documents: list[Document], size: str) -> dict[str, float]:
    print(f"\nthe search page of a site with {len(documents)} lectures")
    loading = engines.seconds(lambda: site.fill(documents))
    print(f"{len(documents) / loading:.0f} pages a second are put into the database", flush=True)
    searches = corpus.searches(documents, FEW)
    p95: dict[str, float] = {}
    for name, backend in (
        ("ours", site.our_backend(Path(_DATA))),
        ("Wagtail's SQLite search", site.wagtails_backend()),
    ):
        with backend:
            print(f"{name}: {len(documents) / site.index():.0f} pages a second are indexed", flush=True)
            times = site.page_seconds(searches, ROUNDS + 1)
        _say(f"{name}, first time", "", "", "", *_percentiles([of_one[0] for of_one in times]))
        warm = _percentiles(_medians(times, leave_out=1))
        _say(f"{name}, asked before", "", "", "", *warm)
        p95[name] = warm[1]
    ours, theirs = p95.values()
    return {f"site_p95_ms_{size}": ours, f"site_p95_vs_wagtail_sqlite_{size}": ours / theirs}


def _line(
    engine: Any,
    documents: list[Document],
    searches: list[BenchmarkQuery],
    cutting: float,
    rounds: int = ROUNDS,
) -> float:
    """Build, ask and update an engine; print its line and return its p95 in ms."""
    before = engines.memory_mb()
    building = cutting + engines.seconds(lambda: engine.build(documents))
    _times(engine.search, searches, 1)
    p50, p95 = _percentiles(_times(engine.search, searches, rounds))
    memory = engines.memory_mb() - before
    updates = [engines.seconds(lambda one=one: engine.update(one)) for one in documents[100:105]]
    _say(
        engine.name,
        f"{len(documents) / building:.0f}",
        f"{engines.size_mb(engine.place):.0f}",
        f"{memory:.0f}",
        p50,
        p95,
        statistics.median(updates) * 1000,
    )
    return p95


def _times(
    search: Callable[[BenchmarkQuery], Any],
    searches: list[BenchmarkQuery],
    rounds: int,
    before_each: Callable[[], None] = lambda: None,
) -> list[float]:
    """Return the median processor time of each search in seconds."""
    times: list[list[float]] = [[] for _search in searches]
    for _round in range(rounds):
        for place, asked in enumerate(searches):
            before_each()
            before = time.process_time()
            search(asked)
            times[place].append(time.process_time() - before)
    return _medians(times)


def _medians(times: list[list[float]], leave_out: int = 0) -> list[float]:
    return [statistics.median(of_one[leave_out:]) for of_one in times]


def _percentiles(times: list[float]) -> tuple[float, float]:
    """Return p50 and p95 in milliseconds."""
    ordered = sorted(times)
    return statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000


def _quality(
    name: str, found: list[list[int]], asked: list[BenchmarkQuery], documents: list[Document], size: str
) -> dict[str, float]:
    keys = {one.id: one.key for one in documents}
    recall, rank = engines.quality(found, [keys[one.answer] for one in asked])
    print(f"    {name}: recall@10 {recall:.3f}, MRR@10 {rank:.3f} of {len(asked)} queries", flush=True)
    return {f"recall10_{size}": recall, f"mrr10_{size}": rank}


def _say(name: str, *values: str | float) -> None:
    print(
        f"{name:34}"
        + "".join(f"{value:>12}" if isinstance(value, str) else f"{value:12.2f}" for value in values),
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
