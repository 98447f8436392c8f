"""What the first page shows: for strangers what this is, for members where they stopped."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from courses.menus.choosing import Suggestion, closes, menus_for, suggestions
from courses.models import Menu
from courses.pages.menu import audiences_of
from exemplars.models import Exemplar
from foundation.calendar import this_year, today
from foundation.hooks import week_near_me
from hours.requirements.standing import Standing, standing_of
from lectures.models import Lecture
from lectures.watching.standing import in_progress
from members.models import Member, MemberCategory
from site_config.models import HomePage

# 微党课: a lecture of up to a quarter of an hour.
SHORT_FILM_SECONDS = 15 * 60
SHORT_FILMS = 6
STEPS = 3


@dataclass(frozen=True)
class AudienceMenus:
    """The menus of the year for one member type; for everybody where `category` is None."""

    category: MemberCategory | None
    menus: list[Menu]


@dataclass(frozen=True)
class Outlook:
    """Where a member stands in the year, and the next steps that bring them on."""

    standing: Standing
    steps: list[Suggestion]

    @property
    def steps_hours(self) -> Decimal:
        """Credit hours of the steps together."""
        return sum((step.hours for step in self.steps), Decimal(0))

    @property
    def steps_suffice(self) -> bool:
        """Whether the steps close what is missing in hours, in all and in every part."""
        return bool(self.steps) and closes(self.standing, self.steps)


def home_context(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """Return what the home page shows to whoever asks."""
    if isinstance(request.user, Member):
        return for_member(request.user)
    return {
        "exemplar": exemplar_of_the_week(page.featured_exemplar),
        "menus_by_audience": menus_by_audience(this_year()),
    }


def for_member(member: Member) -> dict[str, Any]:
    """Return where `member` stopped, what the year asks, its menus, the week nearby and short films."""
    year = this_year()
    begun = in_progress(member, 1)
    return {
        "year": year,
        "begun": begun[0] if begun else None,
        "outlook": outlook_of(member, year),
        "menus": menus_for(member, year),
        "short_films": short_films(member),
        "week": week_near_me(member, today()),
    }


def outlook_of(member: Member, year: int) -> Outlook:
    """Return the member's standing in `year`; next steps belong to the current year alone."""
    steps = suggestions(member, STEPS) if year == this_year() else []
    return Outlook(standing_of(member, year), steps)


def exemplar_of_the_week(featured: Exemplar | None) -> Exemplar | None:
    """Return the editors' choice if everybody may see it, else the newest published exemplar."""
    exemplars = Exemplar.objects.live().public().select_related("portrait", "video__poster")
    if featured is not None and (chosen := exemplars.filter(pk=featured.pk).first()):
        return chosen
    return exemplars.order_by("-first_published_at", "-pk").first()


def menus_by_audience(year: int) -> list[AudienceMenus]:
    """Return the published menus of `year` by member type, those for everybody first. Two queries."""
    menus = list(Menu.objects.live().public().filter(year=year).order_by("path"))
    audiences = audiences_of(menus)
    by_category: dict[MemberCategory, list[Menu]] = defaultdict(list)
    for menu in menus:
        for category in audiences[menu.pk]:
            by_category[category].append(menu)
    of_types = [
        AudienceMenus(category, by_category[category]) for category in sorted(by_category, key=_place)
    ]
    for_all = [menu for menu in menus if not audiences[menu.pk]]
    return [AudienceMenus(None, for_all), *of_types] if for_all else of_types


def short_films(member: Member) -> Iterable[Lecture]:
    """Return the newest lectures with a film of at most 15 minutes that `member` may open."""
    return (
        Lecture.objects.viewable_by(member)
        .filter(video__current_job__isnull=False, video__duration__gt=0)
        .filter(video__duration__lte=SHORT_FILM_SECONDS)
        .select_related("video__poster")
        .prefetch_related("video__poster__renditions")
        .order_by("-first_published_at", "-pk")[:SHORT_FILMS]
    )


def _place(category: MemberCategory) -> tuple[int, str]:
    return (category.sort_order, category.name)
