"""Measured demand: how often each item of a menu was chosen. Counts only; who chose is not told."""

from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import Enrolment, MenuItem


def demand() -> QuerySet[MenuItem]:
    """Return the items that can be chosen, newest year first, most wanted first, with `times_chosen`.

    Required items are left out: nobody chooses them.
    """
    counts = (
        Enrolment.objects.filter(
            menu_key=OuterRef("menu__translation_key"), offer_key=OuterRef("page__translation_key")
        )
        .order_by()
        .values("offer_key")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        MenuItem.objects.exclude(section=MenuItem.Section.REQUIRED)
        .select_related("menu", "page")
        .annotate(times_chosen=Coalesce(Subquery(counts, output_field=IntegerField()), 0))
        .order_by("-menu__year", "menu__path", "-times_chosen", "sort_order", "pk")
    )


def most_chosen(limit: int) -> list[tuple[UUID, int]]:
    """Return the content keys of what was chosen most from all menus, and how often; counts only."""
    counted = Enrolment.objects.order_by().values("offer_key").annotate(number=Count("pk"))
    return list(counted.order_by("-number", "offer_key").values_list("offer_key", "number")[:limit])
