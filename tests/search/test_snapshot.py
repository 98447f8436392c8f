"""What is read past Whoosh's public interface equals what that interface tells."""

from pathlib import Path

from search import segmentation
from search.index_files import IndexFiles, open_generation
from search.snapshot import Snapshots

from .writers import document


def test_postings_and_lengths_equal_whooshs_own(tmp_path: Path) -> None:
    files = IndexFiles(tmp_path)
    texts = ["乡村振兴要靠人才", "水肥一体化", "乡村医生", "WPS 表格", "人才振兴"] * 60
    for batch in range(3):
        files.write([document(f"{batch}-{n}", text) for n, text in enumerate(texts)])
    files.write([], removed=["0-0", "1-7"])
    snapshot = Snapshots().latest(files)
    reader = open_generation(files.current()).reader()
    for word in {word for text in texts for word in segmentation.words(segmentation.normalise(text))}:
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
