"""Builds the index anew when the district's words change, while the old one answers."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from modelsearch.backends import get_search_backends
from modelsearch.index import get_indexed_models

from . import district_words, offers, segmentation
from .backend import SearchBackend
from .models import DictionaryWord, IndexRebuild
from .names import respell_all
from .schema import fingerprint

# Objects read and written at once; progress is said after each.
_BATCH = 500


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
    from .tasks import rebuild_index  # noqa: PLC0415  tasks import this module

    # One that waits will see this word as well.
    if not IndexRebuild.objects.filter(started_at__isnull=True).exists():
        rebuild_index.enqueue(IndexRebuild.objects.create().pk)


def rebuild_if_outdated() -> bool:
    """Ask for a rebuild where the index was written by another version, with other words, or is missing while
    there is something to find; return whether it was asked for. Called when the site starts.
    """
    write_down()
    outdated = any(
        index.files.fingerprint() != fingerprint() if index.files.exists() else offers.pages().exists()
        for backend in get_search_backends()
        if isinstance(backend, SearchBackend)
        for index in backend.all_indexes()
    )
    if outdated:
        _ask_for_rebuild()
    return outdated


def rebuild(asked: IndexRebuild) -> None:
    """Build every index anew and say how far it has come. A killed one is begun again by its task.

    Raises what the backend raises, `RebuildRunningError` for instance; the reason is kept for the editors.
    """
    asked.started_at, asked.done, asked.fault = timezone.now(), 0, ""
    asked.total = sum(model.get_indexed_objects().count() for model in get_indexed_models())
    asked.save()
    write_down()
    try:
        for backend in get_search_backends():
            if backend.rebuilder_class:
                _rebuild_backend(backend, asked)
        respell_all()
    except Exception as error:
        asked.fault = type(error).__name__
        raise
    else:
        asked.finished_at = timezone.now()
    finally:
        asked.save()


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
        for model in models:
            new.add_model(model)
        for model in models:
            for batch in _batches(model):
                new.add_items(model, batch)
                asked.done += len(batch)
                asked.save(update_fields=["done"])
        rebuilder.finish()


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
