"""The results that editors put first for a query, by Wagtail's own promoted results."""

from dataclasses import dataclass

from django.db.models import F
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page
from wagtail.search.utils import normalise_query_string

from foundation import chinese_text
from search.engine.query import LONGEST_QUERY


@dataclass(frozen=True)
class Promotion:
    """A recommended page, or a link to elsewhere. `key`: the page's, else None."""

    title: str
    address: str
    description: str
    key: int | None


def promotions_for(query: str) -> list[Promotion]:
    """Return what is recommended for exactly this query, typed in any form; of pages, open ones only."""
    if not query:
        return []
    picks = _picks(query[:LONGEST_QUERY])
    if not picks:
        return []
    open_pages = Page.objects.live().public().filter(pk__in=[pick.page_id for pick in picks if pick.page_id])
    by_key = {page.pk: page for page in open_pages}
    found = []
    for pick in picks:
        if pick.page_id in by_key:
            page = by_key[pick.page_id]
            found.append(Promotion(page.title, page.url or "", pick.description, page.pk))
        elif not pick.page_id and pick.external_link_url:
            title = pick.external_link_text or pick.external_link_url
            found.append(Promotion(title, pick.external_link_url, pick.description, None))
    return found


def _picks(query: str) -> list[SearchPromotion]:
    """Return what editors put first for the query as it was typed, else for its normal form; one query."""
    typed, normal = (normalise_query_string(form) for form in (query, chinese_text.normalise(query)))
    picks = list(
        SearchPromotion.objects.filter(query__query_string__in={typed, normal})
        .annotate(promoted_for=F("query__query_string"))
        .order_by("sort_order", "pk")
    )
    return [pick for pick in picks if pick.promoted_for == typed] or picks
