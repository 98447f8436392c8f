"""The engines side by side. Each answers with the ten best, a snippet of each and the counts of one facet."""

import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from modelsearch.query import PlainText
from whoosh.query import Or, Term
from whoosh.scoring import BM25F

from foundation import chinese_text
from search.engine.documents import document
from search.engine.index_files import IndexFiles, Rebuild, open_generation
from search.engine.query import QueryEvaluator
from search.engine.ranking import Hits
from search.engine.snapshot import Snapshots
from search.page.highlighting import Highlighter

from .corpus import BenchmarkQuery, Document

BEST = 10
# Seconds of processor time after which a query to Whoosh's matchers is given up: they may never end.
PATIENCE = 5


class Ours:
    """The backend below Wagtail's interface."""

    name = "ours"
    cuts_itself = True

    def __init__(self, place: Path) -> None:
        self.files = IndexFiles(place / "ours")
        self.place = place / "ours"
        self.snapshots = Snapshots()
        self.operator = "or"

    def build(self, documents: list[Document]) -> None:
        """Write all documents."""
        self.texts = {str(one.key): one.body for one in documents}
        rebuild = Rebuild(self.files)
        for first in range(0, len(documents), 500):
            rebuild.add([_written(one) for one in documents[first : first + 500]])
        rebuild.finish()
        facets = {str(one.key): one.facet for one in documents}
        names = sorted(set(facets.values()))
        self.snapshot = self.snapshots.latest(self.files)
        self.column = np.array([names.index(facets[key]) for key in self.snapshot.keys])

    def search(self, asked: BenchmarkQuery) -> list[int]:
        """Return the keys of the best; of a query in the way of the page, see `search_as_the_page`."""
        return self._shown(self._hits(asked, self.operator), asked)

    def search_as_the_page(self, asked: BenchmarkQuery) -> list[int]:
        """All words first, then any."""
        return self._shown(self._hits(asked, "and") or self._hits(asked, "or"), asked)

    def forget(self) -> None:
        """Drop everything that an earlier query has left in memory."""
        self.snapshot.forget()

    def update(self, changed: Document) -> None:
        """Replace a document and look at the index as it is then."""
        self.files.write([_written(changed)])
        self.snapshots.latest(self.files)

    def _hits(self, asked: BenchmarkQuery, operator: str) -> Hits:
        return QueryEvaluator(self.snapshot).evaluate(PlainText(asked.text, operator=operator)).alive()

    def _shown(self, hits: Hits, asked: BenchmarkQuery) -> list[int]:
        keys = [self.snapshot.keys[number] for number in hits.best(BEST).numbers]
        highlighter = Highlighter(asked.text)
        for key in keys:
            highlighter.passage(self.texts[key])
        np.bincount(self.column[hits.numbers])
        return [int(key) for key in keys]


class WhooshMatchers:
    """Whoosh's own matchers over the very same index, its snippets and counts made our way."""

    name = "Whoosh's matchers"

    def __init__(self, ours: Ours) -> None:
        self._ours = ours
        self._searcher = open_generation(ours.files.current()).searcher(weighting=BM25F())
        self.given_up = 0

    def search(self, asked: BenchmarkQuery) -> list[int]:
        """Return the keys of the best; nothing where `PATIENCE` ends."""
        query = Or([Term("words", word) for word in asked.words])
        try:
            with _bounded():
                found = self._searcher.search(query, limit=BEST)
                # Documents that `Ours.update` has replaced since are left aside.
                numbers = [hit.docnum for hit in found if hit.docnum < len(self._ours.column)]
                everything = np.fromiter(found.docs(), np.int64)
                everything = everything[everything < len(self._ours.column)]
        except TimeoutError:
            self.given_up += 1
            return []
        highlighter = Highlighter(asked.text)
        keys = [self._ours.snapshot.keys[number] for number in numbers]
        for key in keys:
            highlighter.passage(self._ours.texts[key])
        np.bincount(self._ours.column[everything])
        return [int(key) for key in keys]


class Fts5:
    """SQLite's full-text search over the text cut into words."""

    name = "FTS5, text cut by us"
    cuts_itself = False

    def __init__(self, place: Path) -> None:
        self.place = place / "fts5.sqlite3"
        self._base = sqlite3.connect(self.place)

    def build(self, documents: list[Document]) -> None:
        """Write all documents."""
        self._base.execute("CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='unicode61')")
        self._base.execute("CREATE TABLE facets (id INTEGER PRIMARY KEY, facet TEXT)")
        rows = ((one.key, " ".join(one.title_words), " ".join(one.body_words)) for one in documents)
        self._base.executemany("INSERT INTO texts(rowid, title, body) VALUES (?, ?, ?)", rows)
        facets = ((one.key, one.facet) for one in documents)
        self._base.executemany("INSERT INTO facets VALUES (?, ?)", facets)
        self._base.commit()

    def search(self, asked: BenchmarkQuery) -> list[int]:
        """Return the keys of the best."""
        match = " OR ".join(f'"{word}"' for word in asked.words)
        best = self._base.execute(
            "SELECT rowid, snippet(texts, 1, '<mark>', '</mark>', '…', 40) FROM texts WHERE texts MATCH ? "
            "ORDER BY bm25(texts, 2.0, 1.0) LIMIT ?",
            (match, BEST),
        ).fetchall()
        self._base.execute(
            "SELECT facet, count(*) FROM texts JOIN facets ON facets.id = texts.rowid WHERE texts MATCH ? "
            "GROUP BY facet",
            (match,),
        ).fetchall()
        return [key for key, _snippet in best]

    def update(self, changed: Document) -> None:
        """Replace a document."""
        row = (" ".join(changed.title_words), " ".join(changed.body_words), changed.key)
        self._base.execute("UPDATE texts SET title = ?, body = ? WHERE rowid = ?", row)
        self._base.commit()


class Tantivy:
    """The limit: an engine in Rust, over the text cut into words."""

    name = "tantivy, text cut by us"
    cuts_itself = False

    def __init__(self, place: Path) -> None:
        self.place = place / "tantivy"
        self.place.mkdir()
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("key", stored=True, indexed=True, fast=True)
        schema.add_text_field("words", stored=True, tokenizer_name="whitespace", index_option="freq")
        schema.add_text_field("facet", fast=True, tokenizer_name="raw")
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema, path=str(self.place))

    def build(self, documents: list[Document]) -> None:
        """Write all documents."""
        writer = self._index.writer(heap_size=256_000_000, num_threads=1)
        for one in documents:
            writer.add_document(_for_tantivy(one))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, asked: BenchmarkQuery) -> list[int]:
        """Return the keys of the best."""
        terms = [tantivy.Query.term_query(self._schema, "words", word) for word in asked.words]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        best = self._searcher.search(query, BEST).hits
        snippets = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "words")
        keys = []
        for _score, address in best:
            found = self._searcher.doc(address)
            snippets.snippet_from_doc(found).to_html()
            keys.append(found["key"][0])
        self._searcher.aggregate(query, {"facet": {"terms": {"field": "facet", "size": 50}}})
        return keys

    def update(self, changed: Document) -> None:
        """Replace a document and look at the index as it is then."""
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        writer.delete_documents_by_term("key", changed.key)
        writer.add_document(_for_tantivy(changed))
        writer.commit()
        self._index.reload()


def size_mb(place: Path) -> float:
    """Return the size of a file or folder in MB."""
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files if not file.is_symlink()) / 1e6


def memory_mb() -> float:
    """Return the memory that this process has for itself, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1e3
    return 0.0


def quality(answers: list[list[int]], wanted: list[int]) -> tuple[float, float]:
    """Return recall and mean reciprocal rank of the wanted keys among the best ten."""
    places = Counter(
        found.index(key) if key in found else -1 for found, key in zip(answers, wanted, strict=True)
    )
    ranks = sum(number / (place + 1) for place, number in places.items() if place >= 0)
    return 1 - places[-1] / len(wanted), ranks / len(wanted)


def _written(one: Document) -> dict[str, Any]:
    title, body = chinese_text.normalise(one.title), chinese_text.normalise(one.body)
    return document(str(one.key), [("title", title, 2.0), ("body", body, 1.0)])


def _for_tantivy(one: Document) -> tantivy.Document:
    # The title counts twice, as a boost of two makes it count with us.
    words = " ".join([*one.title_words, *one.title_words, *one.body_words])
    return tantivy.Document(key=one.key, words=words, facet=one.facet)


@contextmanager
def _bounded() -> Iterator[None]:
    def give_up(*args: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def remove(place: Path) -> None:
    """Delete what an engine has written."""
    shutil.rmtree(place, ignore_errors=True)


def seconds(work: Any) -> float:
    """Return the processor time, all threads together, that `work` takes."""
    before = time.process_time()
    work()
    return time.process_time() - before
