"""What the pages of menus show: the menu as its reader sees it, and the list of all menus."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.encoding import uri_to_iri

from courses.menus.choosing import closed_because, menus_for
from courses.menus.lines import Line, lines_of, tally_of
from courses.models import Menu, MenuAudience, MenuIndex, MenuItem
from foundation import qr_codes
from foundation.calendar import this_year
from members.models import Member, MemberCategory

# More lines than this go into two columns on paper, so that every menu fits one A4 sheet.
LINES_IN_ONE_PRINTED_COLUMN = 14


@dataclass(frozen=True)
class MenuCard:
    """A menu as the list of menus shows it."""

    menu: Menu
    categories: list[MemberCategory]
    mine: bool
    closed_because: str


def reader_of(request: HttpRequest) -> Member | None:
    """Return the signed-in member who asks; None for a stranger."""
    return request.user if isinstance(request.user, Member) else None


def menu_context(menu: Menu, request: HttpRequest) -> dict[str, Any]:
    """Return what the menu's page shows to the asker."""
    # items.all() and not a query: a preview shows lines that are not stored yet.
    # The host by which this reader came: the stored one may be a name that only the box itself knows.
    address = request.build_absolute_uri(menu.get_url(request) or request.path)
    return shown_to(menu, list(menu.items.all()), reader_of(request)) | {
        "audience": audiences_of([menu])[menu.pk] if menu.pk else [],
        "address": uri_to_iri(address),
        "qr_code": qr_codes.inline_svg(address),
    }


def shown_to(menu: Menu, items: Collection[MenuItem], member: Member | None) -> dict[str, Any]:
    """Return the menu's lines by section, what the member chose, and why the window is shut, if it is."""
    lines = lines_of(items, member, menu.year)
    sections: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        sections[line.item.section].append(line)
    return {
        "menu": menu,
        "sections": [(section, sections[section]) for section in MenuItem.Section if sections[section]],
        "long": len(lines) > LINES_IN_ONE_PRINTED_COLUMN,
        "tally": tally_of(lines, menu.choose_at_least),
        "closed_because": closed_because(menu),
    }


def menu_index_context(page: MenuIndex, request: HttpRequest) -> dict[str, Any]:
    """Return all published menus: this year's and coming ones, the reader's own first, then older years."""
    menus = list(Menu.objects.live().public().annotate(item_count=Count("items")).order_by("-year", "path"))
    audience = audiences_of(menus)
    member, year = reader_of(request), this_year()
    mine = set(menus_for(member, year).values_list("pk", flat=True)) if member else set()
    cards = [MenuCard(menu, audience[menu.pk], menu.pk in mine, closed_because(menu)) for menu in menus]
    current = sorted((card for card in cards if card.menu.year >= year), key=_mine_then_by_audience)
    older: dict[int, list[MenuCard]] = defaultdict(list)
    for card in cards:
        if card.menu.year < year:
            older[card.menu.year].append(card)
    return {"year": year, "current": current, "older": list(older.items())}


def audiences_of(menus: Collection[Menu]) -> defaultdict[int, list[MemberCategory]]:
    """Return the member categories of each menu by its id, in one query."""
    found: defaultdict[int, list[MemberCategory]] = defaultdict(list)
    rows = MenuAudience.objects.filter(content_object__in=[menu.pk for menu in menus]).select_related("tag")
    for row in rows.order_by("tag__sort_order", "tag__name"):
        found[row.content_object_id].append(row.tag)
    return found


def _mine_then_by_audience(card: MenuCard) -> tuple[bool, int, int]:
    first = card.categories[0].sort_order if card.categories else 0
    return (not card.mine, -card.menu.year, first)
