"""Wagtail's search on Whoosh: `"BACKEND": "search.backend", "INDEX_DIR": <a directory of its own>`.

Whoosh is the index's format and its writer. Cutting text into words, ranking and snippets are our own;
filters, order and visibility are the queryset's.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from modelsearch.backends.base import BaseIndex, BaseSearchBackend, get_model_root
from modelsearch.index import class_is_indexed

from search.engine.documents import document_of
from search.engine.index_files import IndexBusyError, IndexFiles, Rebuild
from search.engine.results import CompletionCompiler, QueryCompiler, SearchResults
from search.engine.schema import FORMAT
from search.engine.snapshot import Snapshot, snapshots

logger = logging.getLogger(__name__)

# Documents written in one commit: a commit costs as much as some twenty documents.
BATCH = 500


class WhooshIndex(BaseIndex):
    """The index of one model and all that inherit from it."""

    def __init__(self, backend: "SearchBackend", root_model: type[Model]) -> None:
        super().__init__(backend)
        self._name = root_model._meta.label_lower
        self.files = IndexFiles(backend.directory / f"format-{FORMAT}" / self._name)

    def __str__(self) -> str:
        return self._name

    def get_key(self) -> str:
        """Return the name that distinguishes this index from the others."""
        return self._name

    def snapshot(self) -> Snapshot:
        """Return the newest state."""
        return snapshots.latest(self.files)

    def add_items(self, model: type[Model], items: Iterable[Any]) -> None:
        """Add or replace objects of one model. Raises `IndexBusyError`; the batch is then unwritten."""
        if class_is_indexed(model):
            for batch in _batches(items):
                self._write([document_of(item) for item in batch])

    def _write(self, documents: list[dict[str, Any]]) -> None:
        self.files.write(documents)

    def delete_item(self, item: Model) -> None:
        """Remove an object. It happens inside a user's request and hides nothing that the database would not
        hide anyway, so a busy index is logged and no error."""
        try:
            self.files.write([], removed=[str(item.pk)])
        except IndexBusyError:
            logger.warning("%s %s stays in the index until the next rebuild.", self._name, item.pk)

    def reset(self) -> None:
        """Forget everything."""
        self.files.reset()


class _NewIndex(WhooshIndex):
    """An index under construction: written to the new generation."""

    def __init__(self, index: WhooshIndex) -> None:
        self.backend = index.backend
        self._name = index.get_key()
        self.files = index.files
        self.rebuild = Rebuild(index.files)

    def _write(self, documents: list[dict[str, Any]]) -> None:
        self.rebuild.add(documents)


class Rebuilder:
    """Builds a new index beside the one in use and switches to it at the end."""

    def __init__(self, index: WhooshIndex) -> None:
        self._index = index

    def start(self) -> WhooshIndex:
        """Begin. Raises `RebuildRunningError` if another process rebuilds the same index."""
        self._new = _NewIndex(self._index)
        return self._new

    def finish(self) -> None:
        """Let the new index answer."""
        self._new.rebuild.finish()

    def abandon(self) -> None:
        """Throw away what was built; the old index goes on answering."""
        self._new.rebuild.abandon()


class SearchBackend(BaseSearchBackend):
    """Wagtail's search backend. `INDEX_DIR` must be writable for the site alone: it holds pickles."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = CompletionCompiler
    index_class = WhooshIndex
    results_class = SearchResults
    rebuilder_class = Rebuilder

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        if "INDEX_DIR" not in params:
            raise ImproperlyConfigured('The search backend "search.backend" needs an INDEX_DIR.')
        self.directory = Path(params["INDEX_DIR"])

    def get_index_for_model(self, model: type[Model]) -> WhooshIndex:
        """Return the index that holds `model`: one for each tree of inheriting models."""
        return WhooshIndex(self, get_model_root(model))


def _batches(items: Iterable[Any]) -> Iterable[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
