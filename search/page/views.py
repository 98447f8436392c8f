"""The search page, whole and as the piece that changes while a reader types."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.query import PageQuerySet

from . import searching
from .facet_fields import Traits, kept
from .facets import Asked, Vocabulary, facets_of
from .forms import SearchForm
from .hits import describe
from .page_types import pages
from .promotions import promotions_for
from .query_log import note, popular
from .spelling_suggestions import near
from .suggestions import suggest

RESULTS_ON_A_PAGE = 10
NEWEST_ON_THE_START = 5
NEWEST_BESIDE_NOTHING = 3
WAYS_AROUND = ("kind", "category", "subject")


@dataclass(frozen=True)
class Order:
    """An order in which results can be listed."""

    label: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class Meant:
    """Words that the reader may have meant or may want, and where they are answered."""

    words: str
    address: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer a question, or show how to ask one."""
    return render(request, "search/search.html", _answered(request))


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Offer what the reader may be about to type."""
    question = SearchForm(request.GET).understood()["q"] or ""
    return render(request, "search/suggestions.html", {"suggestions": suggest(question)})


@require_POST
def asked(request: HttpRequest) -> HttpResponse:
    """Count what a reader has looked for, once typing has come to rest."""
    note(SearchForm(request.POST).understood()["q"] or "", timezone.localdate())
    return HttpResponse(status=204)


@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Answer a question with the part of the page below the box."""
    return render(request, "search/answer.html", _answered(request))


def _answered(request: HttpRequest) -> dict[str, Any]:
    understood = SearchForm(request.GET).understood()
    question = understood.pop("q") or ""
    order = understood.pop("sort") or ""
    vocabulary = Vocabulary()
    codes = {name: code for name, code in understood.items() if code}
    for name in ("category", "subject"):
        if name in codes and vocabulary.trait(name, codes[name]) is None:
            del codes[name]
    asked = Asked(question, codes, order)
    traits = kept.latest()
    offered = pages()
    answer = searching.ask(question, offered)
    wanted = {name: vocabulary.trait(name, code) for name, code in codes.items()}
    keys = searching.narrow(answer.keys, traits, wanted)
    shown: dict[str, Any] = {
        "query": question,
        "facets": facets_of(answer.keys, traits, asked, vocabulary),
        "narrowed": bool(codes),
        "kept": codes | ({"sort": order} if order else {}),
        "asked": bool(question or codes or order),
    }
    if question and not shown["facets"]:
        shown |= _around(vocabulary, traits, offered, nothing=not keys)
    if not shown["asked"]:
        newest = describe(searching.fetch(keys[:NEWEST_ON_THE_START], offered), "")
        return shown | {"newest": newest, "popular": _popular()}
    promotions = [] if codes else promotions_for(question)
    promoted = {promotion.key for promotion in promotions}
    listed = [
        key for key in searching.arrange(keys, traits, order or _usual(question)) if key not in promoted
    ]
    results = Paginator(listed, RESULTS_ON_A_PAGE).get_page(request.GET.get("page"))
    return shown | {
        "all_words": answer.all_words,
        "readings": answer.readings,
        "popular": [] if listed or promotions else _popular(),
        "near": [] if answer.all_words and answer.keys else _near(question),
        "results": results,
        "count": len(listed) + len(promotions),
        "promotions": promotions if results.number == 1 else [],
        "found": describe(searching.fetch(list(results.object_list), offered), answer.marked),
        "orders": _orders(asked),
        "wide_address": Asked(question, {}, order).address(),
    }


def _around(
    vocabulary: Vocabulary, traits: Traits, offered: PageQuerySet, *, nothing: bool
) -> dict[str, Any]:
    """Return ways to look around, for results that nothing narrows; with `nothing`, what is new as well."""
    everything = searching.ask("", offered).keys
    ways = facets_of(everything, traits, Asked("", {}), vocabulary)
    newest = describe(searching.fetch(everything[:NEWEST_BESIDE_NOTHING], offered), "") if nothing else []
    return {"facets": [way for way in ways if way.name in WAYS_AROUND], "around": True, "newest": newest}


def _popular() -> list[Meant]:
    return [Meant(words, Asked(words, {}).address()) for words in popular(timezone.localdate())]


def _near(question: str) -> list[Meant]:
    return [Meant(words, Asked(words, {}).address()) for words in near(question)]


def _usual(question: str) -> str:
    """Return the order when none is asked for: without a question, nothing is closer than the rest."""
    return searching.RELEVANCE if question else searching.NEWEST


def _orders(asked: Asked) -> list[Order]:
    names = {
        searching.RELEVANCE: _("Closest first"),
        searching.NEWEST: _("Newest"),
        searching.CHOSEN: _("Most chosen"),
    }
    if not asked.question:
        del names[searching.RELEVANCE]
    usual = _usual(asked.question)
    return [
        Order(label, asked.address(sort=None if order == usual else order), order == (asked.order or usual))
        for order, label in names.items()
    ]
