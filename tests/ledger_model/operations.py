"""Draws what happens next: from the seed, the number of the operation and the model alone."""

import random
from dataclasses import dataclass, field
from typing import Any

from .model import FIRST_OF_MEETINGS, Model, Window

LESSONS, SUBJECTS, CATEGORIES = 40, 3, 3
KINDS = ("online", "centralized", "group_study", "station", "field", "home_delivery", "external")
BEGIN = 1950  # the first year; all lie in the past, so that each can be closed
OPEN_YEARS = 3
LATELY = 2000  # lessons from which reversals are drawn
_DAY = 24 * 60
_WEIGHTS = {
    "credit": 480,
    "reverse": 200,
    "repeat": 140,
    "meeting": 8,
    "correct": 8,
    "amend": 5,
    "withdraw": 3,
    "transfer": 18,
    "merge": 3,
    "move": 5,
    "categories": 12,
    "post": 8,
    "leave": 4,
    "join": 5,
    "add_unit": 2,
    "remove_unit": 3,
    "close": 6,
    "write_down": 4,
}


@dataclass(frozen=True)
class Operation:
    """One thing that happens, with all that it needs."""

    number: int
    name: str
    facts: dict[str, Any] = field(default_factory=dict)


def draw(seed: int, number: int, model: Model, pace: int) -> Operation:
    """Return operation `number`. The years move on by one every `pace` operations."""
    dice = random.Random(f"{seed}:{number}")  # noqa: S311  repeatable on purpose
    name = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    now = BEGIN + number // pace
    people = [n for n, person in enumerate(model.people) if not person.left]
    branch, year = dice.choice(model.branches()), _year(dice, now)
    drawn: dict[str, dict[str, Any]] = {
        "correct": {"which": dice.randrange(max(len(model.meetings), 1))},
        "amend": {
            "which": dice.randrange(max(len(model.meetings), 1)),
            "minutes": dice.choice([10, 30, 45, 90]),
            "reason": dice.random() < 0.8,
        },
        "withdraw": {"which": dice.randrange(max(len(model.meetings), 1))},
        "transfer": {"person": dice.choice(people), "unit": branch},
        "merge": {"unit": branch, "into": dice.choice(model.branches())},
        "move": {"unit": branch, "below": dice.randrange(model.first_branch)},
        "categories": {"person": dice.choice(people), "categories": _categories(dice)},
        "post": {"person": dice.choice(people)},
        "leave": {"person": dice.choice(people)},
        "join": {"unit": branch, "categories": _categories(dice)},
        "add_unit": {"below": dice.randrange(model.first_branch)},
        "remove_unit": {"unit": branch},
        "close": {"year": dice.choice([now - 1, now - 1, now, now + 1, BEGIN - 1])},
        "write_down": {"year": dice.choice([now - 2, now - 1, now, now + 1])},
    }
    if name in drawn:
        return Operation(number, name, drawn[name])
    if name == "meeting":
        return Operation(number, name, _meeting(dice, model, people, year))
    lesson = {"person": dice.choice(people), "lesson": dice.randrange(LESSONS), "year": year}
    if name == "credit":
        return Operation(number, name, lesson | _credit(dice, year))
    return Operation(number, name, _held(dice, model, taken_back=name == "repeat") or lesson)


def _year(dice: random.Random, now: int) -> int:
    if dice.random() < 0.1:
        return dice.randint(BEGIN, now + OPEN_YEARS)
    return now + dice.randrange(OPEN_YEARS)


def _categories(dice: random.Random) -> frozenset[int]:
    return frozenset(dice.sample(range(CATEGORIES), dice.randrange(CATEGORIES + 1)))


def _credit(dice: random.Random, year: int) -> dict[str, Any]:
    month, day = dice.randint(1, 12), dice.randint(1, 28)
    window: Window | None = None
    if dice.random() < 0.3:
        # Few days and hours, so that people are often in two places.
        begin = ((year * 12 + month) * 31 + day) * _DAY + 8 * 60 + dice.randrange(8) * 30
        window = (begin, begin + dice.choice([45, 90, 180]))
    return {
        "month": month,
        "day": day,
        "kind": dice.choice(KINDS),
        "subject": dice.randrange(SUBJECTS + 1),
        "minutes": dice.choice([5, 11, 12, 44, 45, 60, 90, 200]),
        "window": window,
        "reason": dice.random() < 0.8,
    }


def _meeting(dice: random.Random, model: Model, people: list[int], year: int) -> dict[str, Any]:
    unit = dice.choice(model.branches())
    own = [n for n in people if model.people[n].unit == unit]
    slot = len(model.meetings) % (336 * 4)
    return {
        "unit": unit,
        "year": year,
        "month": 1 + slot % 336 // 28,
        "day": 1 + slot % 28,
        "hour": 18 + slot // 336,
        "present": sorted(dice.sample(own, min(len(own), dice.randint(1, 5)))),
        "minutes": dice.choice([30, 45]),
        "lesson": FIRST_OF_MEETINGS + len(model.meetings),
        "reason": dice.random() < 0.8,
    }


def _held(dice: random.Random, model: Model, *, taken_back: bool) -> dict[str, Any] | None:
    """Return a lesson whose last credit stands, or was taken back; a few throws, then none."""
    lately = model.keys[-LATELY:]
    for _throw in range(12 if lately else 0):
        key = dice.choice(lately)
        if model.entries[key][-1].taken_back is taken_back:
            return dict(zip(("person", "lesson", "year"), key, strict=True))
    return None
