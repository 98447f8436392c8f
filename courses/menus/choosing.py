"""Which menus are meant for a member, and the choosing from them.

Choices are a member's own; nobody else's are touched or shown. The window in which choices can be made and
changed is kept here, on the server's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.query import PageQuerySet

from courses.models import Enrolment, Menu, MenuItem
from foundation.calendar import this_year
from hours.ledger import credited_lectures
from hours.models import DeliveryKind
from hours.requirements.standing import Standing, standing_of
from lectures.models import Lecture
from members.models import Member

from .lines import Line, Tally, lines_of, tally_of
from .offers import is_open


class ChoiceRefusedError(Exception):
    """A choice cannot be made or taken back. `sentence` says why, in the reader's language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Suggestion:
    """A lecture that would bring a member nearer to the year's requirement."""

    page: Lecture
    hours: Decimal
    menu: Menu

    @property
    def kind(self) -> str:
        """The delivery kind that it would be credited as: watched alone, or taught in the branch."""
        return DeliveryKind.ONLINE if self.page.has_film else DeliveryKind.GROUP_STUDY


def menus_for(member: Member, year: int) -> PageQuerySet:
    """Return the published menus of `year` meant for the member.

    Those are the menus whose audience meets the member's categories and those meant for everybody; all
    menus of the year when the member has no category.
    """
    menus = Menu.objects.live().public().filter(year=year)
    categories = list(member.category_tags.values_list("tag_id", flat=True))
    if categories:
        meant = Q(category_tags__tag__in=categories) | Q(category_tags__isnull=True)
        # By key: a menu that meets two of the member's categories stands once.
        menus = menus.filter(pk__in=Menu.objects.filter(meant).values("pk"))
    return menus.order_by("path")


def closed_because(menu: Menu, now: datetime | None = None) -> str:
    """Return a sentence that says why nothing can be chosen from the menu now; empty while one can."""
    now = now or timezone.now()
    if menu.opens_at and now < menu.opens_at:
        return _("Choosing from this menu begins on %(when)s.") % {"when": _moment(menu.opens_at)}
    if menu.closes_at and now >= menu.closes_at:
        return _("Choosing from this menu ended on %(when)s. Your choices stay as they are.") % {
            "when": _moment(menu.closes_at)
        }
    if menu.year < timezone.localtime(now).year:
        return _("The year %(year)s is over; its menu can be read but no longer chosen from.") % {
            "year": menu.year
        }
    return ""


def choose(member: Member, menu: Menu, item: MenuItem, now: datetime | None = None) -> None:
    """Record that the member chose `item` of `menu`; choosing again changes nothing.

    Raises ChoiceRefusedError when the item is not on offer or the window is shut. A required item is
    everybody's already, so nothing is recorded for it.
    """
    line = _line_on_offer(menu, item)
    if line.required:
        return
    _refuse_outside_window(menu, now)
    Enrolment.objects.get_or_create(member=member, menu_key=menu.translation_key, offer_key=line.offer.key)


def withdraw(member: Member, menu: Menu, item: MenuItem, now: datetime | None = None) -> None:
    """Take the member's choice of `item` back; taking it back again changes nothing.

    Raises ChoiceRefusedError when the item is required or not on offer, or the window is shut.
    """
    line = _line_on_offer(menu, item)
    if line.required:
        raise ChoiceRefusedError(
            _("This item is required for everybody, so it cannot be taken off your menu.")
        )
    _refuse_outside_window(menu, now)
    Enrolment.objects.filter(member=member, menu_key=menu.translation_key, offer_key=line.offer.key).delete()


def tally(member: Member, menu: Menu) -> Tally:
    """Return what the member's choices from `menu` come to: items, credit hours, electives still needed."""
    return tally_of(lines_of(list(menu.items.all()), member, menu.year), menu.choose_at_least)


def places_of(page: Page, member: Member) -> list[Line]:
    """Return the lines of this year's menus of the member that offer `page`."""
    year = this_year()
    items = MenuItem.objects.filter(menu__in=menus_for(member, year), page_id=page.pk)
    return lines_of(list(items.select_related("menu")), member, year)


def suggestions(member: Member, limit: int = 3) -> list[Suggestion]:
    """Return at most `limit` lectures of the member's menus that do most for this year's hours.

    They are published, earn hours and are not credited yet this year. In the order of `nearest_to_fulfilled`.
    """
    year = this_year()
    items = MenuItem.objects.filter(menu__in=menus_for(member, year)).select_related("menu")
    lines = lines_of(list(items.order_by("menu__path", "sort_order", "pk")), member, year)
    candidates: dict[object, Suggestion] = {}
    # What the member took on comes before what merely stands on the menu.
    for line in sorted(lines, key=lambda line: not line.chosen):
        for lecture in line.offer.lectures:
            if lecture.hours:
                candidates.setdefault(lecture.lesson_key, Suggestion(lecture, lecture.hours, line.item.menu))
    for key in credited_lectures(member, year):
        candidates.pop(key, None)
    return nearest_to_fulfilled(standing_of(member, year), list(candidates.values()), limit)


def nearest_to_fulfilled(
    standing: Standing, candidates: Sequence[Suggestion], limit: int
) -> list[Suggestion]:
    """Return at most `limit` of `candidates` that bring `standing` nearest to what the year asks.

    First what a part lacks (hours in a subject or a delivery kind), then what is lacking in all. A lecture
    with a film counts as watched alone; one without as taught in the branch.
    """
    if not (standing.remaining or standing.parts_remaining):
        return fewest_lectures(candidates, Decimal(0), limit)
    steps: list[Suggestion] = []
    for part in standing.parts_remaining:
        fitting = [
            one for one in candidates if part.counts(one.page.subject_id, one.kind) and one not in steps
        ]
        done = sum((one.hours for one in steps if part.counts(one.page.subject_id, one.kind)), Decimal(0))
        if part.remaining > done:
            steps += fewest_lectures(fitting, part.remaining - done, limit - len(steps))
    fitting = [one for one in candidates if _counts(standing, one) and one not in steps]
    done = sum((one.hours for one in steps if _counts(standing, one)), Decimal(0))
    if standing.remaining > done:
        steps += fewest_lectures(fitting, standing.remaining - done, limit - len(steps))
    return steps


def closes(standing: Standing, steps: Sequence[Suggestion]) -> bool:
    """Return whether the lectures of `steps` close all that `standing` lacks in hours."""
    total = sum((one.hours for one in steps if _counts(standing, one)), Decimal(0))
    return total >= standing.remaining and all(
        sum((one.hours for one in steps if part.counts(one.page.subject_id, one.kind)), Decimal(0))
        >= part.remaining
        for part in standing.parts_remaining
    )


def _counts(standing: Standing, suggestion: Suggestion) -> bool:
    """Return whether the lecture's hours count towards the requirement in all."""
    return not standing.kinds or suggestion.kind in standing.kinds


def fewest_lectures(candidates: Sequence[Suggestion], remaining: Decimal, limit: int) -> list[Suggestion]:
    """Return the fewest of `candidates` that close `remaining` hours, in the order to take them.

    Each step takes the shortest lecture that closes what is left; if none is long enough, the longest.
    With nothing left to close, the shortest lectures come first. Equals keep their order.
    """
    pool = sorted(candidates, key=lambda suggestion: suggestion.hours)
    if remaining <= 0:
        return pool[:limit]
    steps: list[Suggestion] = []
    while pool and remaining > 0 and len(steps) < limit:
        enough = (suggestion for suggestion in pool if suggestion.hours >= remaining)
        step = next(enough, None) or max(pool, key=lambda suggestion: suggestion.hours)
        pool.remove(step)
        steps.append(step)
        remaining -= step.hours
    return steps


def _line_on_offer(menu: Menu, item: MenuItem) -> Line:
    """Return the item's line; refuse what is not on this menu, or withdrawn together with its page."""
    if item.menu_id == menu.pk and is_open(menu):
        for line in lines_of([item], None, menu.year):
            return line
    raise ChoiceRefusedError(_("This item is no longer on the menu. Please look at the menu again."))


def _refuse_outside_window(menu: Menu, now: datetime | None) -> None:
    if sentence := closed_because(menu, now):
        raise ChoiceRefusedError(sentence)


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "DATETIME_FORMAT")
