"""Builds the index anew when the district's words change, while the old one answers."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from modelsearch.backends import get_search_backends
from modelsearch.index import get_indexed_models

from search.backend import Rebuilder, SearchBackend
from search.engine.schema import fingerprint
from search.models import DictionaryWord, IndexRebuild
from search.page import page_types
from search.page.name_spellings import respell_all
from search.text import district_words, segmentation

logger = logging.getLogger(__name__)

# Objects read and written at once; progress is said after each.
_BATCH = 500
MOST_ATTEMPTS = 5
# The pause after the first failure; each further one is so many times as long: 1, 5, 25 and 125 minutes.
FIRST_PAUSE = timedelta(minutes=1)
_LONGER = 5
# A rebuild that has not come further for so long is enqueued again: its task was lost.
PATIENCE = timedelta(minutes=30)


def write_district_words() -> None:
    """Write the words to the file that all processes segment with."""
    words = list(DictionaryWord.objects.values_list("word", flat=True))
    if tuple(words) != district_words.read():
        district_words.write(words)
    segmentation.notice_new_words()


def is_outdated() -> bool:
    """Return whether an index was written by another version, with other words, or is missing while there is
    something to find.
    """
    return any(
        index.files.fingerprint() != fingerprint()
        if index.files.exists()
        else page_types.searchable_pages().exists()
        for backend in get_search_backends()
        if isinstance(backend, SearchBackend)
        for index in backend.all_indexes()
    )


def latest_rebuild() -> IndexRebuild | None:
    """Return the newest rebuild of the index, for the editors; None before the first."""
    return IndexRebuild.objects.order_by("-pk").first()


def rebuild(record: IndexRebuild) -> None:
    """Build every index anew and store how far it has come. A killed one is begun again by its task.

    Raises what the backend raises, `RebuildRunningError` for instance; the reason is kept for the editors,
    and it is tried `MOST_ATTEMPTS` times in all, after longer and longer pauses.
    """
    if record.finished_at:
        return  # enqueued twice: its first task was slow, not lost
    record.started_at, record.done, record.fault = timezone.now(), 0, ""
    record.attempt += 1
    record.due_at = record.started_at + PATIENCE
    record.total = sum(model.get_indexed_objects().count() for model in get_indexed_models())
    record.save()
    try:
        write_district_words()
        for backend in get_search_backends():
            if backend.rebuilder_class:
                _rebuild_backend(backend, record)
        respell_all()
    except Exception as error:
        record.fault = type(error).__name__
        record.due_at = _next_attempt(record.attempt)
        raise
    else:
        record.finished_at, record.due_at = timezone.now(), None
    finally:
        record.save()


def _next_attempt(attempt: int) -> datetime | None:
    """Return when to try again after so many failures; None when it is given up."""
    if attempt >= MOST_ATTEMPTS:
        logger.error("The index could not be built in %s attempts; it is given up.", attempt)
        return None
    return timezone.now() + FIRST_PAUSE * _LONGER ** (attempt - 1)


def _rebuild_backend(backend: Any, record: IndexRebuild) -> None:
    by_index: dict[str, tuple[Any, list[type[Model]]]] = {}
    for model in get_indexed_models():
        index = backend.get_index_for_model(model)
        by_index.setdefault(index.get_key(), (index, []))[1].append(model)
    for index, models in by_index.values():
        rebuilder = backend.rebuilder_class(index)
        new = rebuilder.start()
        try:
            _fill(new, models, record)
            rebuilder.finish()
        except BaseException:
            # Engines that are servers have nothing on this machine to clear away.
            if isinstance(rebuilder, Rebuilder):
                rebuilder.abandon()
            raise


def _fill(new: Any, models: list[type[Model]], record: IndexRebuild) -> None:
    for model in models:
        new.add_model(model)
    for model in models:
        for batch in _batches(model):
            new.add_items(model, batch)
            record.done += len(batch)
            record.due_at = timezone.now() + PATIENCE
            record.save(update_fields=["done", "due_at"])


def _batches(model: Any) -> Iterator[list[Any]]:
    """Yield the model's objects in the order of their keys, so that what is deleted meanwhile shifts none."""
    last = None
    while True:
        objects = model.get_indexed_objects().order_by("pk")
        batch = list((objects if last is None else objects.filter(pk__gt=last))[:_BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1].pk
