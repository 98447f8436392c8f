"""What `test_postgresql.py` has done by a process of its own on a PostgreSQL server: prints one line of JSON.

The tables are made without the history of migrations, which takes seconds instead of half a minute.
"""

# ruff: noqa: PLC0415  models can be imported only after the settings are complete

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import uuid4

import django
from django.apps import apps
from django.conf import settings

AT_ONCE = 50


def main() -> dict[str, Any]:
    """Lay the tables, credit one lesson from many threads, then attack the ledger."""
    django.setup()
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}

    from django.core.management import call_command
    from django.db import DatabaseError, connection, transaction

    from hours.ledger import credit
    from hours.models import CreditEntry, CreditRule, Tally
    from hours.tallies import rebuild
    from members.models import Member, Organization

    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    CreditRule.objects.create(valid_from=date(2000, 1, 1))
    root = Organization.add_root(name="青禾区", code="d", level="district")
    branches = [root.add_child(name=str(n), code=f"b{n}", level="branch") for n in range(2)]
    member = Member.objects.create_user("M1", name="学员", organization=branches[0])
    others = [
        Member.objects.create_user(f"N{n}", name="学员", organization=branches[n % 2]) for n in range(10)
    ]
    lesson, start = uuid4(), Barrier(AT_ONCE)
    facts: dict[str, Any] = {"title": "春耕", "minutes": 45, "earned_on": date(2026, 4, 1), "basis": {}}

    def credit_once(n: int) -> str:
        start.wait()
        try:
            kind = ["online", "station", "field"][n % 3]
            return credit(member, lecture_key=lesson, delivery_kind=kind, **facts).outcome.value
        finally:
            connection.close()

    def take_a_roll(n: int) -> None:
        """Credit everybody in one transaction, each roll in another order: nobody may wait in a circle."""
        start_rolls.wait()
        try:
            with transaction.atomic():
                for each in others[n:] + others[:n]:
                    credit(each, lecture_key=rolls[n], delivery_kind="group_study", **facts)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = sorted(pool.map(credit_once, range(AT_ONCE)))
    of_lesson = Tally.objects.get(organization=root, year=2026, who="everybody", line="all")
    found = {
        "vendor": connection.vendor,
        "outcomes": outcomes,
        "entries": CreditEntry.objects.count(),
        "sums": [of_lesson.entries, of_lesson.people, of_lesson.hundredths],
    }
    rolls, start_rolls = [uuid4() for _ in range(8)], Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take_a_roll, range(8)))
    found["after_rolls"] = CreditEntry.objects.count()

    refusals = []
    for sql in ("UPDATE hours_creditentry SET hours = 9", "DELETE FROM hours_creditentry"):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        except DatabaseError as fault:
            refusals.append("append-only" in str(fault))
    run = rebuild.check()
    return found | {
        "refused": refusals,
        "differing_organizations": run.differing_organizations,
        "corrected_members": run.corrected_members,
    }


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
