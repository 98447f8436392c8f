"""The same operations through the site's own functions, on a real database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from hours import ledger
from hours.closed_years import YearClosedError
from hours.models import CreditEntry, CreditRule, HourRequirement, ReportGroup, Subject, Tally, YearClosure
from hours.requirements.standing import standings
from hours.years import closing, snapshot
from meetings.attendance import roll
from meetings.attendance.refusals import RollRefusedError
from meetings.models import Attendance, Session
from meetings.sessions import correcting
from meetings.sessions.entering import Meeting, enter
from members.changes import leaving
from members.changes.transfer import Move, TransferRefusedError, move_all, transfer
from members.models import Member, MemberCategory, Organization, Role

from .model import Address, Amounts, Window
from .operations import CATEGORIES, SUBJECTS

_REASON = "登记表才寄到"
_MINUTES_FROM = datetime(1900, 1, 1, tzinfo=UTC)


class Site:
    """A district in the database; people, units and lessons are called by the model's numbers."""

    def __init__(self) -> None:
        self.keeper = Member.objects.get(number="KEEPER")
        self.members = list(
            Member.objects.exclude(pk=self.keeper.pk).order_by("pk").values_list("pk", flat=True)
        )
        self.units = {int(code[1:]): pk for code, pk in Organization.objects.values_list("code", "pk")}
        self.categories = list(MemberCategory.objects.order_by("pk"))[:CATEGORIES]
        self.subjects = list(Subject.objects.order_by("pk"))[:SUBJECTS]

    @classmethod
    def begin(cls, parents: dict[int, int | None], homes: list[int]) -> "Site":
        """Make the district that the model begins with, in a database without people."""
        CreditRule.objects.all().delete()
        CreditRule.objects.create(valid_from=date(1900, 1, 1))
        HourRequirement.objects.all().delete()
        HourRequirement.objects.create(valid_from=date(1900, 1, 1), hours=3)
        ReportGroup.objects.all().delete()
        ReportGroup.objects.create(name="书记", secretaries_only=True, delivery_kinds=["station"])
        for n in range(CATEGORIES):
            MemberCategory.objects.get_or_create(slug=f"kind{n}", defaults={"name": f"类{n}"})
        for n in range(SUBJECTS):
            Subject.objects.get_or_create(code=f"subject{n}", defaults={"name": f"科{n}"})
        made: dict[int, Organization] = {}
        for n, parent in parents.items():
            if parent is None:
                made[n] = Organization.add_root(name="区", code="u0", level="district")
            else:
                level = "committee" if parent == 0 else "branch"
                above = Organization.objects.get(pk=made[parent].pk)
                made[n] = above.add_child(name=f"单位{n}", code=f"u{n}", level=level)
        Member.objects.create_superuser("KEEPER", None, name="管理员")
        for n, unit in enumerate(homes):
            Member.objects.create_user(f"P{n:06d}", None, name=f"学员{n}", organization=made[unit])
        return cls()

    def do(self, name: str, facts: dict[str, Any]) -> Any:
        """Carry out an operation; return what came of it in the model's words."""
        act: Callable[..., Any] = getattr(self, name)
        return act(**facts)

    # --- operations ---------------------------------------------------------------------------------------

    def credit(self, person: int, lesson: int, year: int, **facts: Any) -> str:
        """Credit by the ledger's one function."""
        subject = facts["subject"]
        window: Window | None = facts["window"]
        try:
            return ledger.credit(
                Member(pk=self.members[person]),
                lecture_key=UUID(int=lesson + 1),
                title="春耕",
                minutes=facts["minutes"],
                delivery_kind=facts["kind"],
                earned_on=date(year, facts["month"], facts["day"]),
                basis={},
                subject=self.subjects[subject - 1] if subject else None,
                taught=(moment(window[0]), moment(window[1])) if window else None,
                late_reason=_REASON if facts["reason"] else "",
            ).outcome.value
        except YearClosedError:
            return "closed"

    def reverse(self, person: int, lesson: int, year: int) -> str:
        """Take the last credit of a lesson back, standing or not."""
        of_lesson = CreditEntry.objects.filter(
            member=self.members[person], lecture_key=UUID(int=lesson + 1), year=year, reverses__isnull=True
        )
        entry = of_lesson.order_by("pk").last()
        if entry is None:
            return "none"
        try:
            ledger.reverse(entry, reason="更正", recorded_by=self.keeper)
        except ledger.ReversalRefusedError:
            return "refused"
        return "reversed"

    repeat = reverse

    def meeting(self, unit: int, year: int, present: list[int], **facts: Any) -> list[str]:
        """Enter a meeting with its roll."""
        begins = timezone.make_aware(datetime(year, facts["month"], facts["day"], facts["hour"]))
        title = _title(facts["lesson"])
        reason = _REASON if facts["reason"] else ""
        meeting = Meeting(
            self.unit(unit), None, title, None, facts["minutes"], "group_study", begins, late_reason=reason
        )
        try:
            session = enter(self.keeper, meeting, [self.members[n] for n in present])
        except RollRefusedError as refusal:
            assert refusal.field == "late_reason"
            return ["closed"]
        found = {one.member_id: one.outcome for one in session.attendances.all()}
        return [found[self.members[n]] for n in present]

    def correct(self, person: int, lesson: int) -> str:
        """Take one person's hours of a meeting back, where its roll is shown."""
        one = Attendance.objects.select_related("entry__member", "session__organization").get(
            session__title=_title(lesson), member=self.members[person]
        )
        roll.correct(self.keeper, one, "不在场")
        return "reversed"

    def amend(self, lesson: int, minutes: int, *, reason: bool) -> str:
        """Correct a whole meeting."""
        session = self._session(lesson)
        late_reason = _REASON if reason else ""
        meeting = Meeting(
            session.organization,
            None,
            session.title,
            session.subject,
            minutes,
            session.delivery_kind,
            session.starts_at,
            late_reason=late_reason,
        )
        try:
            correcting.correct(self.keeper, session, meeting, "记错了", seen_at=session.corrected_at)
        except RollRefusedError:
            return "refused"
        return "corrected"

    def withdraw(self, lesson: int) -> str:
        """Withdraw a whole meeting."""
        try:
            correcting.withdraw(self.keeper, self._session(lesson), "没有开成")
        except RollRefusedError:
            return "refused"
        return "withdrawn"

    def _session(self, lesson: int) -> Session:
        return Session.objects.select_related("organization", "subject").get(title=_title(lesson))

    def transfer(self, person: int, unit: int) -> str:
        """Move somebody."""
        try:
            transfer(self.member(person), self.unit(unit), by=self.keeper)
        except TransferRefusedError:
            return "refused"
        return "moved"

    def merge(self, people: list[int], into: int) -> str:
        """Move many at once."""
        to = self.unit(into)
        move_all([Move(self.member(n), to) for n in people], by=self.keeper)
        return "moved"

    def move(self, unit: int, below: int) -> str:
        """Put a branch elsewhere in the tree."""
        self.unit(unit).move(self.unit(below), "sorted-child")
        return "moved"

    def categories_of(self, person: int, categories: frozenset[int]) -> None:
        """Give somebody other categories."""
        self.member(person).categories.set([self.categories[n] for n in sorted(categories)])

    def post(self, person: int) -> None:
        """Make somebody a secretary, or no more."""
        member = self.member(person)
        held = Role.objects.filter(member=member, kind=Role.Kind.SECRETARY).first()
        if held is not None:
            held.delete()
        elif member.organization is not None:
            Role.objects.create(member=member, organization=member.organization, kind=Role.Kind.SECRETARY)

    def leave(self, person: int) -> None:
        """Let somebody leave for good."""
        leaving.anonymise(self.member(person), by=self.keeper)

    def join(self, unit: int, categories: frozenset[int]) -> None:
        """Add a member."""
        n = len(self.members)
        member = Member.objects.create_user(f"P{n:06d}", None, name=f"学员{n}", organization=self.unit(unit))
        member.categories.set([self.categories[one] for one in sorted(categories)])
        self.members.append(member.pk)

    def add_unit(self, below: int, unit: int) -> None:
        """Add a branch."""
        made = self.unit(below).add_child(name=f"单位{unit}", code=f"u{unit}", level="branch")
        self.units[unit] = made.pk

    def remove_unit(self, unit: int) -> None:
        """Delete a branch."""
        self.unit(unit).delete()
        del self.units[unit]

    def close(self, year: int) -> str:
        """Close a year."""
        try:
            closing.close(year, self.keeper)
        except closing.ClosingRefusedError:
            return "refused"
        return "closed"

    def write_down(self, year: int) -> str:
        """Write the standings of a closed year down."""
        closure = YearClosure.objects.filter(year=year).first()
        if closure is None:
            return "none"
        snapshot.write_standings(closure)
        return "written"

    # --- what it comes to --------------------------------------------------------------------------------

    def sums(self) -> dict[Address, Amounts]:
        """Return all sums that are not nought, addressed as the model does."""
        units = {pk: n for n, pk in self.units.items()}
        categories = {str(one.pk): n for n, one in enumerate(self.categories)}
        subjects = {str(one.pk): n for n, one in enumerate(self.subjects, start=1)} | {"0": 0}
        group = str(ReportGroup.objects.get().pk)
        names = {"category": categories, "subject": subjects, "group": {group: 0}}
        return {
            (units[row[0]], row[1], _numbered(row[2], names), _numbered(row[3], names)): row[4:]
            for row in Tally.objects.values_list(
                "organization_id", "year", "who", "line", "entries", "people", "hundredths"
            )
            if any(row[4:])
        }

    def standings(self, year: int) -> dict[int, tuple[int, int, int | None]]:
        """Return hours earned, asked, and earned at the closing, in hundredths, by person."""
        rows = {row.pk: row for row in Member.objects.filter(pk__in=self.members)}
        found = standings(list(rows.values()), year)
        return {
            n: (
                int(found[pk].earned * 100),
                int(found[pk].required * 100),
                int(then.earned * 100) if (then := found[pk].at_closing) else None,
            )
            for n, pk in enumerate(self.members)
        }

    def rows(self) -> int:
        """Return how many rows the ledger has."""
        return CreditEntry.objects.count()

    def member(self, person: int) -> Member:
        """Return a member anew."""
        return Member.objects.select_related("organization").get(pk=self.members[person])

    def unit(self, unit: int) -> Organization:
        """Return an organization anew: the tree may have moved."""
        return Organization.objects.get(pk=self.units[unit])


def moment(minutes: int) -> datetime:
    """Return the moment that the model calls by minutes."""
    return _MINUTES_FROM + timedelta(minutes=minutes)


def _title(lesson: int) -> str:
    return f"第{lesson}次会"


def _numbered(name: str, names: dict[str, dict[str, int]]) -> str:
    head, _, pk = name.partition(":")
    return f"{head}:{names[head][pk]}" if head in names else name
