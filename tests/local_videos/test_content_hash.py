"""One hash for one content, however the bytes arrived."""

from pathlib import Path

import pytest

from local_videos.upload import content_hash


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_hash, "BLOCK_BYTES", 8)


@pytest.mark.parametrize("cuts", [(3, 20), (8, 16), (16,), (1, 2, 9, 23), ()])
def test_pieces_and_kills_do_not_change_it(cuts: tuple[int, ...], tmp_path: Path) -> None:
    content = bytes(range(29))
    whole, part, digests = tmp_path / "whole", tmp_path / "part", tmp_path / "digests"
    whole.write_bytes(content)
    for cut in (*cuts, len(content)):
        part.write_bytes(content[:cut])
        content_hash.extend(part, digests)
        # A process that was killed while it wrote.
        digests.write_bytes(digests.read_bytes() + b"half a digest")
    assert content_hash.of(part, digests) == content_hash.of(whole) == content_hash.of(part)


def test_other_content_has_another(tmp_path: Path) -> None:
    hashes = set()
    for content in (b"", b"a", b"a" * 8, b"a" * 9, b"a" * 16, b"a" * 15 + b"b"):
        (tmp_path / "film").write_bytes(content)
        hashes.add(content_hash.of(tmp_path / "film"))
    assert len(hashes) == 6


def test_blocks_that_were_read_while_arriving_are_not_read_again(tmp_path: Path) -> None:
    part, digests = tmp_path / "part", tmp_path / "digests"
    part.write_bytes(b"a" * 16)
    content_hash.extend(part, digests)
    whole = content_hash.of(part)
    part.write_bytes(b"b" * 16)
    assert content_hash.of(part, digests) == whole
