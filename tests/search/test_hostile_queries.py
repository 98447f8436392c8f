"""No query costs much more than an honest one, whatever it consists of."""

import random
import time
from pathlib import Path

import pytest
from modelsearch.query import Fuzzy, Phrase, PlainText, SearchQuery

from foundation import chinese_text
from search.engine import documents
from search.engine.index_files import IndexFiles
from search.engine.query import CompletionEvaluator, QueryEvaluator
from search.engine.snapshot import Snapshot, Snapshots

WORDS = [
    "行政许可",
    "管理",
    "的",
    "中华人民共和国",
    "规定",
    "水肥一体化",
    "草地贪夜蛾",
    "1",
    "a",
    "abc",
    "大棚",
    "蔬菜",
    "农业",
    "技术",
    "推广",
    "党员",
    "学习",
    "振兴",
]
HONEST = "水肥一体化 农业技术推广 草地贪夜蛾"
HOSTILE = {
    "ten thousand characters": "的中华人民共和国行政许可管理规定" * 700,
    "ten thousand different characters": "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(10_000)),
    "operators": 'AND OR NOT ( ) " ~ ^ * ? : ' * 400,
    "control characters": "\x00\x01\x1f\u202e" * 3000,
    "a star": "*",
    "a letter": "a",
    "a digit": "1",
    "a character": "的",
    "punctuation": "。" * 10_000,
    "letters": "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 200,
    "every word": " ".join(WORDS) * 100,
    "one word without end": "x" * 10_000,
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Two thousand texts, in which the words of the hostile queries abound."""
    chance = random.Random(9)  # noqa: S311  the same texts every time
    path: Path = tmp_path_factory.mktemp("index")
    texts = (chinese_text.normalise("，".join(chance.choices(WORDS, k=25))) for _text in range(2000))
    files = IndexFiles(path)
    files.write([documents.document(str(n), [("text", text, 1.0)]) for n, text in enumerate(texts)])
    return Snapshots().latest(files)


def cost(snapshot: Snapshot, evaluator: QueryEvaluator, query: SearchQuery) -> float:
    """Return the least of some times, in seconds of this thread, with nothing kept from before."""
    times = []
    for _round in range(5):
        snapshot.forget()
        before = time.thread_time()
        hits = evaluator.evaluate(query)
        hits.alive().best(10)
        times.append(time.thread_time() - before)
    return min(times)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_costs_little_more_than_an_honest_one(snapshot: Snapshot, name: str) -> None:
    honest = cost(snapshot, QueryEvaluator(snapshot), PlainText(HONEST, operator="and"))
    for evaluator in (QueryEvaluator(snapshot), CompletionEvaluator(snapshot)):
        for operator in ("and", "or"):
            asked = cost(snapshot, evaluator, PlainText(HOSTILE[name], operator=operator))
            assert asked <= 10 * honest, (operator, type(evaluator))
    for kind in (Phrase, Fuzzy):
        assert cost(snapshot, QueryEvaluator(snapshot), kind(HOSTILE[name])) <= 10 * honest, kind
