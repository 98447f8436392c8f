"""The sheet that is ticked on a phone: one line a person, with what came of each tick."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from meetings.models import Attendance, Session
from members.models import Member, Organization, Role
from members.roles.permissions import may

from .roll import Outcome, ticked_lately

# More lines than a phone can scroll with patience; a larger unit takes the rolls of its branches, and a
# station of a whole committee looks names up instead.
MOST_ROWS = 300


@dataclass(frozen=True)
class SheetRow:
    """One person who may be ticked."""

    member: Member
    attendance: Attendance | None
    ticked: bool
    guest: bool
    correctable: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the tick stands for good: hours have been credited."""
        return self.attendance is not None and self.attendance.outcome == Outcome.CREDITED

    @property
    def taken_back(self) -> bool:
        """Whether the hours of this tick have been taken back."""
        return self.attendance is not None and hasattr(self.attendance.entry, "reversal")


@dataclass(frozen=True)
class Sheet:
    """The lines shown, own people first. `people` is how many there are; `query` the name looked up."""

    rows: list[SheetRow]
    people: int
    query: str = ""

    @property
    def too_many(self) -> bool:
        """Whether there are more people than a sheet holds."""
        return self.people > MOST_ROWS


def blank_sheet(organization: Organization, ticked: Iterable[str] = ()) -> Sheet:
    """Return the sheet of a meeting that is still to be entered, with the ticks `ticked` (ids, as sent).

    It has no lines where there are too many people.
    """
    kept = set(ticked)
    people = Member.objects.confirmable_at(organization)
    count = people.count()
    if count > MOST_ROWS:
        return Sheet([], count)
    rows = [SheetRow(one, None, str(one.pk) in kept, one.is_guest_of(organization)) for one in people]
    return Sheet(_own_first(rows), count)


def sheet_to_add(session: Session, viewer: Member) -> Sheet:
    """Return the roll of `session` as `viewer` sees it: who is noted, with the outcome, and who may be added.

    Whoever is noted stays on the sheet, also after moving to another unit.
    """
    noted = {
        each.member_id: each
        for each in session.attendances.select_related(
            "entry__reversal", "entry__member__organization", "member__organization"
        )
    }
    people = list(Member.objects.confirmable_at(session.organization)[: MOST_ROWS + 1])
    listed = {one.pk for one in people}
    people += [each.member for each in noted.values() if each.member_id not in listed]
    if len(people) > MOST_ROWS:
        people = [each.member for each in noted.values()]
    officer = may(viewer, (Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR), session.organization)
    rows = []
    for one in people:
        attendance, guest = noted.get(one.pk), one.is_guest_of(session.organization)
        entry = attendance.entry if attendance else None
        correctable = (
            entry is not None
            and not hasattr(entry, "reversal")
            and (ticked_lately(viewer, entry) or (officer and not guest))
        )
        rows.append(SheetRow(one, attendance, False, guest, correctable))
    rows.sort(key=lambda row: (row.attendance is None, row.guest))
    return Sheet(rows, len(rows))


def sheet_to_replace(
    session: Session, allowed: QuerySet[Member], *, query: str = "", ticked: Iterable[int] | None = None
) -> Sheet:
    """Return the roll of `session` with all its ticks, which saving replaces; of the `allowed` people alone.

    `query` is part of a name, for long lists. `ticked` are ticks that could not be saved and shall not be
    lost; None: those that are stored.
    """
    query = query.strip()
    noted = {each.member_id: each for each in session.attendances.select_related("entry__reversal")}
    credited = {pk for pk, each in noted.items() if each.outcome == Outcome.CREDITED}
    kept = set(noted) if ticked is None else set(ticked) | credited
    count = allowed.count()
    people = allowed
    if count > MOST_ROWS and query:
        people = allowed.filter(Q(name__icontains=query) | Q(pk__in=kept))
    shown = list(people[:MOST_ROWS])
    if count > MOST_ROWS:
        shown += allowed.filter(pk__in=kept - {one.pk for one in shown})
    rows = [
        SheetRow(one, noted.get(one.pk), one.pk in kept, one.is_guest_of(session.organization))
        for one in shown
    ]
    return Sheet(_own_first(rows), count, query)


def _own_first(rows: list[SheetRow]) -> list[SheetRow]:
    return sorted(rows, key=lambda row: row.guest)
