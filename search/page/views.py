"""The search page, whole and as the part that changes while a reader types."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.query import PageQuerySet

from . import facet_fields, query_log, searching
from .facet_counts import count_facets
from .facet_fields import FacetFields
from .facets import Vocabulary
from .forms import SearchForm
from .hits import describe
from .page_types import searchable_pages
from .parameters import SearchParameters
from .promotions import promotions_for
from .searching import fetch_pages, search_pages
from .spelling_suggestions import suggest_spellings
from .suggestions import suggest

RESULTS_ON_A_PAGE = 10
NEWEST_ON_THE_START = 5
NEWEST_BESIDE_NOTHING = 3


@dataclass(frozen=True)
class Order:
    """An order in which results can be listed."""

    label: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class SuggestedQuery:
    """A query that the reader may have meant or may want, and where its results are."""

    words: str
    address: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the results of a search, or the page to start one from."""
    return render(request, "search/search.html", _context(request))


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show only the part of the search page below the box."""
    return render(request, "search/results.html", _context(request))


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Suggest what the reader may be about to type."""
    query = SearchForm(request.GET).parameters().query
    return render(request, "search/suggestions.html", {"suggestions": suggest(query)})


@require_POST
def log(request: HttpRequest) -> HttpResponse:
    """Count what a reader has searched for, once typing has come to rest."""
    query_log.log_query(SearchForm(request.POST).parameters().query, timezone.localdate())
    return HttpResponse(status=204)


def _context(request: HttpRequest) -> dict[str, Any]:
    vocabulary = Vocabulary()
    parameters = SearchForm(request.GET).parameters()
    wanted = vocabulary.values_of(parameters.choices)
    choices = {name: code for name, code in parameters.choices.items() if name in wanted}
    parameters = replace(parameters, choices=choices)
    query, order = parameters.query, parameters.order
    fields = facet_fields.cache.latest()
    searchable = searchable_pages()
    matches = search_pages(query, searchable)
    keys = searching.narrow(matches.keys, fields, wanted)
    context: dict[str, Any] = {
        "query": query,
        "facets": count_facets(matches.keys, fields, parameters, vocabulary),
        "narrowed": bool(choices),
        "hidden_fields": choices | ({"sort": order} if order else {}),
        "is_search": bool(query or choices or order),
    }
    if query and not context["facets"]:
        context |= _browsing(vocabulary, fields, searchable, nothing=not keys)
    if not context["is_search"]:
        newest = describe(fetch_pages(keys[:NEWEST_ON_THE_START], searchable), "")
        return context | {"newest": newest, "popular": _popular(searchable)}
    promotions = [] if choices else promotions_for(query)
    promoted = {promotion.key for promotion in promotions}
    usual = _usual_order(query)
    listed = [key for key in searching.sort_keys(keys, fields, order or usual) if key not in promoted]
    shown = Paginator(listed, RESULTS_ON_A_PAGE).get_page(request.GET.get("page"))
    has_all = matches.all_words and bool(matches.keys)
    return context | {
        "all_words": matches.all_words,
        "readings": matches.readings,
        "popular": [] if listed or promotions else _popular(searchable),
        "spelling_suggestions": [] if has_all else _spelling_suggestions(query, searchable),
        "results": shown,
        "count": len(listed) + len(promotions),
        "promotions": promotions if shown.number == 1 else [],
        "hits": describe(fetch_pages(list(shown.object_list), searchable), matches.marked),
        "orders": _orders(parameters),
        "wide_address": SearchParameters(query, {}, order).address(),
    }


def _browsing(
    vocabulary: Vocabulary, fields: FacetFields, searchable: PageQuerySet, *, nothing: bool
) -> dict[str, Any]:
    """Return facets of everything, for results that nothing narrows; with `nothing`, what is new as well."""
    everything = facet_fields.cache.keys_of_all(searchable)
    facets = count_facets(everything, fields, SearchParameters("", {}), vocabulary)
    newest = searching.newest_keys(searchable, NEWEST_BESIDE_NOTHING) if nothing else []
    return {
        "facets": [facet for facet in facets if facet.is_browsed],
        "is_browsing": True,
        "newest": describe(fetch_pages(newest, searchable), ""),
    }


def _popular(searchable: PageQuerySet) -> list[SuggestedQuery]:
    return _as_suggestions(query_log.popular_queries(timezone.localdate(), searchable))


def _spelling_suggestions(query: str, searchable: PageQuerySet) -> list[SuggestedQuery]:
    return _as_suggestions(suggest_spellings(query, searchable))


def _as_suggestions(queries: list[str]) -> list[SuggestedQuery]:
    return [SuggestedQuery(query, SearchParameters(query, {}).address()) for query in queries]


def _usual_order(query: str) -> str:
    """Return the order when none is chosen: without a query, nothing is closer than the rest."""
    return searching.RELEVANCE if query else searching.NEWEST


def _orders(parameters: SearchParameters) -> list[Order]:
    labels = {
        searching.RELEVANCE: _("Closest first"),
        searching.NEWEST: _("Newest"),
        searching.CHOSEN: _("Most chosen"),
    }
    if not parameters.query:
        del labels[searching.RELEVANCE]
    usual = _usual_order(parameters.query)
    chosen = parameters.order or usual
    return [
        Order(label, parameters.address(sort=None if order == usual else order), order == chosen)
        for order, label in labels.items()
    ]
