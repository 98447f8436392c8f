"""Turns hits into objects: the database decides what may be seen, the index how well it answers."""

from collections import Counter, OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet
from modelsearch.backends.base import BaseSearchQueryCompiler, BaseSearchResults, FilterFieldError
from modelsearch.query import MatchAll
from numpy.typing import NDArray

from .posting_blocks import Floats, Numbers
from .query import CompletionEvaluator, QueryEvaluator
from .ranking import Hits
from .snapshot import Snapshot

# SQLite's smallest limit of parameters is 999; the queryset needs some for its own filters.
MOST_PARAMETERS = 800
# So many of the best hits are looked up in the database at the most; what ranks below is not listed.
MOST_RANKED = 10_000
# Hits of so small a share of all documents are looked up in parts; else all that is permitted is read.
_SMALL_SHARE = 8


@dataclass(frozen=True)
class Ranking:
    """The permitted hits in the order of the results: primary keys, scores, numbers in the snapshot."""

    snapshot: Snapshot
    keys: NDArray[Any]
    scores: Floats
    numbers: Numbers

    def only(self, places: NDArray[Any]) -> "Ranking":
        """Return the hits at `places`, which may be a mask, in that order."""
        return Ranking(self.snapshot, self.keys[places], self.scores[places], self.numbers[places])


class QueryCompiler(BaseSearchQueryCompiler):
    """A query to one queryset. Its ranking is made once and shared by all slices of the results."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    evaluator_class: type[QueryEvaluator] = QueryEvaluator

    def matches_all(self) -> bool:
        """Whether the index need not be read at all."""
        return isinstance(self.query, MatchAll)

    def ranking(self, backend: Any) -> Ranking:
        """Return the permitted hits in the order of the results."""
        if not hasattr(self, "_ranking"):
            self._ranking = self._make_ranking(backend)
        return self._ranking

    def _make_ranking(self, backend: Any) -> Ranking:
        found = self._best(backend)
        if self.order_by_relevance:
            return found.only(np.isin(found.keys, self._allowed(found)))
        permitted = self.permitted(found)
        if not permitted.ordered:
            permitted = permitted.order_by("-pk")
        places = {key: place for place, key in enumerate(found.keys.tolist())}
        order = [places[key] for key in _values(permitted, found.keys.dtype).tolist() if key in places]
        return found.only(np.array(order, dtype=np.int64))

    def _allowed(self, found: Ranking) -> NDArray[Any]:
        """Return the keys that the database permits, those of the hits at least."""
        queryset = self.queryset.order_by()
        if len(found.keys) * _SMALL_SHARE > found.snapshot.count and len(found.keys) > MOST_PARAMETERS:
            return _values(queryset, found.keys.dtype)
        parts = [
            _values(
                queryset.filter(pk__in=found.keys[first : first + MOST_PARAMETERS].tolist()), found.keys.dtype
            )
            for first in range(0, len(found.keys), MOST_PARAMETERS)
        ]
        return np.concatenate([found.keys[:0], *parts])

    def _best(self, backend: Any) -> Ranking:
        """Return the best hits of the index, best first; equally good ones newest first."""
        snapshot = backend.get_index_for_model(self.queryset.model).snapshot()
        hits: Hits = self.evaluator_class(snapshot, self.fields).evaluate(self.query).alive()
        keys = snapshot.primary_keys(self.queryset.model._meta.pk.to_python)[hits.numbers]
        order = np.arange(len(keys))
        if len(order) > MOST_RANKED:
            order = np.argpartition(-hits.scores, MOST_RANKED)[:MOST_RANKED]
        newest_first = np.argsort(keys[order], kind="stable")[::-1]
        order = order[newest_first]
        order = order[np.argsort(-hits.scores[order], kind="stable")]
        return Ranking(snapshot, keys[order], hits.scores[order], hits.numbers[order])

    def permitted(self, found: Ranking) -> QuerySet[Any]:
        """Return the queryset narrowed to the hits, as far as the database takes so many parameters."""
        if len(found.keys) <= MOST_PARAMETERS:
            return self.queryset.filter(pk__in=found.keys.tolist())
        return self.queryset


class CompletionCompiler(QueryCompiler):
    """A query by the beginnings of words."""

    evaluator_class = CompletionEvaluator


class SearchResults(BaseSearchResults):
    """Hits as objects of the queryset."""

    supports_facet = True
    query_compiler: QueryCompiler

    @cached_property
    def _ranking(self) -> Ranking:
        return self.query_compiler.ranking(self.backend)

    def keys(self) -> list[Any]:
        """Return the primary keys of all permitted hits in their order, without fetching the objects."""
        return list(self._ranking.keys.tolist())

    def _do_search(self) -> list[Any]:
        queryset = self.query_compiler.queryset
        if self.prefetch_related:
            queryset = queryset.prefetch_related(*self.prefetch_related)
        if self.query_compiler.matches_all():
            ordered = queryset if queryset.ordered else queryset.order_by("-pk")
            return self._with_scores(list(ordered[self.start : self.stop]), {})
        shown = slice(self.start, self.stop)
        keys = self._ranking.keys[shown].tolist()
        found: dict[Any, Any] = {}
        for first in range(0, len(keys), MOST_PARAMETERS):
            for item in queryset.filter(pk__in=keys[first : first + MOST_PARAMETERS]):
                found[item.pk] = item
        scores = dict(zip(keys, self._ranking.scores[shown].tolist(), strict=True))
        return self._with_scores([found[key] for key in keys if key in found], scores)

    def _with_scores(self, items: list[Any], scores: dict[Any, float]) -> list[Any]:
        if self._score_field:
            for item in items:
                setattr(item, self._score_field, scores.get(item.pk, 1.0))
        return items

    def _do_count(self) -> int:
        if self.query_compiler.matches_all():
            return int(self.query_compiler.queryset[self.start : self.stop].count())
        return len(range(len(self._ranking.keys))[self.start : self.stop])

    def facet(self, field_name: str) -> "OrderedDict[Any, int]":
        """Count the results by the values of a `FilterField`, most frequent first.

        Raises `FilterFieldError` if the model declares no such field.
        """
        compiler = self.query_compiler
        if compiler._get_filterable_field(field_name) is None:
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". Please add '
                f"index.FilterField('{field_name}') to {compiler.queryset.model.__name__}.search_fields.",
                field_name=field_name,
            )
        if compiler.matches_all():
            values = compiler.queryset.order_by().values_list("pk", field_name)
        else:
            hits = set(self._ranking.keys.tolist())
            permitted = compiler.permitted(self._ranking).order_by().values_list("pk", field_name)
            values = ((key, value) for key, value in permitted if key in hits)
        return OrderedDict(Counter(value for _key, value in set(values)).most_common())


def _values(queryset: QuerySet[Any], kind: Any) -> NDArray[Any]:
    """Return the primary keys of a queryset as an array."""
    return np.array(list(queryset.values_list("pk", flat=True)), dtype=kind)
