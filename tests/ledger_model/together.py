"""Several processes credit and reverse the same people's lessons at one time; then the ledger is read anew.

In which order they came nobody can foretell. So what each of them was told must be one of the outcomes the
rules allow, and the ledger that results is lived through by the model, row by row, and compared.
"""

# ruff: noqa: PLC0415  the module begins a process of its own

import random
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .run import Run

PEOPLE, LESSONS = 12, 6
FIRST_LESSON = 500  # none that the run before has used


def work(operations: int, number: int) -> None:
    """Credit and reverse at random as process `number`; fault on an outcome that no order allows."""
    from .operations import KINDS
    from .site import Site

    site, dice = Site(), random.Random(f"together:{number}")  # noqa: S311  repeatable on purpose
    year = _year()
    for _ in range(operations):
        person, lesson = dice.randrange(PEOPLE), FIRST_LESSON + dice.randrange(LESSONS)
        if dice.random() < 0.55:
            facts = {"month": 1 + lesson % 12, "day": 1, "kind": dice.choice(KINDS), "subject": lesson % 3}
            facts |= {"minutes": 45 * dice.randint(1, 4), "window": None, "reason": True}
            found, allowed = site.credit(person, lesson, year, **facts), {"credited", "already"}
        else:
            found, allowed = site.reverse(person, lesson, year), {"reversed", "refused", "none"}
        if found not in allowed:
            msg = f"process {number}: {found} for person {person}, lesson {lesson}"
            raise SystemExit(msg)


def check(run: "Run") -> None:
    """Let the model live through the rows that were written together, and compare."""
    from hours.models import CreditEntry

    from .run import DifferenceError

    assert run.site is not None
    people = {pk: n for n, pk in enumerate(run.site.members)}
    subjects = {one.pk: n for n, one in enumerate(run.site.subjects, start=1)}
    new = CreditEntry.objects.order_by("pk")[run.model.rows :]
    for row in new:
        key = (people[row.member_id], row.lecture_key.int - 1, row.year)
        if row.reverses_id is not None:
            found, wanted = run.model.reverse(*key), "reversed"
        else:
            found = run.model.credit(
                **dict(zip(("person", "lesson", "year"), key, strict=True)),
                month=row.earned_on.month,
                kind=row.delivery_kind,
                subject=subjects[row.subject_id] if row.subject_id else 0,
                minutes=row.minutes,
                window=None,
                reason=True,
            )
            wanted = "credited"
        if found != wanted:
            msg = f"row {row.pk} of processes together: the rules say {found}"
            raise DifferenceError(msg)
    run.compare()


def _year() -> int:
    """Return a year that is open: the one after the last that has entries."""
    from django.db.models import Max

    from hours.models import YearClosure

    return (YearClosure.objects.aggregate(last=Max("year"))["last"] or 1990) + 1


if __name__ == "__main__":
    import django

    django.setup()
    work(int(sys.argv[1]), int(sys.argv[2]))
