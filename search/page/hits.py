"""What a line of the result list shows: title, one snippet with marks, kind, length and hours.

Needs the same number of queries for one page and for ten.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, prefetch_related_objects
from django.utils.safestring import SafeString
from modelsearch.index import SearchField
from wagtail.blocks import Block, ChooserBlock, ListBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Page

from local_videos.models import CaptionCue, LocalVideo

from .highlighting import Highlighter, Passage
from .page_types import relations_to

# Lines of one film that are looked at.
_MOST_LINES = 40
# Characters from which a text may be taken for a sentence.
_SENTENCE = 10
_NOTHING = Passage(SafeString(""), 0)


@dataclass(frozen=True)
class Hit:
    """One result. `second`: where in the film a line is spoken that answers, else None. That line is the
    snippet, or where a written text answers as well, it is `line`, to be shown beside the snippet.
    `document`: the attached document that the snippet comes from, with `title` and `address`, else None."""

    page: Page
    title: SafeString
    kind: str
    snippet: SafeString
    second: int | None
    line: SafeString
    document: Any
    minutes: int
    hours: Decimal | None


def describe(pages: Iterable[Page], query: str) -> list[Hit]:
    """Return how `pages`, which must be specific, are shown as answers to `query`."""
    pages = list(pages)
    highlighter = Highlighter(query)
    films = _films(pages)
    documents = _documents(pages) if highlighter.words else {}
    lines = _spoken(films.values(), highlighter.words, query)
    found = []
    for page in pages:
        film = films.get(page.pk)
        snippet, second, line = _snippet(page, lines.get(film.pk, []) if film else [], highlighter)
        document, from_document = _from_document(documents.get(page.pk, []), highlighter)
        if from_document.words > snippet.words:
            snippet, second, line = from_document, None, _NOTHING
        else:
            document = None
        hours = getattr(page, "hours", None)
        minutes = getattr(page, "minutes_that_count", None) or (int(film.duration // 60) if film else 0)
        found.append(
            Hit(
                page=page,
                title=highlighter.whole(page.title).html,
                kind=str(page._meta.verbose_name),
                snippet=snippet.html,
                second=second,
                line=line.html,
                document=document,
                minutes=int(minutes),
                hours=hours or None,
            )
        )
    return found


def _films(pages: list[Page]) -> dict[int, LocalVideo]:
    """Return the film of each page that has one, by the page's key."""
    films: dict[int, LocalVideo] = {}
    by_type: defaultdict[type[Page], list[Page]] = defaultdict(list)
    for page in pages:
        by_type[type(page)].append(page)
    for model, of_type in by_type.items():
        for field in relations_to(LocalVideo, model):  # type: ignore[arg-type]  # a class is hashable
            prefetch_related_objects(of_type, field.name)
            films |= {page.pk: film for page in of_type if (film := getattr(page, field.name))}
    return films


def _spoken(films: Iterable[LocalVideo], words: list[str], query: str) -> dict[int, list[tuple[int, str]]]:
    """Return the lines of `films` in which a word is spoken: seconds and text, by the film's key."""
    lines: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    keys = [film.pk for film in films]
    if not (keys and words):
        return lines
    wanted = Q()
    for word in {*words, *query.split()[: len(words)]}:
        wanted |= Q(text__icontains=word)
    cues = CaptionCue.objects.filter(wanted, caption__video__in=keys)
    for film, start, text in cues.order_by("start").values_list("caption__video_id", "start", "text"):
        if len(lines[film]) < _MOST_LINES:
            lines[film].append((int(start), text))
    return lines


def _snippet(
    page: Page, spoken: list[tuple[int, str]], highlighter: Highlighter
) -> tuple[Passage, int | None, Passage]:
    """Return the passage that holds most words of the query, a written one before a spoken one; where in
    the film it is spoken; and the spoken one, if both hold as many."""
    written = _NOTHING
    for text in _written(page):
        passage = highlighter.passage(text)
        # Without a word in any text, the first sentence stands for the page; a name says too little.
        if passage.words > written.words or (not written.words and len(written.html) < _SENTENCE):
            written = passage
    second, said = None, _NOTHING
    for start, text in spoken:
        passage = highlighter.passage(text)
        if passage.words > said.words:
            second, said = start, passage
    if not said.words or said.words < written.words:
        return written, None, _NOTHING
    if said.words > written.words:
        return said, second, _NOTHING
    return written, second, said


def _documents(pages: list[Page]) -> dict[int, list[Any]]:
    """Return the attached documents by the page's key, where the type knows them (`search_documents`)."""
    found: dict[int, list[Any]] = {}
    for model in {type(page) for page in pages}:
        documents_of = getattr(model, "search_documents", None)
        if documents_of is not None:
            found |= documents_of([page for page in pages if type(page) is model])
    return found


def _from_document(documents: list[Any], highlighter: Highlighter) -> tuple[Any, Passage]:
    """Return the document that holds most words of the query, and where it does."""
    best: tuple[Any, Passage] = (None, _NOTHING)
    for document in documents:
        passage = highlighter.passage(document.text)
        if passage.words > best[1].words:
            best = (document, passage)
    return best


def _written(page: Page) -> Iterator[str]:
    """Yield the page's searched texts, except its title and what only a method reads from the database."""
    for search_field in page.get_search_fields():
        if not isinstance(search_field, SearchField) or search_field.field_name == "title":
            continue
        try:
            field = search_field.get_field(type(page))
        except FieldDoesNotExist:
            continue
        if isinstance(field, StreamField):
            text = " ".join(_of_stream(field.value_from_object(page)))
        else:
            value = search_field.get_value(page)
            text = " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        if text.strip():
            yield text


def _of_stream(stream: Any) -> Iterator[str]:
    """Yield the texts of a stream without loading its images: their rows would be read page by page."""
    for raw in stream.raw_data:
        block = stream.stream_block.child_blocks.get(raw["type"])
        if block is not None and not _points_elsewhere(block):
            yield from map(str, block.get_searchable_content(block.to_python(raw["value"])))


def _points_elsewhere(block: Block) -> bool:
    if isinstance(block, ListBlock):
        return _points_elsewhere(block.child_block)
    if isinstance(block, StructBlock | StreamBlock):
        return any(_points_elsewhere(child) for child in block.child_blocks.values())
    return isinstance(block, ChooserBlock)
