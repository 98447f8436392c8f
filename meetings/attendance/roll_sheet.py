"""The sheet that is ticked on a phone: one line a person, with what came of each tick."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from foundation.calendar import day_of
from hours.ledger.reasons import in_words
from meetings.models import Attendance, Session
from members.models import NAMELESS, Member, Organization, Role
from members.roles.permissions import may

from .roll import Ticks, ticked_lately

# More lines than a phone can scroll with patience; a larger unit takes the rolls of its branches, and a
# station of a whole committee looks names up instead.
MOST_ROWS = 300


@dataclass(frozen=True)
class SheetRow:
    """One person who may be ticked. `gone`: belonged here on the day of the meeting, and does so no more."""

    member: Member
    attendance: Attendance | None
    ticked: bool
    guest: bool
    gone: bool
    correctable: bool = False

    @property
    def fixed(self) -> bool:
        """Whether nothing can be ticked here: the hours stand, or whose line it is can be named no more."""
        return self.stands or self.member.name == NAMELESS

    @property
    def stands(self) -> bool:
        """Whether hours have been credited and not taken back."""
        return self.attendance is not None and self.attendance.stands

    @property
    def taken_back(self) -> bool:
        """Whether the hours of this tick have been taken back."""
        return self.attendance is not None and self.attendance.taken_back

    @property
    def reason(self) -> str:
        """Why the hours of this tick have been taken back; empty where they have not."""
        if self.attendance is None or self.attendance.entry is None or not self.taken_back:
            return ""
        return in_words(self.attendance.entry.reversal.reason)


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


def blank_sheet(organization: Organization, day: date, ticked: Iterable[str] = ()) -> Sheet:
    """Return the sheet of a meeting of `day` that is still to be entered; `ticked` are ids, as sent.

    It has no lines where there are too many people.
    """
    kept = set(ticked)
    people = Member.objects.confirmable_at(organization, day)
    count = people.count()
    if count > MOST_ROWS:
        return Sheet([], count)
    rows = [_row(organization, one, None, str(one.pk) in kept) for one in people]
    return Sheet(_own_first(rows), count)


def sheet_to_add(
    session: Session, viewer: Member, *, ticked: Iterable[str] = (), known: Iterable[str] = ()
) -> Sheet:
    """Return the roll of `session` as `viewer` sees it: who is noted, with the outcome, and who may be added.

    `ticked` are ticks (ids, as sent) that could not be saved and shall not be lost, and `known` the entries
    that the page with these ticks showed as taken back: of what the page did not know no tick is kept.
    Whoever is noted stays on the sheet, also after moving to another unit.
    """
    noted = {
        each.member_id: each
        for each in session.attendances.select_related(
            "entry__reversal", "member__organization", "member__host_organization"
        )
    }
    on_that_day = Member.objects.confirmable_at(session.organization, day_of(session.starts_at))
    people = list(on_that_day[: MOST_ROWS + 1])
    listed = {one.pk for one in people}
    people += [each.member for each in noted.values() if each.member_id not in listed]
    if len(people) > MOST_ROWS:
        people = [each.member for each in noted.values()]
    officer = may(viewer, (Role.Kind.OFFICER, Role.Kind.ADMINISTRATOR), session.organization)
    rows, kept, known = [], set(ticked), set(known)
    for one in people:
        attendance = noted.get(one.pk)
        still_meant = str(one.pk) in kept and not _is_news(attendance, known)
        row = _row(session.organization, one, attendance, still_meant)
        entry = row.attendance.entry if row.attendance and row.stands else None
        if entry is not None and (ticked_lately(viewer, entry) or (officer and not row.guest)):
            row = replace(row, correctable=True)
        rows.append(row)
    rows.sort(key=lambda row: (row.attendance is None, row.guest))
    return Sheet(rows, len(rows))


def sheet_to_replace(
    session: Session, allowed: QuerySet[Member], *, query: str = "", ticks: Ticks | None = None
) -> Sheet:
    """Return the roll of `session` with all its ticks, which saving replaces; of the `allowed` people alone.

    `query` is part of a name, for long lists. `ticks` are those that could not be saved and shall not be
    lost, as in `sheet_to_add`; None: those that are stored.
    """
    query = query.strip()
    noted = {each.member_id: each for each in session.attendances.select_related("entry__reversal")}
    standing = {pk for pk, each in noted.items() if each.stands}
    kept = {pk for pk, each in noted.items() if not each.taken_back}
    if ticks is not None:
        known = {str(entry) for entry in ticks.taken_back}
        kept = standing | {pk for pk in ticks.present if not _is_news(noted.get(pk), known)}
    count = allowed.count()
    people = allowed
    on_the_roll = kept | noted.keys()
    if count > MOST_ROWS and query:
        people = allowed.filter(Q(name__icontains=query) | Q(pk__in=on_the_roll))
    shown = list(people[:MOST_ROWS])
    if count > MOST_ROWS:
        shown += allowed.filter(pk__in=on_the_roll - {one.pk for one in shown})
    rows = [_row(session.organization, one, noted.get(one.pk), one.pk in kept) for one in shown]
    return Sheet(_own_first(rows), count, query)


def _is_news(attendance: Attendance | None, known: Collection[str]) -> bool:
    """Return whether hours have been taken back that a page with the `known` entries did not show so."""
    return attendance is not None and attendance.taken_back and str(attendance.entry_id) not in known


def _row(organization: Organization, one: Member, attendance: Attendance | None, ticked: bool) -> SheetRow:
    guest = one.is_guest_of(organization)
    gone = not one.is_active or (guest and not one.is_hosted_by(organization))
    return SheetRow(one, attendance, ticked, guest, gone)


def _own_first(rows: list[SheetRow]) -> list[SheetRow]:
    return sorted(rows, key=lambda row: row.guest)
