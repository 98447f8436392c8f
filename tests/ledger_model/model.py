"""What the ledger's rules come to, in dictionaries: read from the documents, not from the code.

People, units, lessons and categories are numbers from 0. Amounts are person-times, heads and hundredths of
hours. A sum's address is (unit, year, who, line) in the words of `hours.tallies.lines`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ROSTER = 0
FIRST_OF_MEETINGS = 1000  # lessons from this number on are those of meetings
REQUIRED = 300  # hundredths that every member owes each year
Amounts = tuple[int, int, int]
Address = tuple[int, int, str, str]
Window = tuple[int, int]  # minutes since the beginning of time


@dataclass
class Person:
    """A member; `unit` is where they belong now."""

    unit: int
    categories: frozenset[int] = frozenset()
    secretary: bool = False
    left: bool = False


@dataclass
class Entry:
    """A credit, and whether it was taken back."""

    person: int
    lesson: int
    year: int
    month: int
    kind: str
    subject: int
    hundredths: int
    window: Window | None
    late: bool
    taken_back: bool = False


@dataclass
class Closed:
    """A closed year: its sums of that day, who was where, and what has come late since."""

    sums: dict[Address, Amounts]
    above: dict[int, list[int]]
    places: dict[int, tuple[list[int], frozenset[int]]]
    counted: set[int]
    on_time: dict[int, int]
    late: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    written: bool = False


@dataclass
class Meeting:
    """A meeting that was entered; `credited` tells of each who was there whether the tick brought hours."""

    lesson: int
    year: int
    month: int
    begin: int
    credited: dict[int, bool] = field(default_factory=dict)
    withdrawn: bool = False


def worth(minutes: int) -> int:
    """Return the hundredths of an hour that minutes are worth: 45 are an hour, by quarters."""
    return minutes * 4 // 45 * 25


class Model:
    """The state of a small district."""

    def __init__(self, committees: int = 3, branches: int = 8, people: int = 60) -> None:
        self.parent: dict[int, int | None] = {0: None}
        for n in range(1, committees + 1):
            self.parent[n] = 0
        for n in range(committees + 1, committees + branches + 1):
            self.parent[n] = 1 + n % committees
        self.first_branch = committees + 1
        self.born: dict[int, int] = dict.fromkeys(self.parent, 0)
        self.used: set[int] = set(self.parent)
        self.people = [Person(self.branches()[n % branches]) for n in range(people)]
        self.entries: dict[tuple[int, int, int], list[Entry]] = defaultdict(list)
        self.of_year: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        self.windows: dict[int, list[Entry]] = defaultdict(list)
        # By person and year: line -> [person-times, hundredths]
        self.shares: dict[tuple[int, int], dict[str, list[int]]] = defaultdict(
            lambda: defaultdict(lambda: [0, 0])
        )
        self.closed: dict[int, Closed] = {}
        self.years: set[int] = set()
        self.rows = 0
        self.keys: list[tuple[int, int, int]] = []
        self.meetings: list[Meeting | None] = []

    def branches(self) -> list[int]:
        """Return the units that people belong to."""
        return [unit for unit in self.parent if unit >= self.first_branch]

    def above(self, unit: int) -> list[int]:
        """Return `unit` and all above it."""
        found: list[int] = []
        step: int | None = unit
        while step is not None:
            found.append(step)
            step = self.parent[step]
        return found

    # --- what happens ------------------------------------------------------------------------------------

    def credit(
        self,
        *,
        person: int,
        lesson: int,
        year: int,
        month: int,
        kind: str,
        subject: int,
        minutes: int,
        window: Window | None,
        reason: bool,
    ) -> str:
        """Credit a lesson, once a year; return what comes of it."""
        hundredths = worth(minutes)
        if not hundredths:
            return "too_short"
        if year in self.closed and not reason:
            return "closed"
        if window and self._sits_elsewhere(person, lesson, year, window):
            return "elsewhere"
        of_lesson = self.entries[person, lesson, year]
        if of_lesson and not of_lesson[-1].taken_back:
            return "already"
        entry = Entry(
            person, lesson, year, month, kind, subject, hundredths, window, late=year in self.closed
        )
        if not of_lesson and lesson < FIRST_OF_MEETINGS:
            self.keys.append((person, lesson, year))
        of_lesson.append(entry)
        self.of_year[person, year].append(entry)
        if window:
            self.windows[person].append(entry)
        self.years.add(year)
        self._count(entry, 1, late=entry.late)
        return "credited"

    def reverse(self, person: int, lesson: int, year: int) -> str:
        """Take the last credit of the lesson back."""
        of_lesson = self.entries.get((person, lesson, year))
        if not of_lesson:
            return "none"
        entry = of_lesson[-1]
        if entry.taken_back:
            return "refused"
        entry.taken_back = True
        self._count(entry, -1, late=year in self.closed)
        return "reversed"

    def meeting(
        self, unit: int, year: int, month: int, present: list[int], facts: dict[str, Any]
    ) -> list[str]:
        """Credit all who were present, or, in a closed year without a reason, nobody."""
        self.used.add(unit)
        if year in self.closed and not facts["reason"] and present:
            self.meetings.append(None)
            return ["closed"]
        meeting = Meeting(facts["lesson"], year, month, facts["window"][0])
        self.meetings.append(meeting)
        return self._take_roll(meeting, present, facts["minutes"], reason=facts["reason"])

    def amend(self, number: int, minutes: int, *, reason: bool) -> str:
        """Correct meeting `number` as a whole; whose hours were taken back before stays without.

        A closed year asks for a reason where hours are entered, not where a meeting is too short for any.
        """
        meeting = self.meetings[number]
        assert meeting is not None
        renewed = [person for person in sorted(meeting.credited) if not self._taken_back(meeting, person)]
        enters = bool(renewed) and worth(minutes) > 0
        if meeting.withdrawn or (enters and meeting.year in self.closed and not reason):
            return "refused"
        self._take_back(meeting, renewed)
        self._take_roll(meeting, renewed, minutes, reason=reason)
        return "corrected"

    def withdraw(self, number: int) -> str:
        """Take all hours of meeting `number` back."""
        meeting = self.meetings[number]
        assert meeting is not None
        if meeting.withdrawn:
            return "refused"
        self._take_back(meeting, list(meeting.credited))
        meeting.withdrawn = True
        return "withdrawn"

    def standing_on_roll(self, number: int) -> tuple[int, int, int] | None:
        """Return the first credit of meeting `number` that stands."""
        meeting = self.meetings[number] if number < len(self.meetings) else None
        for person, credited in meeting.credited.items() if meeting else ():
            if meeting and credited and not self._taken_back(meeting, person):
                return person, meeting.lesson, meeting.year
        return None

    def _take_roll(self, meeting: Meeting, people: list[int], minutes: int, *, reason: bool) -> list[str]:
        outcomes = [
            self.credit(
                person=person,
                lesson=meeting.lesson,
                year=meeting.year,
                month=meeting.month,
                kind="group_study",
                subject=0,
                minutes=minutes,
                window=(meeting.begin, meeting.begin + minutes),
                reason=reason,
            )
            for person in people
        ]
        meeting.credited |= {
            person: outcome == "credited" for person, outcome in zip(people, outcomes, strict=True)
        }
        return outcomes

    def _take_back(self, meeting: Meeting, people: list[int]) -> None:
        for person in people:
            if meeting.credited[person] and not self._taken_back(meeting, person):
                self.reverse(person, meeting.lesson, meeting.year)

    def _taken_back(self, meeting: Meeting, person: int) -> bool:
        last = self.entries[person, meeting.lesson, meeting.year][-1:]
        return meeting.credited[person] and bool(last) and last[0].taken_back

    def close(self, year: int) -> str:
        """Close a year of the ledger, with the sums, places and hours of this moment."""
        if year in self.closed or year not in self.years:
            return "refused"
        sums = {address: row for address, row in self.open_sums().items() if address[1] == year}
        roster = self._roster()
        sums |= {(unit, year, who, line): row for (unit, _, who, line), row in roster.items()}
        self.closed[year] = Closed(
            sums=sums,
            above={unit: self.above(unit) for unit in self.parent},
            places={n: (self.above(person.unit), person.categories) for n, person in enumerate(self.people)},
            counted={n for n, person in enumerate(self.people) if not person.left},
            on_time={n: self.earned(n, year) for n in range(len(self.people))},
        )
        return "closed"

    def write_down(self, year: int) -> str:
        """Count how many had what was asked when the year was closed."""
        closed = self.closed.get(year)
        if closed is None:
            return "none"
        if not closed.written:
            closed.written = True
            for person in closed.counted:
                line = "met" if closed.on_time[person] >= REQUIRED else "unmet"
                for unit in closed.places[person][0]:
                    _add(closed.sums, (unit, year, "everybody", line), (0, 1, 0))
        return "written"

    def transfer(self, person: int, unit: int) -> str:
        """Move a person to another unit, with all hours of open years."""
        if self.people[person].unit == unit:
            return "refused"
        self.people[person].unit = unit
        self.used.add(unit)
        return "moved"

    def move(self, unit: int, below: int) -> str:
        """Move a unit in the tree, with its people."""
        self.parent[unit] = below
        return "moved"

    def add_unit(self, below: int) -> int:
        """Add a branch; return its number."""
        unit = max(self.born) + 1
        self.parent[unit], self.born[unit] = below, len(self.closed)
        return unit

    def may_remove(self, unit: int) -> bool:
        """Return whether nothing has ever been in the unit, in no closed year either."""
        return unit not in self.used and self.born[unit] == len(self.closed)

    def remove_unit(self, unit: int) -> None:
        """Delete a branch that was never used."""
        del self.parent[unit]

    def leave(self, person: int) -> None:
        """Take the person's posts; hours and categories stay."""
        self.people[person].left, self.people[person].secretary = True, False

    def join(self, unit: int, categories: frozenset[int]) -> None:
        """Add a person."""
        self.people.append(Person(unit, categories))
        self.used.add(unit)

    # --- what it comes to --------------------------------------------------------------------------------

    def earned(self, person: int, year: int) -> int:
        """Return the hundredths of hours that stand, late ones included."""
        return sum(each.hundredths for each in self.of_year[person, year] if not each.taken_back)

    def standing(self, person: int, year: int) -> tuple[int, int, int | None]:
        """Return hours earned, asked, and, for a closed year that knew the person, earned at the closing."""
        closed = self.closed.get(year)
        return self.earned(person, year), REQUIRED, closed.on_time.get(person) if closed else None

    def sums(self) -> dict[Address, Amounts]:
        """Return all sums that are not nought."""
        found = self.open_sums() | self._roster()
        for year, closed in self.closed.items():
            found |= closed.sums
            for person, (times, hundredths) in closed.late.items():
                units, categories = closed.places[person]
                for unit in units:
                    if unit in self.parent:
                        for who in ("everybody", *(f"category:{n}" for n in categories)):
                            row = (times, int(times > 0), hundredths)
                            _add(found, (unit, year, who, "late"), row)
        return {address: row for address, row in found.items() if any(row)}

    def open_sums(self) -> dict[Address, Amounts]:
        """Return the sums of years that are open: everybody counts where, and as what, they are now."""
        found: dict[Address, Amounts] = {}
        for (n, year), share in self.shares.items():
            person = self.people[n]
            if year in self.closed:
                continue
            for address_part, row in self._open_rows(person, share):
                for unit in self.above(person.unit):
                    _add(found, (unit, year, *address_part), row)
        return {address: row for address, row in found.items() if any(row)}

    def _open_rows(
        self, person: Person, share: dict[str, list[int]]
    ) -> Iterator[tuple[tuple[str, str], Amounts]]:
        own = ("everybody", *(f"category:{n}" for n in person.categories))
        for line, (times, hundredths) in share.items():
            if not times:
                continue
            row = (times, 1, hundredths)
            if line == "kind:station" and person.secretary:
                yield ("everybody", "group:0"), row
            for who in own:
                yield (who, line), row
                if line == "all" and person.left:
                    yield (who, "left"), row

    def _roster(self) -> dict[Address, Amounts]:
        found: dict[Address, Amounts] = {}
        for person in self.people:
            if person.left:
                continue
            own = ["everybody", *(f"category:{n}" for n in person.categories)]
            for unit in self.above(person.unit):
                for who in [*own, *(["group:0"] if person.secretary else [])]:
                    _add(found, (unit, ROSTER, who, "people"), (0, 1, 0))
        return found

    def _sits_elsewhere(self, person: int, lesson: int, year: int, window: Window) -> bool:
        begin, end = window
        return any(
            not other.taken_back
            and (other.lesson, other.year) != (lesson, year)
            and other.window is not None
            and other.window[0] < end
            and other.window[1] > begin
            for other in self.windows[person]
        )

    def _count(self, entry: Entry, sign: int, *, late: bool) -> None:
        self.rows += 1
        if late:
            closed = self.closed[entry.year]
            if entry.person not in closed.places:
                # Came after the closing: counts where they were at their first late entry, for good.
                unit, categories = self.people[entry.person].unit, self.people[entry.person].categories
                closed.places[entry.person] = (closed.above.get(unit) or self.above(unit), categories)
            row = closed.late[entry.person]
            row[0] += sign
            row[1] += sign * entry.hundredths
            return
        share = self.shares[entry.person, entry.year]
        for line in ("all", f"kind:{entry.kind}", f"subject:{entry.subject}", f"month:{entry.month}"):
            share[line][0] += sign
            share[line][1] += sign * entry.hundredths


def _add(sums: dict[Address, Amounts], address: Address, row: Amounts) -> None:
    before = sums.get(address, (0, 0, 0))
    sums[address] = (before[0] + row[0], before[1] + row[1], before[2] + row[2])
