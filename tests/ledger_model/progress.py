"""How far a run is, in a table of its own in the same database: written with the operations or not at all."""

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection

_TABLE = "ledger_model_progress"


@dataclass
class Progress:
    """The operations done, and whether the processes that work together were through."""

    seed: int
    done: int = 0
    together: bool = False

    @classmethod
    def load(cls, seed: int) -> "Progress | None":
        """Return the progress that is noted; None in a new database, of which the tables are made."""
        if _TABLE not in connection.introspection.table_names():
            call_command("migrate", verbosity=0, interactive=False)
            return None
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT seed, done, together FROM {_TABLE}")  # noqa: S608  our own name
            row = cursor.fetchone()
        if row is None or row[0] != seed:
            msg = f"this database belongs to a run of another seed: {row}"
            raise SystemExit(msg)
        return cls(row[0], row[1], bool(row[2]))

    @classmethod
    def begin(cls, seed: int) -> "Progress":
        """Note that a run has begun."""
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {_TABLE} (seed integer, done integer, together integer)")
            cursor.execute(f"INSERT INTO {_TABLE} VALUES (%s, 0, 0)", [seed])  # noqa: S608  our own name
        return cls(seed)

    def note(self, done: int) -> None:
        """Note that operation `done` is done; in the transaction that does it."""
        self.done = done
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {_TABLE} SET done = %s", [done])  # noqa: S608  our own name

    def note_together(self) -> None:
        """Note that the processes that work together are through."""
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {_TABLE} SET together = 1")  # noqa: S608  our own name
