"""What tells that two files hold the same film: a SHA-256 over the SHA-256 of each block.

Taken by blocks, it can be computed while a file is arriving, by whichever process gets the next piece, and
goes on after any of them was killed: the digests of the whole blocks lie in a file of their own.
"""

import os
from hashlib import sha256
from pathlib import Path

BLOCK_BYTES = 8 * 1024**2
_DIGEST_BYTES = sha256().digest_size


def of(path: Path, digests: Path | None = None) -> str:
    """Return the hash of the file at `path`, 64 hexadecimal digits.

    `digests` is what `extend` wrote while the file was arriving; its blocks are not read again.
    """
    known = _known(digests, path.stat().st_size) if digests else b""
    return sha256(known + b"".join(_blocks(path, len(known) // _DIGEST_BYTES))).hexdigest()


def extend(path: Path, digests: Path) -> None:
    """Add to the file `digests` those blocks of `path` that have become whole."""
    size = path.stat().st_size
    known = _known(digests, size)
    whole = size // BLOCK_BYTES
    fresh = _blocks(path, len(known) // _DIGEST_BYTES, whole)
    with digests.open("r+b" if digests.exists() else "wb") as file:
        # A killed process may have left half a digest.
        file.truncate(len(known))
        file.seek(0, os.SEEK_END)
        file.write(b"".join(fresh))


def _known(digests: Path, size: int) -> bytes:
    """Return the digests that were written whole, of blocks that are whole in a file of `size` bytes."""
    content = digests.read_bytes() if digests.exists() else b""
    return content[: min(len(content) // _DIGEST_BYTES, size // BLOCK_BYTES) * _DIGEST_BYTES]


def _blocks(path: Path, first: int, end: int | None = None) -> list[bytes]:
    """Return the digests of the blocks from number `first` to before `end`, or to the end of the file."""
    found: list[bytes] = []
    with path.open("rb") as file:
        file.seek(first * BLOCK_BYTES)
        while end is None or first + len(found) < end:
            block = file.read(BLOCK_BYTES)
            if not block:
                break
            found.append(sha256(block).digest())
    return found
