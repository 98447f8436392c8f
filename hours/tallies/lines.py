"""What one member adds to the sums of their organizations: the one definition that all counting uses.

A sum has an address (`Key`): a year, a `who` and a `line`.

* `who`: "everybody", "category:<id>", and "group:<id>" (whoever may fall into that reported group).
* `line`: "all", "kind:<delivery kind>", "subject:<id>" (0 where none is named), "month:<1-12>",
  "group:<id>" (only for everybody), "left" (people who have left since, only for everybody and categories)
  and, in the year 0, "people": how many there are.

A year that is closed keeps its sums as they stood then, "people" among them, and has lines of its own: "late"
(what was entered since) and "met", "unmet", "exempt" (people by what they had reached).

Every sum holds person-times (credits that stand), heads (members with at least one of them) and hours. A
member belongs to one organization, so heads of units beside each other may be added.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ROSTER = 0  # the "year" of rows that count people, not hours
EVERYBODY = "everybody"
ALL, LEFT, PEOPLE = "all", "left", "people"
LATE, MET, UNMET, EXEMPT = "late", "met", "unmet", "exempt"

Key = tuple[int, str, str]
Amounts = tuple[int, int, int]


@dataclass(frozen=True)
class Person:
    """What of a member decides where they are counted. `has_left`: the account is closed."""

    organization_id: int | None
    categories: tuple[int, ...] = ()
    is_secretary: bool = False
    has_left: bool = False


@dataclass(frozen=True)
class Fact:
    """What of a ledger entry is counted. `sign` is 1, or -1 for a reversal; `hundredths` bears it too."""

    year: int
    month: int
    kind: str
    subject_id: int
    sign: int
    hundredths: int


@dataclass(frozen=True)
class Group:
    """What of a reported group decides who and what counts in it. An empty set asks nothing."""

    pk: int
    secretaries_only: bool = False
    categories: frozenset[int] = frozenset()
    subjects: frozenset[int] = frozenset()
    delivery_kinds: frozenset[str] = frozenset()


def category(pk: int) -> str:
    """Return the `who` of a member category."""
    return f"category:{pk}"


def group(pk: int) -> str:
    """Return the `who` and the `line` of a reported group."""
    return f"group:{pk}"


def kind(code: str) -> str:
    """Return the line of a delivery kind."""
    return f"kind:{code}"


def subject(pk: int) -> str:
    """Return the line of a subject; 0 stands for none."""
    return f"subject:{pk}"


def month(number: int) -> str:
    """Return the line of a month, 1 to 12."""
    return f"month:{number}"


def hundredths_of(hours: Decimal) -> int:
    """Return hours as the sums hold them."""
    return int(hours * 100)


def contribution(person: Person, facts: Iterable[Fact], groups: list[Group]) -> dict[Key, Amounts]:
    """Return what `person` with the entries `facts` adds to each sum: person-times, heads, hundredths.

    `facts` must hold all entries of the member in each year that occurs, or heads come out wrong.
    """
    theirs = [group for group in groups if _belongs(person, group)]
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for fact in facts:
        for line in _lines(fact, theirs):
            slot = sums[fact.year, line]
            slot[0] += fact.sign
            slot[1] += fact.hundredths
    own = [EVERYBODY, *(category(pk) for pk in person.categories)]
    result: dict[Key, Amounts] = {}
    for (year, line), (entries, hundredths) in sums.items():
        if not entries:
            continue
        amounts = (entries, 1, hundredths)
        for who in own[:1] if line.startswith("group:") else own:
            result[year, who, line] = amounts
            if line == ALL and person.has_left:
                result[year, who, LEFT] = amounts
    if not person.has_left:
        for who in [*own, *(group(each.pk) for each in theirs)]:
            result[ROSTER, who, PEOPLE] = (0, 1, 0)
    return result


def difference(after: dict[Key, Amounts], before: dict[Key, Amounts]) -> dict[Key, Amounts]:
    """Return what has to be added to `before` to arrive at `after`, without what stays the same."""
    none = (0, 0, 0)
    result = {}
    for key in {**before, **after}:
        a, b = after.get(key, none), before.get(key, none)
        if a != b:
            result[key] = (a[0] - b[0], a[1] - b[1], a[2] - b[2])
    return result


def _belongs(person: Person, group: Group) -> bool:
    """Return whether `person` may fall into `group`, whatever they learn."""
    if group.secretaries_only and not person.is_secretary:
        return False
    return not group.categories or any(pk in group.categories for pk in person.categories)


def _lines(fact: Fact, groups: list[Group]) -> list[str]:
    """Return the lines in which `fact` counts, for somebody who belongs to `groups`."""
    lines = [ALL, kind(fact.kind), subject(fact.subject_id), month(fact.month)]
    for each in groups:
        if each.delivery_kinds and fact.kind not in each.delivery_kinds:
            continue
        if each.subjects and fact.subject_id not in each.subjects:
            continue
        lines.append(group(each.pk))
    return lines
