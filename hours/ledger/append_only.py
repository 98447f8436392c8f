"""The database itself refuses to change or delete a ledger row, whatever program asks.

The triggers are installed after every `migrate`, not in one migration: SQLite drops them silently whenever a
later migration rebuilds the table. `manage.py flush` is refused with them on SQLite; on PostgreSQL it
truncates, which row triggers do not see, so the database role of the site should not own that right.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import NotSupportedError

from hours.models import CreditEntry

_TABLE = CreditEntry._meta.db_table
_REFUSAL = "the ledger of study hours is append-only"

_TRIGGER_SQL = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_{verb} BEFORE {verb} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"DROP TRIGGER IF EXISTS {_TABLE}_no_change ON {_TABLE}",
        f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE ON {_TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_refuse()",
    ],
}


def trigger_sql(vendor: str) -> list[str]:
    """Return the SQL that guards the ledger on a database of `vendor`; safe to run again.

    Raises `NotSupportedError` for a database that this project does not know how to guard.
    """
    if vendor not in _TRIGGER_SQL:
        msg = f"no append-only triggers are written for {vendor}; use SQLite or PostgreSQL"
        raise NotSupportedError(msg)
    return _TRIGGER_SQL[vendor]


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Guard the ledger in this database, if its table is there."""
    with connection.cursor() as cursor:
        if _TABLE not in connection.introspection.table_names(cursor):
            return
        for statement in trigger_sql(connection.vendor):
            cursor.execute(statement)


def after_migrate(*, using: str, **kwargs: Any) -> None:
    """Receive `post_migrate`."""
    install_triggers(connections[using])
