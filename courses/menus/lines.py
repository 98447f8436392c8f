"""The lines of menus as a member sees them: what is offered, chosen and already credited."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from courses.models import Enrolment, MenuItem
from foundation.hooks import offer_details
from hours.ledger import credited_lectures
from members.models import Member

from .offers import Offer, offers_of


@dataclass(frozen=True)
class Line:
    """One line of a menu for one reader."""

    item: MenuItem
    offer: Offer
    chosen: bool = False
    lectures_credited: int = 0
    details: tuple[str, ...] = ()
    """What other apps say of the offer, such as its dates; a sentence each."""

    @property
    def note(self) -> str:
        """One line on what one gets from it: the menu's own words, or else the offer's."""
        return self.item.note or self.offer.summary

    @property
    def required(self) -> bool:
        """Whether everybody takes this line; there is nothing to choose then."""
        return self.item.section == MenuItem.Section.REQUIRED

    @property
    def elective(self) -> bool:
        """Whether this line counts towards "choose at least"."""
        return self.item.section == MenuItem.Section.ELECTIVE

    @property
    def credited(self) -> bool:
        """Whether all its lectures have earned their hours this year."""
        return 0 < len(self.offer.lectures) == self.lectures_credited


@dataclass(frozen=True)
class Tally:
    """What a member's choices from a menu come to."""

    chosen: int
    hours: Decimal
    still_needed: int


def lines_of(items: Collection[MenuItem], member: Member | None, year: int) -> list[Line]:
    """Return the lines for `items`, in their order, without those whose offer may not be shown.

    `year` is the calendar year whose credits are marked. Without a member nothing is chosen or credited,
    but required lines always count as chosen. The number of queries does not depend on the items.
    """
    offers = offers_of({item.page_id for item in items})
    chosen: set[tuple[object, object]] = set()
    details = offer_details([item.page_id for item in items])
    credited: set[object] = set()
    if member is not None:
        keys = {item.menu.translation_key for item in items}
        chosen = set(
            Enrolment.objects.filter(member=member, menu_key__in=keys).values_list("menu_key", "offer_key")
        )
        credited = set(credited_lectures(member, year))
    return [
        Line(
            item=item,
            offer=offer,
            chosen=item.section == MenuItem.Section.REQUIRED
            or (item.menu.translation_key, offer.key) in chosen,
            lectures_credited=sum(lecture.lesson_key in credited for lecture in offer.lectures),
            details=tuple(details.get(item.page_id, ())),
        )
        for item in items
        if (offer := offers.get(item.page_id))
    ]


def tally_of(lines: Collection[Line], choose_at_least: int) -> Tally:
    """Return what the chosen ones of `lines` come to. Only elective lines fill "choose at least"."""
    chosen = [line for line in lines if line.chosen]
    electives = sum(line.elective for line in chosen)
    return Tally(
        chosen=len(chosen),
        hours=sum((line.offer.hours for line in chosen), Decimal(0)),
        still_needed=max(0, choose_at_least - electives),
    )
