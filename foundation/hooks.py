"""What a higher app may add to a lower app's page: all the hooks there are, and what they exchange.

They are Wagtail hooks: an app registers a function in its `wagtail_hooks.py` under the name of the function
here that collects, and the page asks for what all apps say. A lower app so shows what it does not know.
`lecture_context` and `notice_kinds` are collected by `lectures.pages.lecture` and `notices.kinds`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wagtail import hooks


@dataclass(frozen=True)
class Duty:
    """Work that somebody has for their units: a button on "my learning"; lower `order` stands first."""

    order: int
    url: str
    name: str
    icon: str


@dataclass(frozen=True)
class Event:
    """Something near a member on a day of the week: a screening, a meeting. `starts_at` is aware."""

    starts_at: datetime
    title: str
    place: str
    url: str = ""


def my_duties(member: Any) -> list[Duty]:
    """Return what `member` has to do for their units, in order. Each hook takes the member."""
    return sorted(
        (duty for tell in hooks.get_hooks("my_duties") for duty in tell(member)), key=lambda duty: duty.order
    )


def week_near_me(member: Any, first_day: date) -> list[Event]:
    """Return what is near `member` in the seven days from `first_day`, earliest first.

    Each hook takes the member and the day.
    """
    return sorted(
        (event for tell in hooks.get_hooks("week_near_me") for event in tell(member, first_day)),
        key=lambda event: event.starts_at,
    )


def offer_details(page_ids: Collection[int]) -> dict[int, list[str]]:
    """Return what stands below the lines of a menu that offer these pages: sentences by page id.

    Each hook takes all ids of a menu at once, so that the number of queries does not depend on the lines.
    """
    found: dict[int, list[str]] = {}
    for tell in hooks.get_hooks("offer_details"):
        for page_id, sentences in tell(page_ids).items():
            found.setdefault(page_id, []).extend(sentences)
    return found
