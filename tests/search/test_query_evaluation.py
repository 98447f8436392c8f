"""What a query finds in a small index, in which order, and how far it goes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from modelsearch.query import Boost, Fuzzy, Phrase, PlainText, SearchQuery

from foundation import chinese_text
from search.engine import documents
from search.engine.index_files import IndexFiles
from search.engine.query import (
    LONGEST_RUN_AS_A_WHOLE,
    MOST_FUZZY_RUNS,
    MOST_PARTS_LOOKED_INTO,
    MOST_TEXTS_LOOKED_INTO,
    MOST_UNITS,
    MOST_UNITS_WITH_PARTS,
    CompletionEvaluator,
    QueryEvaluator,
)
from search.engine.snapshot import Snapshot, Snapshots

Add = Callable[[Iterable[str]], Snapshot]
WORDS = ["白菜", "萝卜", "土豆", "玉米", "小麦", "大豆", "村务"]
# A name of which the dictionary knows nothing but the characters.
NAME = "覃鑫淼"


@pytest.fixture
def add(tmp_path: Path) -> Add:
    """Add texts to an index, where each is its own key, and return the index as it is then."""

    def run(texts: Iterable[str]) -> Snapshot:
        made = []
        for text in texts:
            normal = chinese_text.normalise(text)
            made.append(documents.document(text, [("text", normal, 1.0)], [("text", normal)]))
        files = IndexFiles(tmp_path)
        files.write(made)
        return Snapshots().latest(files)

    return run


def find(
    snapshot: Snapshot, query: SearchQuery | str, kind: type[QueryEvaluator] = QueryEvaluator, **options: Any
) -> list[str]:
    """Return the texts that answer, best first; of words, all are asked for."""
    asked = PlainText(query, operator="and") if isinstance(query, str) else query
    return [snapshot.keys[number] for number in kind(snapshot, **options).evaluate(asked).best(99).numbers]


def test_bigrams_alone_and_scattered_characters_are_no_name(add: Add) -> None:
    snapshot = add([f"{NAME}。", "覃鑫，鑫淼", "覃和鑫和淼"])
    assert find(snapshot, NAME) == find(snapshot, Phrase(NAME)) == [f"{NAME}。"]


def test_a_name_that_is_repeated_comes_first(add: Add) -> None:
    often = f"{NAME}、{NAME}、{NAME}"
    assert find(add([often, f"{NAME}和白菜"]), NAME) == [often, f"{NAME}和白菜"]


def test_what_is_cut_otherwise_is_found_as_written(add: Add) -> None:
    assert find(add(["研究生命的起源", "生命在于研究"]), "究生命") == ["研究生命的起源"]


def test_a_word_of_its_own_comes_before_a_part_of_a_longer_one(add: Add) -> None:
    """Also where that text is the shorter one."""
    texts = [f"农业、白菜、萝卜、土豆{number}" for number in range(5)]
    assert find(add([*texts, "现代农业"]), "农业")[-1] == "现代农业"


def test_in_a_sentence_a_word_that_is_one_anywhere_must_stand_by_itself(add: Add) -> None:
    words = " ".join(WORDS[:MOST_UNITS_WITH_PARTS])
    snapshot = add([f"现代农业 {words}"])
    assert find(snapshot, f"{words} 农业") == [f"现代农业 {words}"]
    snapshot = add(["农业"])
    assert find(snapshot, f"{words} 农业") == []
    assert find(snapshot, "白菜 农业") == [f"现代农业 {words}"]


@pytest.mark.parametrize("kind", [QueryEvaluator, CompletionEvaluator])
def test_only_so_many_words_count(add: Add, kind: type[QueryEvaluator]) -> None:
    words = [f"word{number}" for number in range(MOST_UNITS + 1)]
    text = " ".join(words[:MOST_UNITS])
    assert find(add([text]), " ".join(words), kind) == [text]


def test_only_so_many_words_are_forgiven_a_mistake(add: Add) -> None:
    words = [*"abcdefghijkl"[:MOST_FUZZY_RUNS], "tractor"]
    snapshot = add(["tractor", "白菜"])
    assert find(snapshot, Fuzzy("tracter")) == ["tractor"]
    assert find(snapshot, Fuzzy(" ".join(words), operator="or")) == []
    assert find(snapshot, Fuzzy("的" * LONGEST_RUN_AS_A_WHOLE + "白菜", operator="or")) == []


def test_a_query_in_a_query_has_an_end(add: Add) -> None:
    snapshot = add(["白菜"])
    asked: SearchQuery = PlainText("白菜")
    for _level in range(5):
        asked = Boost(asked, 2.0)
    assert find(snapshot, asked) == ["白菜"]
    for _level in range(5000):
        asked = Boost(asked, 2.0)
    assert find(snapshot, asked) == []


def test_only_some_texts_are_looked_into_and_bigrams_believed_of_the_rest(
    add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_into = []
    texts = Snapshot.texts

    def look(self: Snapshot, number: int) -> dict[str, str]:
        looked_into.append(number)
        return texts(self, number)

    monkeypatch.setattr(Snapshot, "texts", look)
    number = MOST_PARTS_LOOKED_INTO + 3
    assert len(find(add(f"{NAME}{one}" for one in range(number)), NAME)) == number
    assert len(set(looked_into)) == MOST_PARTS_LOOKED_INTO


def test_of_a_field_only_what_was_looked_into_is_found(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    elsewhere = range(MOST_TEXTS_LOOKED_INTO + 3)
    files.write([documents.document(str(one), [("text", "白菜", 1.0)]) for one in elsewhere])
    files.write([documents.document("title", [("title", "白菜", 9.0)])])
    assert find(Snapshots().latest(files), "白菜", fields=["title"]) == ["title"]


def test_a_phrase_ends_with_its_word(add: Add) -> None:
    snapshot = add(["表格 wpsx。wps", "表格，WPS", "表格和 wps"])
    assert find(snapshot, Phrase("表格 WPS")) == ["表格，WPS"]


def test_a_long_latin_word_completes(add: Add) -> None:
    assert find(add(["a" * 40]), "a" * 30, CompletionEvaluator) == ["a" * 40]
