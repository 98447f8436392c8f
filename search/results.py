"""Turns hits into objects: the database decides what may be seen, the index how well it answers."""

from collections import Counter, OrderedDict
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet
from modelsearch.backends.base import BaseSearchQueryCompiler, BaseSearchResults, FilterFieldError
from modelsearch.query import MatchAll

from .questions import Completion, Question

# SQLite's smallest limit of parameters is 999; the queryset needs some for its own filters.
MOST_PARAMETERS = 800


class QueryCompiler(BaseSearchQueryCompiler):
    """A question to one queryset. Its ranking is made once and shared by all slices of the results."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    question_class: type[Question] = Question

    def matches_all(self) -> bool:
        """Whether the index need not be asked at all."""
        return isinstance(self.query, MatchAll)

    def ranking(self, backend: Any) -> dict[Any, float]:
        """Return the primary keys of the permitted hits and their scores, in the order of the results."""
        if not hasattr(self, "_ranking"):
            self._ranking = self._make_ranking(backend)
        return self._ranking

    def _make_ranking(self, backend: Any) -> dict[Any, float]:
        scores = self._scores(backend)
        permitted = self.permitted(scores)
        if self.order_by_relevance:
            allowed = set(permitted.values_list("pk", flat=True))
            return {key: score for key, score in scores.items() if key in allowed}
        if not permitted.ordered:
            permitted = permitted.order_by("-pk")
        return {key: scores[key] for key in permitted.values_list("pk", flat=True) if key in scores}

    def _scores(self, backend: Any) -> dict[Any, float]:
        """Return all hits of the index, best first; equally good ones newest first."""
        snapshot = backend.get_index_for_model(self.queryset.model).snapshot()
        hits = self.question_class(snapshot, self.fields).answer(self.query)
        numbers = np.flatnonzero(hits.mask & snapshot.alive)
        to_python = self.queryset.model._meta.pk.to_python
        keys = [to_python(snapshot.keys[number]) for number in numbers]
        scores = hits.scores[numbers]
        order = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
        order.sort(key=(-scores).tolist().__getitem__)
        return {keys[place]: float(scores[place]) for place in order}

    def permitted(self, scores: dict[Any, float]) -> QuerySet[Any]:
        """Return the queryset narrowed to the hits, as far as the database takes so many parameters."""
        return self.queryset.filter(pk__in=list(scores)) if len(scores) <= MOST_PARAMETERS else self.queryset


class CompletionCompiler(QueryCompiler):
    """A question by the beginnings of words."""

    question_class = Completion


class SearchResults(BaseSearchResults):
    """Hits as objects of the queryset."""

    supports_facet = True
    query_compiler: QueryCompiler

    @cached_property
    def _ranking(self) -> dict[Any, float]:
        return self.query_compiler.ranking(self.backend)

    def keys(self) -> list[Any]:
        """Return the primary keys of all permitted hits in their order, without fetching the objects."""
        return list(self._ranking)

    def _do_search(self) -> list[Any]:
        queryset = self.query_compiler.queryset
        if self.prefetch_related:
            queryset = queryset.prefetch_related(*self.prefetch_related)
        if self.query_compiler.matches_all():
            ordered = queryset if queryset.ordered else queryset.order_by("-pk")
            return self._with_scores(list(ordered[self.start : self.stop]), {})
        keys = list(self._ranking)[self.start : self.stop]
        found: dict[Any, Any] = {}
        for first in range(0, len(keys), MOST_PARAMETERS):
            for item in queryset.filter(pk__in=keys[first : first + MOST_PARAMETERS]):
                found[item.pk] = item
        return self._with_scores([found[key] for key in keys if key in found], self._ranking)

    def _with_scores(self, items: list[Any], scores: dict[Any, float]) -> list[Any]:
        if self._score_field:
            for item in items:
                setattr(item, self._score_field, scores.get(item.pk, 1.0))
        return items

    def _do_count(self) -> int:
        if self.query_compiler.matches_all():
            return int(self.query_compiler.queryset[self.start : self.stop].count())
        return len(range(len(self._ranking))[self.start : self.stop])

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
            pairs = compiler.queryset.order_by().values_list("pk", field_name)
        else:
            permitted = compiler.permitted(self._ranking).order_by().values_list("pk", field_name)
            pairs = (pair for pair in permitted if pair[0] in self._ranking)
        return OrderedDict(Counter(value for _key, value in set(pairs)).most_common())
