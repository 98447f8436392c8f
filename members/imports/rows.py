"""What reading a list and entering it have in common, whatever the list is of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from members.models import ImportRow, ListImport, Member, Organization

from .table_header import Column

Outcome = ImportRow.Outcome


@dataclass
class Judgement:
    """What entering one row would do. `values` are what `write` needs; they are not stored.

    `changes` are [heading, before, after] in words, for whoever uploaded the list; `logged` is the same in
    codes, which stay in the log.
    """

    cells: dict[str, str]
    # Names what the row is about; may stand in a list once, as may the phone.
    key: str = ""
    phone: str = ""
    rank: int = 0
    outcome: str = Outcome.REFUSED
    changes: list[list[str]] = field(default_factory=list)
    logged: list[list[Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    known: Any = None

    def decide(self) -> None:
        """Set the outcome from what was found out."""
        if self.reasons:
            self.outcome = Outcome.REFUSED
        elif self.known is None:
            self.outcome = Outcome.CREATE
        else:
            self.outcome = Outcome.CHANGE if self.changes else Outcome.SAME


class ListKind(Protocol):
    """Knows one kind of list: its columns, what a row would do, and how it is done."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What such a list may tell."""

    @property
    def any_of(self) -> tuple[str, ...]:
        """The columns of which a list has at least one, and one column more."""

    def judge(self, rows: Iterable[dict[str, str]]) -> list[Judgement]:
        """Return what each of `rows` (cells by column) would do, in the same order. Changes nothing."""

    def write(self, judged: list[Judgement], source: ListImport) -> None:
        """Enter those that are to be created or changed, and log it, in the caller's transaction."""


class Units:
    """Finds organizations by what a list calls them: the code, or a name that only one of them has."""

    def __init__(self, organizations: Iterable[Organization]) -> None:
        self.by_code: dict[str, Organization] = {}
        self.by_name: dict[str, list[Organization]] = {}
        for unit in organizations:
            self.by_code[unit.code.lower()] = unit
            self.by_name.setdefault(unit.name, []).append(unit)

    def find(self, text: str) -> list[Organization]:
        """Return those that `text` can mean: none, one or several."""
        unit = self.by_code.get(text.lower())
        return [unit] if unit else self.by_name.get(text, [])


def viewer_of(source: ListImport) -> Member:
    """Return whose rights the list is entered with, as they are now."""
    return Member.objects.get(pk=source.uploaded_by_id)
