"""Logs queries as words and numbers a day: what was found often is suggested to others, what was not found is
reported to the editors. Nothing is kept of who searched.

What was found is counted by Wagtail (`Query`), so that its own report of search terms is true as well.
"""

import itertools
import re
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits
from wagtail.query import PageQuerySet

from foundation import chinese_text
from members.models import Member
from search.engine.query import units_of
from search.models import LONGEST_TERM, MissedQuery
from search.text import segmentation

from .page_types import searchable_pages
from .searching import search_pages

# So many digits may be a telephone or member number, whatever stands between them.
_MOST_DIGITS = 5
_EDGES = re.compile(r"^[\W_]+|[^\w+#]+$")
_BIGRAM = 2
# New words a day; who types more than that is not looking for anything.
MOST_NEW_TERMS = 2000
# Popular is what was searched so often in the last days, and still finds something.
POPULAR_TIMES = 5
POPULAR_DAYS = 30
MOST_POPULAR = 8
MISSED_DAYS = 90
KEPT_DAYS = 365


def loggable_words(query: str) -> str:
    """Return the words of a query as they are logged; empty if they may tell of a person or are no words.

    Left out are sentences, numbers like those of telephones and members, addresses, and members' names. Signs
    at the edges go: they tell nothing, and a spreadsheet takes what begins with one for a formula.
    """
    normalised = " ".join(chinese_text.normalise(query).split())
    term = _EDGES.sub("", normalised)
    if not 1 < len(term) <= LONGEST_TERM or "@" in normalised or not chinese_text.runs(term):
        return ""
    if len(re.findall(r"\d", term)) > _MOST_DIGITS:
        return ""
    return "" if Member.objects.filter(name__in=_possible_names(query, term)).exists() else term


def _possible_names(query: str, term: str) -> set[str]:
    """Return what may be somebody's name in a query, as it was typed and normalised.

    Chinese sets no space between a name and the words around it, so every piece of three characters may be
    one; of two, only what is a word, or what no dictionary knows.
    """
    found: set[str] = set()
    for text in (term, _EDGES.sub("", " ".join(query.split()))[:LONGEST_TERM]):
        joined = text.replace(" ", "")
        found |= {text, joined}
        places = itertools.combinations(range(len(joined) + 1), 2)
        found |= {joined[start:stop] for start, stop in places if stop - start > _BIGRAM}
        for unit in itertools.chain.from_iterable(units_of(run) for run in chinese_text.runs(text)):
            found.update(segmentation.bigrams(unit.text) if len(unit.words) > 1 else [unit.text])
    return found


def log_query(query: str, today: date) -> None:
    """Count a reader's query; one that finds only some of its words found nothing."""
    term = loggable_words(query)
    if not term:
        return
    matches = search_pages(term, searchable_pages())
    if matches.keys and matches.all_words:
        if QueryDailyHits.objects.filter(date=today).count() < MOST_NEW_TERMS:
            Query.get(term).add_hit(today)
    elif MissedQuery.objects.filter(day=today).count() < MOST_NEW_TERMS:
        MissedQuery.objects.get_or_create(term=term, day=today)
        MissedQuery.objects.filter(term=term, day=today).update(times=F("times") + 1)


def popular_queries(today: date, searchable: PageQuerySet) -> list[str]:
    """Return what others search for and what finds `searchable` pages at this moment, most frequent first."""
    since = today - timedelta(days=POPULAR_DAYS)
    frequent = Query.get_most_popular(date_since=since).filter(_hits__gte=POPULAR_TIMES)
    terms = frequent.order_by("-_hits", "query_string").values_list("query_string", flat=True)[:MOST_POPULAR]
    return [term for term in terms if searchable.search(term, operator="and")[:1].count()]


def missed_queries(today: date) -> QuerySet[MissedQuery, Any]:
    """Return what was not found lately, most frequent first: term, total, days (how many), last (which)."""
    recent = MissedQuery.objects.filter(day__gt=today - timedelta(days=MISSED_DAYS))
    return (
        recent.values("term")
        .annotate(total=Sum("times"), days=Count("day"), last=Max("day"))
        .order_by("-total", "-last", "term")
    )


def delete_old(today: date) -> int:
    """Delete what is older than a year; return how many rows that were."""
    QueryDailyHits.garbage_collect(days=KEPT_DAYS)
    Query.garbage_collect()
    return MissedQuery.objects.filter(day__lt=today - timedelta(days=KEPT_DAYS)).delete()[0]
