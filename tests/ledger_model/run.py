"""Keeps model and site in step, one operation after the other, and compares what they come to."""

from typing import Any

from .model import Model
from .operations import Operation, draw
from .site import Site

FEWEST_PEOPLE = 30


class DifferenceError(Exception):
    """Model and site do not agree; the message says since when and where."""


def settle(model: Model, operation: Operation) -> tuple[str, dict[str, Any], Any] | None:
    """Let `operation` happen in the model.

    Return what the site is to do - name, facts and outcome - or None where nothing is to be done.
    """
    name, facts = operation.name, dict(operation.facts)
    if name == "credit":
        told = {key: value for key, value in facts.items() if key != "day"}
        return name, facts, model.credit(**told)
    if name in {"reverse", "repeat"}:
        return name, facts, model.reverse(**facts)
    if name == "meeting":
        begin = _minutes(facts)
        told = {key: facts[key] for key in ("lesson", "minutes", "reason")}
        told["window"] = (begin, begin + facts["minutes"])
        place = (facts["unit"], facts["year"], facts["month"], facts["present"])
        return name, facts, model.meeting(*place, told)
    if name in {"correct", "amend", "withdraw"}:
        return _of_meeting(model, name, facts)
    if name in {"transfer", "move", "close", "write_down"}:
        return name, facts, getattr(model, name)(**facts)
    return _of_people(model, name, facts)


def _of_meeting(model: Model, name: str, facts: dict[str, Any]) -> tuple[str, dict[str, Any], Any] | None:
    number = facts.pop("which")
    if name == "correct":
        key = model.standing_on_roll(number)
        return None if key is None else (name, {"person": key[0], "lesson": key[1]}, model.reverse(*key))
    meeting = model.meetings[number] if number < len(model.meetings) else None
    if meeting is None:
        return None
    return name, {"lesson": meeting.lesson, **facts}, getattr(model, name)(number, **facts)


def _of_people(model: Model, name: str, facts: dict[str, Any]) -> tuple[str, dict[str, Any], Any] | None:
    if name == "merge":
        here = [n for n, one in enumerate(model.people) if one.unit == facts["unit"] and not one.left]
        if facts["unit"] == facts["into"] or not here:
            return None
        for person in here:
            model.transfer(person, facts["into"])
        return name, {"people": here, "into": facts["into"]}, "moved"
    if name == "categories":
        model.people[facts["person"]].categories = facts["categories"]
        return "categories_of", facts, None
    if name == "post":
        person = model.people[facts["person"]]
        person.secretary = not person.secretary
    elif name == "leave":
        if sum(not one.left for one in model.people) <= FEWEST_PEOPLE:
            return None
        model.leave(facts["person"])
    elif name == "join":
        model.join(**facts)
    elif name == "add_unit":
        facts["unit"] = model.add_unit(**facts)
    elif name == "remove_unit":
        if not model.may_remove(facts["unit"]):
            return None
        model.remove_unit(**facts)
    return name, facts, None


class Run:
    """A run of a seed: what was done, and the two that must agree."""

    def __init__(self, seed: int, pace: int, done: int = 0) -> None:
        self.seed, self.pace, self.done = seed, pace, 0
        self.model = Model()
        # After a break the model lives through all that the database already holds.
        while self.done < done:
            self.replay_one()
        self.site: Site | None = Site() if done else None

    def replay_one(self) -> None:
        """Let one operation happen in the model alone."""
        self.done += 1
        settle(self.model, draw(self.seed, self.done, self.model, self.pace))

    def begin(self) -> None:
        """Make the district in an empty database."""
        homes = [person.unit for person in self.model.people]
        self.site = Site.begin(self.model.parent, homes)

    def step(self) -> None:
        """Let one operation happen to both. Raises `DifferenceError` where the outcomes differ."""
        assert self.site is not None
        self.done += 1
        operation = draw(self.seed, self.done, self.model, self.pace)
        wanted = settle(self.model, operation)
        if wanted is None:
            return
        name, facts, outcome = wanted
        found = self.site.do(name, facts)
        if outcome is not None and found != outcome:
            msg = f"operation {self.done}, {operation.name} {facts}: {found} instead of {outcome}"
            raise DifferenceError(msg)

    def compare(self) -> None:
        """Compare rows, sums of all units, lines and years, and everybody's standings."""
        assert self.site is not None
        if (found := self.site.rows()) != self.model.rows:
            self._differ(f"{found} rows in the ledger instead of {self.model.rows}")
        wanted, sums = self.model.sums(), self.site.sums()
        wrong = [key for key in {*wanted, *sums} if wanted.get(key) != sums.get(key)]
        if wrong:
            key = min(wrong)
            self._differ(f"sum {key} is {sums.get(key)} instead of {wanted.get(key)} ({len(wrong)} differ)")
        years = sorted({year for _person, year in self.model.shares} | set(self.model.closed))[-4:]
        for year in years:
            for person, standing in self.site.standings(year).items():
                if standing != (own := self.model.standing(person, year)):
                    self._differ(f"standing of {person} in {year} is {standing} instead of {own}")

    def _differ(self, what: str) -> None:
        msg = f"after operation {self.done}: {what}"
        raise DifferenceError(msg)


def _minutes(facts: dict[str, Any]) -> int:
    # Any scale will do, as long as evenings lie behind the windows of single credits of the day.
    day = (facts["year"] * 12 + facts["month"]) * 31 + facts["day"]
    return int((day * 24 + facts["hour"]) * 60)
