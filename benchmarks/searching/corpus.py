"""Documents and queries of the corpus, cut into words once for all engines that need it."""

import gzip
import json
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from foundation import chinese_text
from search.text import segmentation

FILES = ("paragraphs", "laws", "abstracts", "poems")
SEED = 20261122


@dataclass
class Document:
    """One document; `words` are those of title and body, the title's twice."""

    key: int
    id: str
    title: str
    body: str
    facet: str
    title_words: list[str] = field(default_factory=list)
    body_words: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class BenchmarkQuery:
    """A query and the document that answers it, if that is known."""

    text: str
    answer: str = ""

    @property
    def words(self) -> list[str]:
        """The query as the engines that know no Chinese are asked it."""
        return list(dict.fromkeys(segmentation.words(chinese_text.normalise(self.text))))


def folder() -> Path:
    """Return the folder of the corpus, named by CORPUS; leave with a hint if there is none."""
    path = Path(os.environ.get("CORPUS", ""))
    if not os.environ.get("CORPUS") or not (path / "questions.jsonl.gz").exists():
        sys.exit("Name the folder of the corpus: make bench NAME=search CORPUS=…")
    return path


def documents(size: int) -> list[Document]:
    """Return `size` documents: all paragraphs, then laws and abstracts by chance, then poems."""
    chance = random.Random(SEED)  # noqa: S311  the same documents every time
    rows = {name: _read(name) for name in FILES}
    others = [*rows["laws"], *rows["abstracts"]]
    chance.shuffle(others)
    chosen = [*rows["paragraphs"], *others, *rows["poems"]][:size]
    return [
        Document(key, row["id"], row["title"], row["body"], row["facet"]) for key, row in enumerate(chosen, 1)
    ]


def cut(found: list[Document]) -> float:
    """Cut all documents into words; return the seconds of processor time."""
    before = time.process_time()
    for document in found:
        document.title_words = segmentation.words(chinese_text.normalise(document.title))
        document.body_words = segmentation.words(chinese_text.normalise(document.body))
    return time.process_time() - before


def queries() -> list[BenchmarkQuery]:
    """Return the queries whose answers are known."""
    return [BenchmarkQuery(row["q"], row["doc"]) for row in _read("questions")]


def searches(found: list[Document], number: int) -> list[BenchmarkQuery]:
    """Return searches as readers type them: one to three words that stand together in some document."""
    chance = random.Random(SEED)  # noqa: S311  the same searches every time
    searches: list[BenchmarkQuery] = []
    while len(searches) < number:
        body = chinese_text.normalise(chance.choice(found).body[:400])
        words = [word for word in segmentation.words(body) if len(word) > 1 and chinese_text.is_han(word)]
        length = chance.randint(1, 3)
        if len(words) > length:
            first = chance.randrange(len(words) - length)
            searches.append(BenchmarkQuery(" ".join(words[first : first + length])))
    return searches


def _read(name: str) -> list[dict[str, str]]:
    with gzip.open(folder() / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
