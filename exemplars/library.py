"""The library of exemplars: portraits of people and organizations by year, a page at a time."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from .models import Exemplar, ExemplarIndex

EXEMPLARS_A_PAGE = 12


def library_context(page: ExemplarIndex, request: HttpRequest) -> dict[str, Any]:
    """Return the published exemplars that everybody may see, newest year first.

    Takes `of` (person or organization), `year` and `page` from the address; what is not known is ignored,
    so that an old link still shows exemplars.
    """
    exemplars = Exemplar.objects.live().public()
    years = list(exemplars.order_by("-year").values_list("year", flat=True).distinct())
    of = next((kind for kind in Exemplar.Of if kind.value == request.GET.get("of")), None)
    year = next((one for one in years if str(one) == request.GET.get("year")), None)
    if of:
        exemplars = exemplars.filter(of=of)
    if year:
        exemplars = exemplars.filter(year=year)
    exemplars = exemplars.select_related("portrait", "video__poster").order_by("-year", "-pk")
    return {
        "page_obj": Paginator(exemplars, EXEMPLARS_A_PAGE).get_page(request.GET.get("page")),
        "kinds": list(Exemplar.Of),
        "of": of,
        "years": years,
        "year": year,
    }
