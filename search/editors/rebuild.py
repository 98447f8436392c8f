"""Builds the index anew when the district's words change, while the old one answers."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
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
# A building of which nothing was heard for so long is asked for again: its task was lost.
PATIENCE = timedelta(minutes=30)


def words_changed(**kwargs: Any) -> None:
    """Receive that editors changed a word: every process is to cut with it, the index to hold it."""
    transaction.on_commit(_take_over)


def write_down(**kwargs: Any) -> None:
    """Write the words to the file that all processes cut by; also received after `migrate`, for a site whose
    database came from a backup."""
    words = list(DictionaryWord.objects.values_list("word", flat=True))
    if tuple(words) != district_words.read():
        district_words.write(words)
    segmentation.notice_new_words()


def _take_over() -> None:
    write_down()
    _ask_for_rebuild()


def _ask_for_rebuild() -> None:
    # One that waits will see this word as well.
    if not IndexRebuild.objects.filter(started_at__isnull=True).exists():
        _enqueue(IndexRebuild.objects.create(due_at=timezone.now() + PATIENCE))


def _enqueue(asked: IndexRebuild) -> None:
    from .tasks import rebuild_index  # noqa: PLC0415  tasks import this module

    transaction.on_commit(partial(rebuild_index.enqueue, asked.pk))


def rebuild_if_outdated() -> bool:
    """Ask for a rebuild where the index was written by another version, with other words, or is missing while
    there is something to find; return whether it was asked for. Called when the site starts.
    """
    write_down()
    outdated = any(
        index.files.fingerprint() != fingerprint() if index.files.exists() else page_types.pages().exists()
        for backend in get_search_backends()
        if isinstance(backend, SearchBackend)
        for index in backend.all_indexes()
    )
    if outdated:
        _ask_for_rebuild()
    return outdated


def ask_again(now: datetime) -> bool:
    """Ask again for the newest building if it failed and its pause is over, or if its task was lost; return
    whether it was. Called every minute.
    """
    asked = state()
    if asked is None or asked.due_at is None or asked.due_at > now:
        return False
    if asked.attempt >= MOST_ATTEMPTS:
        # Its worker died in the last attempt and could not say so.
        asked.fault, asked.due_at = asked.fault or "interrupted", None
        asked.save(update_fields=["fault", "due_at"])
        return False
    with transaction.atomic():
        # The condition names the moment that was read: a worker that has just gone on keeps its building.
        ours = IndexRebuild.objects.filter(pk=asked.pk, due_at=asked.due_at).update(due_at=now + PATIENCE)
        if ours:
            _enqueue(asked)
    return bool(ours)


def rebuild(asked: IndexRebuild) -> None:
    """Build every index anew and say how far it has come. A killed one is begun again by its task.

    Raises what the backend raises, `RebuildRunningError` for instance; the reason is kept for the editors,
    and it is tried `MOST_ATTEMPTS` times in all, after longer and longer pauses.
    """
    if asked.finished_at:
        return  # asked for twice: its first task was slow, not lost
    asked.started_at, asked.done, asked.fault = timezone.now(), 0, ""
    asked.attempt += 1
    asked.due_at = asked.started_at + PATIENCE
    asked.total = sum(model.get_indexed_objects().count() for model in get_indexed_models())
    asked.save()
    try:
        write_down()
        for backend in get_search_backends():
            if backend.rebuilder_class:
                _rebuild_backend(backend, asked)
        respell_all()
    except Exception as error:
        asked.fault = type(error).__name__
        asked.due_at = _next_attempt(asked.attempt)
        raise
    else:
        asked.finished_at, asked.due_at = timezone.now(), None
    finally:
        asked.save()


def _next_attempt(attempt: int) -> datetime | None:
    """Return when to try again after so many failures; None when it is given up."""
    if attempt >= MOST_ATTEMPTS:
        logger.error("The index could not be built in %s attempts; it is given up.", attempt)
        return None
    return timezone.now() + FIRST_PAUSE * _LONGER ** (attempt - 1)


def state() -> IndexRebuild | None:
    """Return the newest building of the index, for the editors; None before the first."""
    return IndexRebuild.objects.order_by("-pk").first()


def _rebuild_backend(backend: Any, asked: IndexRebuild) -> None:
    by_index: dict[str, tuple[Any, list[type[Model]]]] = {}
    for model in get_indexed_models():
        index = backend.get_index_for_model(model)
        by_index.setdefault(index.get_key(), (index, []))[1].append(model)
    for index, models in by_index.values():
        rebuilder = backend.rebuilder_class(index)
        new = rebuilder.start()
        try:
            _fill(new, models, asked)
            rebuilder.finish()
        except BaseException:
            # Engines that are servers have nothing on this machine to clear away.
            if isinstance(rebuilder, Rebuilder):
                rebuilder.abandon()
            raise


def _fill(new: Any, models: list[type[Model]], asked: IndexRebuild) -> None:
    for model in models:
        new.add_model(model)
    for model in models:
        for batch in _batches(model):
            new.add_items(model, batch)
            asked.done += len(batch)
            asked.due_at = timezone.now() + PATIENCE
            asked.save(update_fields=["done", "due_at"])


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
