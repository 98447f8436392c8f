"""What stands in attached PDF and Word files is found, and the hit says in which; broken files do no harm."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult
from docx import Document as WordFile
from pypdf import PdfReader, PdfWriter
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction
from weasyprint import HTML

from lectures.handouts import text_extraction
from lectures.handouts.indexing import unread
from lectures.models import HandoutText, Lecture
from lectures.tasks import read_document
from tests import builders

Committed = Callable
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def word(*paragraphs: str) -> bytes:
    """Return a Word file."""
    file, content = WordFile(), BytesIO()
    for text in paragraphs:
        file.add_paragraph(text)
    file.add_table(1, 1).cell(0, 0).text = "表格里的貔貅"
    file.save(content)
    return content.getvalue()


def encrypted(content: bytes) -> bytes:
    """Return a PDF that asks for a password."""
    writer, locked = PdfWriter(PdfReader(BytesIO(content))), BytesIO()
    writer.encrypt("secret")
    writer.write(locked)
    return locked.getvalue()


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A PDF with Chinese text."""
    return bytes(HTML(string="<p>承包合同要写明饕餮的期限</p>").write_pdf())


def attach(name: str, content: bytes, committed: Committed, **fields: Any) -> Document:
    """Save a document, read it as the worker would, and return it."""
    with committed(execute=True):
        document = Document.objects.create(title=f"附件{name}", file=ContentFile(content, name), **fields)
    do_what_waits()
    return document


def do_what_waits() -> None:
    """Do this app's waiting tasks here: a worker would close the test's connection behind it."""
    for waiting in DBTaskResult.objects.filter(task_path="lectures.tasks.read_document"):
        read_document.func(*waiting.args_kwargs["args"])
        waiting.delete()


def hand_out(title: str, *documents: Document, **fields: Any) -> Lecture:
    """Return a lecture with handouts."""
    handouts = [("document", {"document": document}) for document in documents]
    return builders.make_lecture(title, attachments=handouts, **fields)


def test_both_kinds_are_read(pdf: bytes) -> None:
    assert "饕餮" in text_extraction.text_of("pdf", pdf)
    assert text_extraction.text_of("docx", word("第一段", "", "第二段")) == "第一段\n第二段\n表格里的貔貅"


def test_a_long_file_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_extraction, "LONGEST_TEXT", 5)
    assert text_extraction.text_of("docx", word("一二三四五六七八")) == "一二三四五"


def test_of_a_book_the_first_pages_are_read(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    book, once = PdfWriter(), text_extraction.text_of("pdf", pdf)
    for _ in range(3):
        book.append(BytesIO(pdf))
    content = BytesIO()
    book.write(content)
    monkeypatch.setattr(text_extraction, "MOST_PAGES", 2)
    assert text_extraction.text_of("pdf", content.getvalue()) == f"{once}\n{once}"


def test_the_text_is_found_and_the_hit_names_the_document(
    client: Client, pdf: bytes, django_capture_on_commit_callbacks: Committed
) -> None:
    first = attach("a.pdf", pdf, django_capture_on_commit_callbacks)
    second = attach("b.docx", word("貔貅"), django_capture_on_commit_callbacks)
    hand_out("土地流转", first, second)
    hand_out("另一讲")
    call_command("update_index", verbosity=0)
    [hit] = client.get("/search/", {"q": "饕餮"}).context["hits"]
    assert (hit.page.title, hit.document.title, hit.document.address) == ("土地流转", "附件a.pdf", first.url)
    assert "<mark>饕餮</mark>" in hit.snippet
    assert "附件b.docx" in client.get("/search/", {"q": "貔貅"}).content.decode()
    [hit] = client.get("/search/", {"q": "土地"}).context["hits"]
    assert hit.document is None


def test_a_document_that_is_replaced_is_read_again(
    client: Client, django_capture_on_commit_callbacks: Committed
) -> None:
    document = attach("a.docx", word("旧的饕餮"), django_capture_on_commit_callbacks)
    hand_out("土地流转", document)
    call_command("update_index", verbosity=0)
    with django_capture_on_commit_callbacks(execute=True):
        document.file = ContentFile(word("新的麒麟"), "b.docx")
        document.save()
    do_what_waits()
    found = {word: len(client.get("/search/", {"q": word}).context["hits"]) for word in ("饕餮", "麒麟")}
    assert found == {"饕餮": 0, "麒麟": 1}


def test_broken_files_do_no_harm(pdf: bytes, django_capture_on_commit_callbacks: Committed) -> None:
    for name, content in (
        ("a.pdf", b"%PDF-1.7 broken"),
        ("b.docx", b"PK\x03\x04 broken"),
        ("c.pdf", encrypted(pdf)),
    ):
        document = attach(name, content, django_capture_on_commit_callbacks)
        assert document.handout_text.text == ""
    gone = attach("d.docx", word("貔貅"), django_capture_on_commit_callbacks)
    gone.file.storage.delete(gone.file.name)
    HandoutText.objects.filter(document=gone).delete()
    read_document.func(gone.pk)
    assert HandoutText.objects.get(document=gone).text == ""
    read_document.func(99_999)


def test_what_was_never_read_is_read_later(db: None) -> None:
    for name in ("a.docx", "b.txt"):
        Document.objects.create(title=name, file=ContentFile(word("貔貅"), name))
    [key] = unread()
    call_command("read_documents", verbosity=0)
    assert DBTaskResult.objects.filter(task_path="lectures.tasks.read_document").count() == 1
    read_document.func(key)
    assert unread() == []


@pytest.mark.parametrize("closed_as_a_whole", [True, False])
def test_documents_of_closed_collections_and_hidden_lectures_are_never_found(
    closed_as_a_whole: bool, client: Client, django_capture_on_commit_callbacks: Committed
) -> None:
    closed = Collection.get_first_root_node().add_child(name="内部")
    collection = closed.add_child(name="内部资料") if closed_as_a_whole else closed
    document = attach("a.docx", word("饕餮"), django_capture_on_commit_callbacks, collection=collection)
    hand_out("土地流转", document)
    hand_out("草稿", document, live=False)
    call_command("update_index", verbosity=0)
    assert [one.page.title for one in client.get("/search/", {"q": "饕餮"}).context["hits"]] == ["土地流转"]
    with django_capture_on_commit_callbacks(execute=True):
        CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    [hit] = client.get("/search/", {"q": "饕餮"}).context["hits"]
    assert (hit.document, "饕餮" in hit.snippet) == (None, False)
    do_what_waits()
    assert client.get("/search/", {"q": "饕餮"}).context["hits"] == []
