"""What is read past Whoosh's public interface equals what that interface tells."""

import os
import random
from pathlib import Path

import numpy as np
import pytest

from foundation import chinese_text
from search.engine.index_files import IndexFiles, open_generation
from search.engine.snapshot import Snapshots, _Kept
from search.text import segmentation

from .writers import document


def test_postings_and_lengths_equal_whooshs_own(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    texts = ["乡村振兴要靠人才", "水肥一体化", "乡村医生", "WPS 表格", "人才振兴"] * 60
    for batch in range(3):
        files.write([document(f"{batch}-{n}", text) for n, text in enumerate(texts)])
    files.write([], removed=["0-0", "1-7"])
    snapshot = Snapshots().latest(files)
    reader = open_generation(files.current()).reader()
    for word in {word for text in texts for word in segmentation.words(chinese_text.normalise(text))}:
        numbers, weights = snapshot.postings("words", word)
        mine = [(int(n), float(w)) for n, w in zip(numbers, weights, strict=True) if snapshot.alive[n]]
        matcher = reader.postings("words", word)
        theirs = []
        while matcher.is_active():
            theirs.append((matcher.id(), matcher.weight()))
            matcher.next()
        assert mine == theirs
    lengths = [reader.doc_field_length(number, "words") for number in range(snapshot.size)]
    assert snapshot.lengths("words").tolist() == lengths
    assert snapshot.count == reader.doc_count() == 898


@pytest.mark.slow
def test_every_pair_is_found_also_where_two_share_a_place_and_after_a_merge(tmp_path: Path) -> None:
    chance = random.Random(6)  # noqa: S311  the same texts every time
    characters = [chr(code) for code in range(0x4E00, 0x9000)]
    texts = ["".join(chance.choices(characters, k=600)) for _text in range(8)]
    files = IndexFiles(tmp_path)
    for number, text in enumerate(texts):
        files.write([document(str(number), text)])
    snapshot = Snapshots().latest(files)
    assert len(snapshot._segments) < len(texts)
    for number, text in enumerate(texts):
        normalised = chinese_text.normalise(text)
        lacking = [
            bigram
            for bigram in segmentation.bigrams(normalised)
            if str(number) not in [snapshot.keys[found] for found in snapshot.documents_with(bigram)]
        ]
        assert lacking == []
    strange = [
        bigram
        for bigram in segmentation.bigrams("".join(characters[:400]))
        if len(snapshot.documents_with(bigram))
    ]
    assert len(strange) < 10


def test_an_open_snapshot_outlives_its_files(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    files.write([document("1", "乡村振兴")])
    snapshot = Snapshots().latest(files)
    files.reset()
    assert snapshot.texts(0) == {"text": "乡村振兴\n"}
    assert len(snapshot.postings("words", "乡村振兴")[0]) == 1


def test_a_fork_opens_the_files_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, snapshots = IndexFiles(tmp_path), Snapshots()
    first = snapshots.latest(files)
    assert snapshots.latest(files) is first
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert snapshots.latest(files) is not first


def test_only_so_much_is_kept_in_memory() -> None:
    made = []

    def read(key: str) -> None:
        def make() -> tuple[np.ndarray, np.ndarray]:
            made.append(key)
            return np.zeros(4, np.int64), np.zeros(4, np.float32)

        kept.get(key, make)

    kept = _Kept(10)
    for key in ("a", "b", "a", "c", "a", "b"):
        read(key)
    assert made == ["a", "b", "c", "b"]


def test_similar_words_are_few_and_the_word_is_among_them(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    for number in range(3):
        files.write([document(str(number), " ".join(f"tractor{number}{digit}" for digit in range(9)))])
    similar = Snapshots().latest(files).similar_words("tractor", 5)
    assert (similar[0], len(similar)) == ("tractor", 6)


@pytest.mark.parametrize("column", ["key", "_stored", "_words_len"])
def test_a_segment_that_is_being_deleted_is_not_taken_for_an_empty_one(tmp_path: Path, column: str) -> None:
    """Whoosh takes a column whose file is gone for one without values."""
    files = IndexFiles(tmp_path)
    files.write([document("1", "乡村振兴")])
    [gone] = files.current().glob(f"*.{column}.col")
    gone.unlink()
    with pytest.raises(FileNotFoundError):
        Snapshots().latest(files)
