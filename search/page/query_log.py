"""Remembers what is looked for, as words and numbers a day: what was found often is offered to others, what
was not found is told to the editors. Nothing is kept of who asked.

What was found is counted by Wagtail (`Query`), so that its own report of search terms is true as well.
"""

import itertools
import re
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits

from foundation import chinese_text
from members.models import Member
from search.engine.query import units_of
from search.models import LONGEST_TERM, MissedTerm
from search.text import segmentation

from .page_types import pages
from .searching import ask

# So many digits may be a telephone or member number, whatever stands between them.
_MOST_DIGITS = 5
_EDGES = re.compile(r"^[\W_]+|[^\w+#]+$")
_PAIR = 2
# New words a day; who types more than that is not looking for anything.
MOST_NEW_TERMS = 2000
# Popular is what was asked so often in the last days, and still finds something.
POPULAR_TIMES = 5
POPULAR_DAYS = 30
MOST_POPULAR = 8
MISSED_DAYS = 90
KEPT_DAYS = 365


def keepable(question: str) -> str:
    """Return the words of a question as they are kept; empty if they may tell of a person or are no words.

    Left out are sentences, numbers like those of telephones and members, addresses, and members' names. Signs
    at the edges go: they tell nothing, and a spreadsheet takes what begins with one for a formula.
    """
    normalised = " ".join(chinese_text.normalise(question).split())
    term = _EDGES.sub("", normalised)
    if not 1 < len(term) <= LONGEST_TERM or "@" in normalised or not chinese_text.runs(term):
        return ""
    if len(re.findall(r"\d", term)) > _MOST_DIGITS:
        return ""
    return "" if Member.objects.filter(name__in=_possible_names(question, term)).exists() else term


def _possible_names(question: str, term: str) -> set[str]:
    """Return what may be somebody's name in a question, as it was typed and normalised.

    Chinese sets no space between a name and the words around it, so every piece of three characters may be
    one; of two, only what is a word, or what no dictionary knows.
    """
    found: set[str] = set()
    for text in (term, _EDGES.sub("", " ".join(question.split()))[:LONGEST_TERM]):
        joined = text.replace(" ", "")
        found |= {text, joined}
        places = itertools.combinations(range(len(joined) + 1), 2)
        found |= {joined[start:stop] for start, stop in places if stop - start > _PAIR}
        for unit in itertools.chain.from_iterable(units_of(run) for run in chinese_text.runs(text)):
            found.update(segmentation.pairs(unit.text) if len(unit.words) > 1 else [unit.text])
    return found


def note(question: str, today: date) -> None:
    """Count a question that a reader has put; a question that finds only some of its words found nothing."""
    term = keepable(question)
    if not term:
        return
    answer = ask(term)
    if answer.keys and answer.all_words:
        if QueryDailyHits.objects.filter(date=today).count() < MOST_NEW_TERMS:
            Query.get(term).add_hit(today)
    elif MissedTerm.objects.filter(day=today).count() < MOST_NEW_TERMS:
        MissedTerm.objects.get_or_create(term=term, day=today)
        MissedTerm.objects.filter(term=term, day=today).update(times=F("times") + 1)


def popular(today: date) -> list[str]:
    """Return what others look for and anybody may find at this moment, most asked first."""
    since = today - timedelta(days=POPULAR_DAYS)
    asked = Query.get_most_popular(date_since=since).filter(_hits__gte=POPULAR_TIMES)
    terms = asked.order_by("-_hits", "query_string").values_list("query_string", flat=True)[:MOST_POPULAR]
    offered = pages()
    return [term for term in terms if offered.search(term, operator="and")[:1].count()]


def missed(today: date) -> QuerySet[MissedTerm, Any]:
    """Return what was not found lately, most asked first: term, total, days (how many) and last (which)."""
    recent = MissedTerm.objects.filter(day__gt=today - timedelta(days=MISSED_DAYS))
    return (
        recent.values("term")
        .annotate(total=Sum("times"), days=Count("day"), last=Max("day"))
        .order_by("-total", "-last", "term")
    )


def forget(today: date) -> int:
    """Delete what is older than a year; return how many rows that were."""
    QueryDailyHits.garbage_collect(days=KEPT_DAYS)
    Query.garbage_collect()
    return MissedTerm.objects.filter(day__lt=today - timedelta(days=KEPT_DAYS)).delete()[0]
