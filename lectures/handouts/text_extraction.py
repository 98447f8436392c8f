"""Reads the text of a PDF or Word file from standard input and writes it to standard output.

Run as a process of its own (`python -m lectures.handouts.text_extraction pdf`), because such files come from
anywhere: a broken or malicious one may take this process's memory and time, not the worker's. What cannot be
read, for instance behind a password, ends with exit code 1.
"""

import io
import resource
import sys
from collections.abc import Callable, Iterator

# The process's memory in bytes and its seconds on the processor.
MOST_MEMORY = 1024**3
MOST_SECONDS = 40
MOST_PAGES = 500
# Characters that are kept; a handout is no library.
LONGEST_TEXT = 200_000


def pdf_texts(content: bytes) -> Iterator[str]:
    """Yield the texts of a PDF's pages."""
    from pypdf import PdfReader  # noqa: PLC0415  each run needs one of the two libraries

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError
    for page in reader.pages[:MOST_PAGES]:
        yield page.extract_text()


def word_texts(content: bytes) -> Iterator[str]:
    """Yield the texts of a Word file's paragraphs and table cells."""
    from docx import Document  # noqa: PLC0415  as above

    document = Document(io.BytesIO(content))
    for paragraph in document.paragraphs:
        yield paragraph.text
    for table in document.tables:
        for row in table.rows:
            yield " ".join(cell.text for cell in row.cells)


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {"pdf": pdf_texts, "docx": word_texts}


def text_of(kind: str, content: bytes) -> str:
    """Return the beginning of a file's text, its lines joined where they were only broken."""
    found: list[str] = []
    length = 0
    for text in READERS[kind](content):
        line = " ".join(text.replace("\x00", "").split())
        found.append(line)
        length += len(line)
        if length > LONGEST_TEXT:
            break
    return "\n".join(filter(None, found))[:LONGEST_TEXT]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        sys.stdout.buffer.write(text_of(sys.argv[1], sys.stdin.buffer.read()).encode("utf-8", "replace"))
    except Exception:
        # Whatever the file does to the libraries, the caller only needs to know that there is no text.
        sys.exit(1)
