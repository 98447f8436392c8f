"""The sheet that is ticked on a phone: one line a person, with what came of each tick."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from meetings.models import Attendance, Session
from members.models import Member, Organization, Role
from members.roles.permissions import may

from .roll import ticked_lately

# More lines than a phone can scroll with patience; a larger unit takes the rolls of its branches.
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
        return self.attendance is not None and self.attendance.outcome == Attendance.Outcome.CREDITED

    @property
    def taken_back(self) -> bool:
        """Whether the hours of this tick have been taken back."""
        return self.attendance is not None and hasattr(self.attendance.entry, "reversal")


@dataclass(frozen=True)
class Sheet:
    """The lines shown, own people first. `too_many` where the unit is too large for one sheet."""

    rows: list[SheetRow]
    people: int

    @property
    def too_many(self) -> bool:
        """Whether the unit has more people than a sheet holds; it shows none of them then."""
        return self.people > MOST_ROWS


def blank_sheet(organization: Organization, ticked: Iterable[str] = ()) -> Sheet:
    """Return the sheet of a meeting that is still to be entered, with the ticks `ticked` (ids, as sent)."""
    kept = set(ticked)
    people = Member.objects.confirmable_at(organization)
    count = people.count()
    if count > MOST_ROWS:
        return Sheet([], count)
    rows = [SheetRow(one, None, str(one.pk) in kept, one.is_guest_of(organization)) for one in people]
    rows.sort(key=lambda row: row.guest)
    return Sheet(rows, count)


def sheet_of(session: Session, viewer: Member) -> Sheet:
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
        row = SheetRow(one, attendance, False, guest)
        if attendance is not None and attendance.entry is not None and not row.taken_back:
            own = ticked_lately(viewer, attendance.entry)
            row = replace(row, correctable=own or (officer and not guest))
        rows.append(row)
    rows.sort(key=lambda row: (row.attendance is None, row.guest))
    return Sheet(rows, len(rows))
