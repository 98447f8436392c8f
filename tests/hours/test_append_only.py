"""The ledger cannot be changed or deleted: not by the model, not by a queryset, not by SQL."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.db.utils import NotSupportedError

from hours.ledger import append_only, credit
from hours.ledger.append_only import after_migrate, install_triggers, trigger_sql
from hours.models import AppendOnlyError, CreditEntry
from members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(member: Member) -> CreditEntry:
    """An hour of the member."""
    entry = credit(
        member,
        lecture_key=uuid4(),
        title="春耕",
        minutes=45,
        delivery_kind="online",
        earned_on=date(2026, 4, 1),
        basis={},
    ).entry
    assert entry is not None
    return entry


WAYS: dict[str, Callable[[CreditEntry], object]] = {
    "save": lambda entry: entry.save(),
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: CreditEntry.objects.update(hours=9),
    "queryset delete": lambda entry: CreditEntry.objects.all().delete(),
    "bulk update": lambda entry: CreditEntry.objects.bulk_update([entry], ["hours"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_django_refuses(entry: CreditEntry, way: str) -> None:
    before = CreditEntry.objects.values().get()
    with pytest.raises(AppendOnlyError), transaction.atomic():
        WAYS[way](entry)
    assert CreditEntry.objects.values().get() == before


SQL = {
    "update": "UPDATE hours_creditentry SET hours = 9",
    "delete": "DELETE FROM hours_creditentry",
    "upsert": "INSERT INTO hours_creditentry SELECT * FROM hours_creditentry WHERE true "
    "ON CONFLICT (id) DO UPDATE SET hours = 9",
}


@pytest.mark.parametrize("way", SQL)
def test_the_database_refuses(entry: CreditEntry, way: str) -> None:
    before = CreditEntry.objects.values().get()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(SQL[way])
    assert CreditEntry.objects.values().get() == before


def test_a_row_is_not_overwritten_by_one_of_the_same_primary_key(entry: CreditEntry) -> None:
    forged = CreditEntry.objects.get()
    forged._state.adding = True
    forged.hours = 9
    # Refused as a second row, not as a change that only the trigger stops.
    with pytest.raises(DatabaseError, match=r"(?i)unique"), transaction.atomic():
        forged.save()
    assert CreditEntry.objects.get().hours == 1


def test_who_has_hours_cannot_be_deleted(entry: CreditEntry) -> None:
    with pytest.raises(ProtectedError):
        entry.member.delete()


def test_installing_the_triggers_again_is_harmless(entry: CreditEntry) -> None:
    install_triggers(connection)
    install_triggers(connection)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL["delete"])


def test_a_migration_that_dropped_the_triggers_leaves_the_ledger_guarded(entry: CreditEntry) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite drops triggers when a table is made anew")
    with connection.cursor() as cursor:
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(f"DROP TRIGGER hours_creditentry_no_{verb}")
    after_migrate(using="default")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(SQL["delete"])


def test_before_the_ledger_exists_nothing_is_installed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append_only, "_TABLE", "no_such_table")
    install_triggers(connection)


def test_a_database_that_cannot_be_guarded_is_refused() -> None:
    assert trigger_sql("postgresql")
    with pytest.raises(NotSupportedError, match="mysql"):
        trigger_sql("mysql")
