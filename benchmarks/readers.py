"""Readers of films for benchmarks: few that are fast, and a thousand that are slow.

They are processes of their own: nothing of what they do may hold up the one that measures.
"""

import itertools
import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

_AT_ONCE = 1024**2
# So little lies in the system's hands between the two that the server has to wait for the reader.
_SLOW_BUFFER = 8 * 1024
_STEP_SECONDS = 0.25


def read_at_full_speed(port: int, paths: list[str], readers: int, seconds: float) -> int:
    """Fetch `paths` over `readers` lasting connections for `seconds`; return how many bytes came."""
    receiving, sending = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_read_fast, args=(port, paths, readers, seconds, sending)
    )
    process.start()
    # Else nobody would tell this process that the other one died.
    sending.close()
    total: int = receiving.recv()
    process.join()
    return total


@contextmanager
def hold_slow_readers(
    port: int, paths: list[str], readers: int, bytes_a_second: int
) -> Iterator[Callable[[], int]]:
    """Let `readers` connections read slowly while the block runs.

    Begins when all of them have received their first bytes; yields a question: how many are still reading?
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_read_slowly, args=(port, paths, readers, bytes_a_second, theirs), daemon=True
    )
    process.start()
    theirs.close()

    def reading() -> int:
        ours.send("how many")
        answer: int = ours.recv()
        return answer

    try:
        ours.recv()
        yield reading
    finally:
        process.kill()
        process.join()


class _Reader:
    """One lasting connection that asks for the next file as soon as it has the one before."""

    def __init__(self, port: int, paths: Iterator[str]) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._paths = paths
        self.ask()

    def ask(self) -> None:
        """Send the next question; read as far as the end of the answer's head."""
        self.line.setblocking(True)
        self.line.sendall(f"GET {next(self._paths)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            # Byte for byte at its end would be slow; a peek tells where it ends.
            seen = self.line.recv(4096, socket.MSG_PEEK)
            end = seen.find(b"\r\n\r\n")
            head += self.line.recv(len(seen) if end < 0 else end + 4)
        assert b" 200 " in head.split(b"\r\n", 1)[0] + b" ", head
        lengths = [row for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
        self.left = int(lengths[0].split(b":")[1])
        self.line.setblocking(False)

    def read(self) -> int:
        """Throw away what has come; ask again when the file is whole."""
        # The system drops it without copying it out.
        got = self.line.recv_into(_NOWHERE, min(self.left, _AT_ONCE), socket.MSG_TRUNC)
        if not got:
            raise ConnectionError("the server closed the connection")
        self.left -= got
        if not self.left:
            self.ask()
        return got


_NOWHERE = bytearray(_AT_ONCE)


def _read_fast(port: int, paths: list[str], readers: int, seconds: float, result: Connection) -> None:
    found = selectors.DefaultSelector()
    for number in range(readers):
        shifted = paths[number * 7 % len(paths) :] + paths[: number * 7 % len(paths)]
        reader = _Reader(port, itertools.cycle(shifted))
        found.register(reader.line, selectors.EVENT_READ, reader)
    total, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _event in found.select(0.1):
            total += key.data.read()
    result.send(total)


def _read_slowly(port: int, paths: list[str], readers: int, bytes_a_second: int, asked: Connection) -> None:
    lines = []
    for number in range(readers):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SLOW_BUFFER)
        line.connect(("127.0.0.1", port))
        line.sendall(f"GET {paths[number % len(paths)]} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        lines.append(line)
    for line in lines:
        assert line.recv(256).startswith(b"HTTP/1.1 200")
        line.setblocking(False)
    asked.send("all read")
    # One after another through each step, so that they do not all come at once.
    share = int(bytes_a_second * _STEP_SECONDS)
    alive = dict.fromkeys(lines, True)
    while True:
        began = time.monotonic()
        for count, line in enumerate(lines):
            try:
                alive[line] = alive[line] and bool(line.recv(share))
            except BlockingIOError:
                pass
            except OSError:
                alive[line] = False
            if count % 50 == 0:
                time.sleep(_STEP_SECONDS / readers * 25)
        if asked.poll():
            asked.recv()
            asked.send(sum(alive.values()))
        time.sleep(max(0.0, began + _STEP_SECONDS - time.monotonic()))
