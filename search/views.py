"""The search page."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hours.models import Subject
from members.models import MemberCategory

from .asking import ask
from .forms import SearchForm
from .found_pages import describe
from .offers import kinds

RESULTS_ON_A_PAGE = 10


@dataclass(frozen=True)
class Choice:
    """A chip that narrows the search, or widens it again where it is the chosen one."""

    label: str
    address: str
    chosen: bool
    category: MemberCategory | None = None


@dataclass(frozen=True)
class Facet:
    """One way to narrow a search."""

    label: str
    choices: list[Choice]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer a question, or show how to ask one."""
    asked = SearchForm(request.GET).understood()
    question = asked.pop("q") or ""
    narrowed = any(asked.values())
    shown: dict[str, Any] = {
        "query": question,
        "facets": _facets(question, asked),
        "narrowed": narrowed,
        "kept": {name: _code(value) for name, value in asked.items() if value},
        "asked": bool(question or narrowed),
    }
    if shown["asked"]:
        answer = ask(question, **asked)
        results = Paginator(answer.results, RESULTS_ON_A_PAGE).get_page(request.GET.get("page"))
        shown |= {
            "all_words": answer.all_words,
            "results": results,
            "found": describe(results.object_list, question),
            "wide_address": _address(question, {}),
        }
    return render(request, "search/search.html", shown)


def _facets(question: str, asked: dict[str, Any]) -> list[Facet]:
    """Return all ways to narrow; every choice keeps the others that are made."""
    offered: dict[str, tuple[str, list[Any]]] = {
        "kind": (_("Kind"), list(kinds().values())),
        "category": (_("Meant for"), list(MemberCategory.objects.all())),
        "subject": (_("Subject"), list(Subject.objects.all())),
    }
    facets = []
    for name, (label, values) in offered.items():
        choices = []
        for value in values:
            chosen = asked[name] == (value.code if name == "kind" else value)
            category = value if name == "category" else None
            address = _address(question, asked | {name: None if chosen else value})
            choices.append(Choice(value.name, address, chosen, category))
        if choices:
            facets.append(Facet(label, choices))
    return facets


def _address(question: str, asked: dict[str, Any]) -> str:
    """Return the query string of a search; the page number is left to be added."""
    words = {"q": question} | {name: _code(value) for name, value in asked.items() if value}
    return f"?{urlencode(words)}"


def _code(value: Any) -> str:
    """Return what stands for a choice in an address."""
    if isinstance(value, str):
        return value
    return str(value.slug if isinstance(value, MemberCategory) else value.code)
