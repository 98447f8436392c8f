"""What a member holds or asks for that may be the same as a case, told to whoever decides.

The very same is refused when it is handed in (`hours.cases.asking`). What only resembles it - the same days,
a title much like it, other hours of those days - is shown beside it, and is granted only by an officer who
says that it is something else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from uuid import UUID

from hours.models import Case, CreditEntry, ExternalTraining, Objection

from .lesson_keys import key_of_lesson, key_of_training, plain

_MUCH_ALIKE = 0.75
_SHORTEST_PART = 4  # characters; a shorter title stands in others by chance
SHOWN = 10


@dataclass(frozen=True)
class Other:
    """A case or a credit beside the one to be decided. `id` names it in a form and in the log."""

    id: str
    title: str
    first: date
    last: date
    kind: str
    state: str
    hours: Decimal | None
    """The hours held for it; None while it is undecided."""
    case: tuple[str, Case] | None = None
    """The kind and the case, for a link."""


def first_day(case: Case) -> date:
    """Return the day on which what `case` is about began."""
    return case.began_on if isinstance(case, ExternalTraining) else case.earned_on


def is_ours(case: Case) -> bool:
    """Return whether `case` is about a lesson that the site knows, not one made of typed words."""
    return case.lecture_key != key_of_words(case)


def key_of_words(case: Case) -> UUID:
    """Return the key that the words and days of `case` give, whatever key it was stored with."""
    if isinstance(case, ExternalTraining):
        return key_of_training(
            title=case.title, organizer=case.organizer, began_on=case.began_on, earned_on=case.earned_on
        )
    return key_of_lesson(title=case.title, day=case.earned_on)


def same_as(case: Case) -> Case | None:
    """Return another case of the member about the very same, open or with hours that stand; else None.

    To a lesson of ours somebody may object again once the earlier objection is decided.
    """
    again = is_ours(case) and isinstance(case, Objection)
    for one in _cases(type(case), case):
        if one.lecture_key != case.lecture_key and key_of_words(one) != case.lecture_key:
            continue
        if one.state == Case.State.OPEN or (one.stands and not again):
            return one
    return None


def others_of(case: Case) -> list[Other]:
    """Return what may be the same as `case`: cases of the member first, then credits. Four queries."""
    cases = [
        (kind, one)
        for kind, model in (("external", ExternalTraining), ("objection", Objection))
        for one in _cases(model, case)
        if (one.state == Case.State.OPEN or one.stands) and _resembles(one, case)
    ]
    shown = {one.entry_id for _kind, one in cases}
    credits = (
        CreditEntry.objects.filter(
            member_id=case.member_id, earned_on__range=(first_day(case), case.earned_on)
        )
        .in_force()
        .exclude(lecture_key=case.lecture_key)
    )
    found = [_of_case(kind, one) for kind, one in cases]
    found += [_of_entry(entry) for entry in credits if entry.pk not in shown]
    return found[:SHOWN]


def _cases(model: type[Case], case: Case) -> Iterator[Case]:
    """Yield the other cases of the member that are open or granted, about days in the same years."""
    years = (first_day(case).year, case.earned_on.year)
    yield from (
        model.objects.filter(member_id=case.member_id, earned_on__year__range=(years[0], years[1] + 1))
        .exclude(pk=case.pk)
        .exclude(state=Case.State.DECLINED)
        .select_related("entry__reversal")
    )


def _resembles(one: Case, case: Case) -> bool:
    if is_ours(one) and is_ours(case):
        # Two lessons of ours are two; of the same one, the earlier credit is taken back first.
        return False
    if first_day(one) <= case.earned_on and first_day(case) <= one.earned_on:
        return True
    if is_ours(case) or is_ours(one) or one.earned_on.year != case.earned_on.year:
        return False
    return _are_alike(plain(one.title), plain(case.title))


def _are_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) >= _SHORTEST_PART and short in long:
        return True
    return SequenceMatcher(None, one, other).ratio() >= _MUCH_ALIKE


def _of_case(kind: str, one: Case) -> Other:
    hours = one.entry.hours if one.stands and one.entry else None
    return Other(
        f"{kind}:{one.pk}",
        one.title,
        first_day(one),
        one.earned_on,
        str(one._meta.verbose_name),
        one.state_in_words,
        hours,
        (kind, one),
    )


def _of_entry(entry: CreditEntry) -> Other:
    return Other(
        f"entry:{entry.pk}",
        entry.title,
        entry.earned_on,
        entry.earned_on,
        entry.get_delivery_kind_display(),
        "",
        entry.hours,
    )
