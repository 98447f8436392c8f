"""Our scores equal those of Whoosh's own matchers and BM25F over the same index."""

import random
from pathlib import Path

import pytest
from modelsearch.query import PlainText
from whoosh.query import Or, Term
from whoosh.scoring import BM25F

from search.engine import documents, ranking
from search.engine.index_files import IndexFiles, open_generation
from search.engine.query import QueryEvaluator
from search.engine.snapshot import Snapshot, Snapshots

pytestmark = pytest.mark.slow

WORDS = [
    "乡村",
    "振兴",
    "人才",
    "水肥",
    "一体化",
    "草地贪夜蛾",
    "党员",
    "三会一课",
    "大棚",
    "表格",
    "wps",
    "2026",
]


@pytest.fixture
def files(tmp_path: Path) -> IndexFiles:
    """Three segments of texts made of `WORDS`, some of them deleted."""
    chance = random.Random(4)  # noqa: S311  the same texts every time
    files = IndexFiles(tmp_path)
    for batch in range(3):
        files.write(
            [
                documents.document(
                    f"{batch}-{n}",
                    [
                        ("title", " ".join(chance.choices(WORDS, k=2)), 2.0),
                        ("text", " ".join(chance.choices(WORDS, k=chance.randrange(1, 60))), 1.0),
                    ],
                )
                for n in range(200)
            ]
        )
    files.write([], removed=["0-3", "2-100"])
    return files


def whooshs_scores(files: IndexFiles, words: list[str]) -> dict[str, float]:
    with open_generation(files.current()).searcher(weighting=BM25F()) as searcher:
        found = searcher.search(Or([Term("words", word) for word in words]), limit=None)
        return {searcher.reader().column_reader("key")[hit.docnum]: hit.score for hit in found}


def test_scores_equal_whooshs_own(files: IndexFiles) -> None:
    snapshot: Snapshot = Snapshots().latest(files)
    chance = random.Random(5)  # noqa: S311  the same queries every time
    for _query in range(25):
        words = chance.sample(WORDS, chance.randrange(1, 4))
        parts = [ranking.hits_of_term(snapshot, "words", word) for word in words]
        hits = ranking.any_of(snapshot, parts).alive()
        mine = {snapshot.keys[n]: float(score) for n, score in zip(hits.numbers, hits.scores, strict=True)}
        assert mine == pytest.approx(whooshs_scores(files, words), rel=1e-4)


def test_the_best_are_the_same_with_and_without_what_is_kept(files: IndexFiles) -> None:
    snapshot = Snapshots().latest(files)
    query = PlainText("草地贪夜蛾 人才 水肥", operator="or")
    first = QueryEvaluator(snapshot).evaluate(query).best(10)
    kept = QueryEvaluator(snapshot).evaluate(query).best(10)
    snapshot.forget()
    again = QueryEvaluator(snapshot).evaluate(query).best(10)
    assert first.numbers.tolist() == kept.numbers.tolist() == again.numbers.tolist()
    assert first.scores.tolist() == kept.scores.tolist() == again.scores.tolist()


def test_words_are_joined_and_added_up(files: IndexFiles) -> None:
    snapshot = Snapshots().latest(files)
    one, other = (ranking.hits_of_term(snapshot, "words", word) for word in ("水肥", "党员"))
    both = set(one.numbers) & set(other.numbers)
    assert set(one.and_(other).numbers) == both
    assert set(ranking.any_of(snapshot, [one, other]).numbers) == set(one.numbers) | set(other.numbers)
    assert set(one.without(other).numbers) == set(one.numbers) - both
    assert set(one.not_().numbers) == set(snapshot.alive.nonzero()[0]) - set(one.numbers)
    assert ranking.any_of(snapshot, [one, one.not_()]).alive().numbers.tolist() == (
        snapshot.alive.nonzero()[0].tolist()
    )


def test_what_was_deleted_is_in_no_answer(files: IndexFiles) -> None:
    snapshot = Snapshots().latest(files)
    assert len(ranking.Hits.every(snapshot)) == snapshot.count == 598
    assert len(ranking.Hits.none(snapshot).not_()) == 598


def test_only_so_many_words_are_kept_for_every_document(
    files: IndexFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "_MOST_FULL", 2)
    snapshot = Snapshots().latest(files)
    for word in WORDS:
        ranking.hits_of_term(snapshot, "words", word)
    assert len(snapshot.full_scores) == 2
